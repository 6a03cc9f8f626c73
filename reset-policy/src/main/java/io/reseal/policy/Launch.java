package io.reseal.policy;

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
 */
public record Launch(
        Map<String, String> properties,
        Optional<String> measurement,
        Optional<Firmware> firmware,
        Optional<Bundle> igvm,
        Optional<Prediction> expected) {
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
     * An IGVM bundle, of which QEMU reads the file once, when it starts, and replays the directives at each launch (QEMU
     * 11.1, backends/igvm-cfg.c).
     *
     * @param path as QEMU was given it
     * @param file as it is now; empty when there is no such file, or it cannot be read
     * @param olderThanProcess whether it was last changed before QEMU started; only then is it what was loaded
     * @param objects the names of all {@code igvm-cfg} objects below {@code /objects}: each of them is replayed
     * @param linked the name of the machine's own; empty when that is no longer below {@code /objects}
     * @param contents what was loaded; empty unless that is known
     */
    public record Bundle(
            String path,
            Optional<Fingerprint> file,
            boolean olderThanProcess,
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
            return new Bundle(loaded.path, loaded.file, loaded.olderThanProcess, objects, linked, loaded.contents);
        }
    }

    /**
     * What of a bundle's contents decides over a reset.
     *
     * @param startPolicy of the first launch, from the command line; QEMU forgets it for the bundle's own
     * @param bundlePolicy GUEST_POLICY, of all later launches; empty when the bundle has none
     * @param demanded the launch digest that its ID block has the PSP demand; empty without an ID block
     */
    public record Contents(OptionalLong startPolicy, OptionalLong bundlePolicy, Optional<String> demanded) {}

    /**
     * What tells one content of a file from another.
     *
     * @param size in bytes
     * @param sha256 of the whole content, in hex
     * @param inode number of the file on its device
     * @param modifiedMillis time of the last change, in milliseconds since 1970
     */
    public record Fingerprint(long size, String sha256, long inode, long modifiedMillis) {}
}
