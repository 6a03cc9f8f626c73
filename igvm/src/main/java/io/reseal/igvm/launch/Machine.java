package io.reseal.igvm.launch;

/**
 * What besides the bundle or the firmware enters an SNP launch digest.
 *
 * @param vcpus how many there are at the launch, at least one
 * @param signature of all of them
 */
public record Machine(int vcpus, CpuSignature signature) {
    /** More than any x86 machine of QEMU 11.1 has. */
    public static final int MOST_VCPUS = 4096;

    public Machine {
        if (vcpus < 1 || vcpus > MOST_VCPUS) {
            throw new IllegalArgumentException("a machine has 1 to " + MOST_VCPUS + " vCPUs, not " + vcpus);
        }
    }
}
