package io.reseal.daemon.files;

import java.util.Map;
import java.util.Optional;

/** File systems whose files are no data but talk to the kernel: to open or read one may do something, or never end. */
final class SpecialFileSystems {
    /** By their magic numbers (include/uapi/linux/magic.h). */
    private static final Map<Long, String> SPECIAL = Map.ofEntries(
            Map.entry(0x9fa0L, "proc"),
            Map.entry(0x62656572L, "sysfs"),
            Map.entry(0x27e0ebL, "cgroup"),
            Map.entry(0x63677270L, "cgroup2"),
            Map.entry(0x64626720L, "debugfs"),
            Map.entry(0x74726163L, "tracefs"),
            Map.entry(0x73636673L, "securityfs"),
            Map.entry(0x62656570L, "configfs"),
            Map.entry(0xf97cff8cL, "selinuxfs"),
            Map.entry(0x43415d53L, "smackfs"),
            Map.entry(0x6165676cL, "pstore"),
            Map.entry(0xde5e81e4L, "efivarfs"),
            Map.entry(0xcafe4a11L, "bpf"),
            Map.entry(0x1cd1L, "devpts"),
            Map.entry(0x19800202L, "mqueue"),
            Map.entry(0x42494e4dL, "binfmt_misc"),
            Map.entry(0x65735543L, "fusectl"),
            Map.entry(0x7655821L, "resctrl"),
            Map.entry(0x6e736673L, "nsfs"),
            Map.entry(0x50494446L, "pidfs"),
            Map.entry(0x534f434bL, "sockfs"),
            Map.entry(0x50495045L, "pipefs"),
            Map.entry(0x9041934L, "anon_inodefs"),
            Map.entry(0x454d444dL, "devmem"));

    /** The name of the one that has that number; empty for all others. */
    static Optional<String> name(long magic) {
        return Optional.ofNullable(SPECIAL.get(magic & 0xffffffffL));
    }

    private SpecialFileSystems() {}
}
