package io.reseal.igvm.launch;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What a launch is measured as at a reset of the guest. QEMU copies the interrupt flag of each vCPU's last exit into its
 * RFLAGS, and launches the next life with them (QEMU 11.1, target/i386/kvm/kvm.c, kvm_arch_post_run). So a launch has another
 * digest for each set of vCPUs that have interrupts enabled when the guest is reset.
 *
 * @param firstVcpu when vCPU 0 alone has interrupts enabled
 * @param allVcpus when all vCPUs have; the same for a guest with one vCPU
 * @param others of all other sets, the empty one among them where it is not the digest of QEMU's start; empty unless complete
 * @param complete whether no other digest is possible: guests with more than {@link #MOST_LISTED} vCPUs have too many
 */
public record ResetDigests(String firstVcpu, String allVcpus, Set<String> others, boolean complete) {
    /** Up to so many vCPUs every digest is listed: 2 to the power of their number. */
    public static final int MOST_LISTED = 4;

    public ResetDigests {
        others = Set.copyOf(others);
    }

    /**
     * Completes a launch digest, once for each set of vCPUs.
     *
     * @param chain to which everything but the VMSAs was added; it is not changed
     * @param vmsas of all vCPUs, in the order of their creation
     */
    public static ResetDigests of(SnpDigestChain chain, List<Vmsa> vmsas) {
        boolean complete = vmsas.size() <= MOST_LISTED;
        return new ResetDigests(
                digest(chain, vmsas, vcpu -> vcpu == 0),
                digest(chain, vmsas, _ -> true),
                complete ? others(chain, vmsas) : Set.of(),
                complete);
    }

    private static String digest(SnpDigestChain chain, List<Vmsa> vmsas, IntPredicate interrupts) {
        return digest(
                chain,
                IntStream.range(0, vmsas.size())
                        .mapToObj(vcpu -> vmsas.get(vcpu).withInterrupts(interrupts.test(vcpu)))
                        .toList());
    }

    private static String digest(SnpDigestChain chain, List<Vmsa> vmsas) {
        var copy = chain.copy();
        copy.vmsas(vmsas);
        return copy.digest();
    }

    private static Set<String> others(SnpDigestChain chain, List<Vmsa> vmsas) {
        var found = new HashSet<String>();
        for (int set = 0; set < 1 << vmsas.size(); set++) {
            int bits = set;
            found.add(digest(chain, vmsas, vcpu -> (bits >> vcpu & 1) != 0));
        }
        found.remove(digest(chain, vmsas));
        found.remove(digest(chain, vmsas, vcpu -> vcpu == 0));
        found.remove(digest(chain, vmsas, _ -> true));
        return found;
    }
}
