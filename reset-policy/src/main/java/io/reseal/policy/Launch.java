package io.reseal.policy;

import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the next launch of a guest is made of, as far as it can be read from outside.
 *
 * @param properties what goes into the launch measurement, by name: QOM properties of the confidential-guest object, vCPU count
 *     and CPU type; what was not set is empty, what a QEMU does not tell is left out
 * @param measurement of SEV and SEV-ES: {@code query-sev-launch-measure}, in base64
 * @param firmware the file that is loaded again at each rebuild; empty where the guest has none of its own
 * @param igvm the bundle that takes the firmware's place; empty where QEMU was given none
 * @param expected what such a launch will be measured as; empty where it cannot be computed
 * @param start what the first launch of this QEMU process was made of; empty where its command line does not tell all of it
 */
public record Launch(
        Map<String, String> properties,
        Optional<String> measurement,
        Optional<Firmware> firmware,
        Optional<Bundle> igvm,
        Optional<Prediction> expected,
        Optional<Start> start) {
    /** The property that tells of vCPUs which were plugged in while QEMU ran. */
    public static final String HOTPLUGGED = "vcpus-hotplugged";

    private static final Set<String> IN_SNP_DIGEST =
            Set.of("vcpus", "cpu-type", "cpu-signature", "debug-swap", "secure-tsc", "kernel-hashes");

    /** Nothing was read. */
    public static final Launch UNKNOWN = new Launch(Map.of(), Optional.empty(), Optional.empty());

    /** Without IGVM, and without a digest that could be computed. */
    public Launch(Map<String, String> properties, Optional<String> measurement, Optional<Firmware> firmware) {
        this(properties, measurement, firmware, Optional.empty(), Optional.empty());
    }

    /** Of a process whose command line does not tell what its first launch was made of. */
    public Launch(
            Map<String, String> properties,
            Optional<String> measurement,
            Optional<Firmware> firmware,
            Optional<Bundle> igvm,
            Optional<Prediction> expected) {
        this(properties, measurement, firmware, igvm, expected, Optional.empty());
    }

    public Launch {
        properties = Map.copyOf(properties);
    }

    /** Those properties that a launch digest says all of; of the others it says nothing. */
    static boolean inDigest(GuestKind kind, String property) {
        return kind == GuestKind.SEV_SNP && IN_SNP_DIGEST.contains(property);
    }

    /** Whether the two launches have the same of what enters an SNP launch digest beside bundle and firmware. */
    boolean sameMachine(Launch other) {
        return IN_SNP_DIGEST.stream()
                .allMatch(name ->
                        Objects.equals(properties.get(name), other.properties().get(name)));
    }

    /** Whether nothing was read of what enters an SNP launch digest beside bundle and firmware. */
    boolean machineUnknown() {
        return Collections.disjoint(IN_SNP_DIGEST, properties.keySet());
    }

    /** Whether both have the same content in the file of the machine's own bundle. */
    boolean sameBundle(Launch other) {
        return sameContent(igvm.flatMap(Bundle::file), other.igvm().flatMap(Bundle::file));
    }

    /** Whether both have the same content in the firmware file. */
    boolean sameFirmware(Launch other) {
        return sameContent(firmware.flatMap(Firmware::file), other.firmware().flatMap(Firmware::file));
    }

    private static boolean sameContent(Optional<Fingerprint> one, Optional<Fingerprint> other) {
        return one.isPresent() && one.map(Fingerprint::sha256).equals(other.map(Fingerprint::sha256));
    }

    /**
     * What {@code next} will be measured as if it follows this launch: a bundle stays what it was, whatever its file becomes.
     * What another bundle adds to the launch is not known, nor what a bundle whose file is gone gives to other vCPUs.
     */
    Optional<Prediction> expectedOf(Launch next) {
        if (next.igvm().isEmpty()) {
            return next.expected();
        }
        if (!next.igvm().get().ownAlone()) {
            return Optional.empty();
        }
        return machineUnknown() || sameMachine(next)
                ? expected
                : next.expected().filter(_ -> sameBundle(next));
    }

    /** The same, by a process that was started so. */
    public Launch startedFrom(Start started) {
        return new Launch(properties, measurement, firmware, igvm, expected, Optional.of(started));
    }

    /**
     * Whether the machine's own bundle is out of sight: {@code object-del} takes it away from {@code /objects}, the link to it
     * reads as empty, and QEMU replays it all the same (QEMU 11.1-rc2).
     */
    boolean ownBundleDeleted() {
        return igvm.filter(bundle -> bundle.linked().isEmpty()
                        && start.map(started -> started.own().isPresent())
                                .orElse(bundle.objects().isEmpty()))
                .isPresent();
    }

    /**
     * What the command line of a QEMU process says of its first launch. QMP does not tell that: an IGVM bundle writes its own
     * policy over that of the object after the first LAUNCH_START, and objects can be added and deleted at run time.
     *
     * @param policy of the confidential-guest object; empty for a kind that has none
     * @param bundles the names of all {@code igvm-cfg} objects
     * @param own the name of the machine's own among them
     */
    public record Start(OptionalLong policy, Set<String> bundles, Optional<String> own) {
        public Start {
            bundles = Set.copyOf(bundles);
        }
    }

    /**
     * A firmware file, looked at in the mount namespace of its QEMU.
     *
     * @param path as QEMU knows it
     * @param pflash whether it is a flash image, which a rebuild does not load again (QEMU 11.1), in place of {@code -bios}
     * @param file empty when there is no such file, or it cannot be read
     * @param olderThanProcess whether it was last changed before QEMU started; only then is it what was loaded
     */
    public record Firmware(String path, boolean pflash, Optional<Fingerprint> file, boolean olderThanProcess) {}

    /**
     * The IGVM bundles that a launch replays. QEMU reads their files once, when it starts, and replays the directives of every
     * {@code igvm-cfg} object at each launch (QEMU 11.1, backends/igvm-cfg.c).
     *
     * @param path of the machine's own, as QEMU was given it; empty where the machine has none
     * @param file of the machine's own, as it is now; empty when there is no such file, or it cannot be read
     * @param olderThanProcess whether it was last changed before QEMU started; only then is it what was loaded
     * @param gone whether it was looked for and is not there
     * @param objects the names of all {@code igvm-cfg} objects below {@code /objects}: each of them is replayed
     * @param linked the name of the machine's own; empty when that is not below {@code /objects}
     * @param contents of the machine's own, as it was loaded; empty unless that is known
     */
    public record Bundle(
            String path,
            Optional<Fingerprint> file,
            boolean olderThanProcess,
            boolean gone,
            Set<String> objects,
            Optional<String> linked,
            Optional<Contents> contents) {
        public Bundle {
            objects = Set.copyOf(objects);
        }

        /** Whether nothing but the machine's own bundle is replayed. */
        boolean ownAlone() {
            return linked.map(Set::of).equals(Optional.of(objects));
        }

        /** These objects, with the file that {@code loaded} was. */
        Bundle replayed(Bundle loaded) {
            return new Bundle(
                    loaded.path, loaded.file, loaded.olderThanProcess, loaded.gone, objects, linked, loaded.contents);
        }

        /** With the objects of the process's first launch; empty if that had none. */
        Optional<Bundle> asStarted(Start start) {
            return start.bundles().isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Bundle(
                            path,
                            file,
                            olderThanProcess,
                            gone,
                            start.bundles(),
                            start.own().or(() -> linked.filter(start.bundles()::contains)),
                            contents));
        }

        /** Those of {@code now} that were not there yet, by name; an own one that is deleted leaves its name free. */
        Set<String> newcomers(Bundle now) {
            var added = new HashSet<>(now.objects);
            added.removeAll(objects);
            linked.filter(own -> now.linked.isEmpty() && now.objects.contains(own))
                    .ifPresent(added::add);
            return added;
        }

        /** Those that are not there any more, by name, but for the machine's own: that is replayed all the same. */
        Set<String> leavers(Bundle now) {
            var removed = new HashSet<>(objects);
            removed.removeAll(now.objects);
            linked.ifPresent(removed::remove);
            return removed;
        }
    }

    /**
     * What of a bundle's contents decides over a reset.
     *
     * @param policy GUEST_POLICY, of all launches after the first; empty when the bundle has none
     * @param demanded the launch digest that its ID block has the PSP demand; empty without an ID block
     */
    public record Contents(OptionalLong policy, Optional<String> demanded) {}

    /**
     * What tells one content of a file from another.
     *
     * @param size in bytes
     * @param sha256 of the whole content, in hex
     * @param inode number of the file on its device
     * @param modifiedMillis time of the last change, of the file or of what its path leads through, in milliseconds since 1970
     */
    public record Fingerprint(long size, String sha256, long inode, long modifiedMillis) {
        /** The same, by a path that can have led to another file before {@code since}. */
        public Fingerprint reachedSince(Instant since) {
            boolean later = since.isAfter(Instant.ofEpochMilli(modifiedMillis));
            return later ? new Fingerprint(size, sha256, inode, millis(since)) : this;
        }

        private static long millis(Instant at) {
            return at.equals(Instant.MAX) ? Long.MAX_VALUE : at.toEpochMilli();
        }
    }
}
