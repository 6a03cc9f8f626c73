package io.reseal.policy;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a launch will be measured as, in hex: the SNP launch digest, or MRTD of a TD. QEMU copies the interrupt flag of each
 * vCPU of an SNP guest into the next launch, so a launch has one digest out of several, by which vCPUs have interrupts enabled
 * when the guest is reset (QEMU 11.1, kvm_arch_post_run). Nothing tells which: not before the reset, nor after it.
 *
 * @param digest at QEMU's start, and at a reset while no vCPU has interrupts enabled: mostly when the guest reboots itself
 * @param interrupts the digests while some have; empty for a TD
 */
public record Prediction(String digest, Optional<Interrupts> interrupts) {
    /**
     * Digests of a launch at a reset of a guest whose vCPUs have interrupts enabled.
     *
     * @param vcpus how many there are
     * @param first when vCPU 0 alone has
     * @param all when all have; the same for a guest with one vCPU
     * @param others when others have
     * @param complete whether no other digest is possible: beyond a few vCPUs there are too many to list them
     */
    public record Interrupts(int vcpus, String first, String all, Set<String> others, boolean complete) {
        public Interrupts {
            others = Set.copyOf(others);
        }
    }

    /** One digest, whatever the guest does. */
    public static Prediction certain(String digest) {
        return new Prediction(digest, Optional.empty());
    }

    /** Whether every digest that the launch can have is known. */
    boolean complete() {
        return interrupts.map(Interrupts::complete).orElse(true);
    }

    /** Every digest that is known to be possible. */
    public Set<String> digests() {
        var all = new HashSet<>(Set.of(digest));
        interrupts.ifPresent(enabled -> {
            all.add(enabled.first());
            all.add(enabled.all());
            all.addAll(enabled.others());
        });
        return all;
    }

    /** What may be measured, as a phrase. */
    public String words() {
        return digest + interrupts.map(Prediction::words).orElse("");
    }

    private static String words(Interrupts enabled) {
        return enabled.vcpus() == 1
                ? " or %s if its vCPU 0 has interrupts enabled when it is reset".formatted(enabled.first())
                : " or %s if its vCPU 0 alone has interrupts enabled when it is reset, or %s if all its vCPUs have"
                                .formatted(enabled.first(), enabled.all())
                        + ", or another if others of them have";
    }

    /** What in the configuration allows the launch, as a phrase. */
    public String entries() {
        if (interrupts.isEmpty()) {
            return "that measurement in policy.launch.allow";
        }
        return complete()
                ? "each of these measurements in policy.launch.allow"
                : "%s and the first of these measurements in policy.launch.allow"
                        .formatted(ResetPolicy.Terms.ANY_INTERRUPTS);
    }

    /** That nobody saw which of them it was. */
    public String doubt() {
        return interrupts
                .map(enabled -> enabled.vcpus() == 1
                        ? "one of the two was launched, and nothing tells which"
                        : "one of them was launched, and nothing tells which")
                .orElse("");
    }
}
