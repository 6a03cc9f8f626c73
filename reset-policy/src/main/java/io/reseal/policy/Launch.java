package io.reseal.policy;

import java.util.Map;
import java.util.Optional;

/**
 * What the next launch of a guest is made of, as far as it can be read from outside.
 *
 * @param properties what goes into the launch measurement, by name: QOM properties of the confidential-guest object, vCPU count
 *     and CPU type; what was not set is empty, what a QEMU does not tell is left out
 * @param measurement of SEV and SEV-ES: {@code query-sev-launch-measure}, in base64
 * @param firmware the file that is loaded again at each rebuild; empty where the guest has none of its own
 */
public record Launch(Map<String, String> properties, Optional<String> measurement, Optional<Firmware> firmware) {
    /** Nothing was read. */
    public static final Launch UNKNOWN = new Launch(Map.of(), Optional.empty(), Optional.empty());

    public Launch {
        properties = Map.copyOf(properties);
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
     * What tells one content of a file from another.
     *
     * @param size in bytes
     * @param sha256 of the whole content, in hex
     * @param inode number of the file on its device
     * @param modifiedMillis time of the last change, in milliseconds since 1970
     */
    public record Fingerprint(long size, String sha256, long inode, long modifiedMillis) {}
}
