package io.reseal.daemon.files;

import io.reseal.daemon.work.Looks;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Optional;

/** A file that is open for reading. Used by one thread, which closes it. */
public final class OpenFile implements AutoCloseable {
    /** At most so much is read by one call, after which the place is known to have answered. */
    private static final long STEP = 1L << 20;

    /** File systems whose files are no data but talk to the kernel (include/uapi/linux/magic.h). */
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

    private final int descriptor;

    OpenFile(int descriptor) {
        this.descriptor = descriptor;
    }

    public FileStatus status() throws IOException {
        return SystemCalls.status(descriptor);
    }

    /** The name of its file system where that is one that holds no data; empty for all others. */
    Optional<String> specialFileSystem() throws IOException {
        return Optional.ofNullable(SPECIAL.get(SystemCalls.fileSystem(descriptor) & 0xffffffffL));
    }

    /** Fills {@code into} from {@code offset} on, or as much of it as there are bytes, and tells how many those are. */
    public long read(MemorySegment into, long offset) throws IOException {
        long count = 0;
        long step = 1;
        while (count < into.byteSize() && step > 0) {
            step = SystemCalls.read(
                    descriptor, into.asSlice(count, Math.min(STEP, into.byteSize() - count)), offset + count);
            Looks.answered();
            count += step;
        }
        return count;
    }

    /**
     * All of it.
     *
     * @throws IOException if it has more than {@code most} bytes
     */
    public byte[] bytes(long most) throws IOException {
        try (var arena = Arena.ofConfined()) {
            return content(arena, most).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /**
     * All of it, in memory of {@code into}.
     *
     * @throws IOException if it has more than {@code most} bytes
     */
    public MemorySegment content(Arena into, long most) throws IOException {
        var room = into.allocate(Math.min(most, status().size()) + 1);
        long length = read(room, 0);
        if (length == room.byteSize()) {
            throw new IOException("it has more than " + (length - 1) + " bytes");
        }
        return room.asSlice(0, length);
    }

    @Override
    public void close() {
        SystemCalls.close(descriptor);
    }
}
