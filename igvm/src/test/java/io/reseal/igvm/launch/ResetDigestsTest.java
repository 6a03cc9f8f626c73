package io.reseal.igvm.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ResetDigestsTest {
    private static final Vmsa FIRST = Vmsa.powerOn(new CpuSignature(0x800f12));
    private static final Vmsa OTHER = Vmsa.applicationProcessor(new CpuSignature(0x800f12), 0x1000);

    @Test
    void a_launch_at_a_reset_has_RFLAGS_0x202_in_place_of_2_for_a_vCPU_with_interrupts_enabled() {
        assertThat(FIRST.withInterrupts(false)).isEqualTo(FIRST);
        assertThat(FIRST.withInterrupts(true).changesOf(FIRST.bytes()))
                .containsExactly("rflags: file 0x2, measured 0x202");
    }

    @Test
    void a_launch_at_a_reset_of_one_vCPU_has_one_digest_beside_that_of_the_start() {
        var digests = digests(List.of(FIRST));
        assertThat(digests.firstVcpu())
                .isEqualTo(digests.allVcpus())
                .isEqualTo(started(List.of(FIRST.withInterrupts(true))))
                .isNotEqualTo(started(List.of(FIRST)));
        assertThat(digests.others()).isEmpty();
        assertThat(digests.complete()).isTrue();
    }

    @Test
    void a_launch_at_a_reset_of_two_vCPUs_has_one_digest_for_each_set_of_them() {
        var digests = digests(List.of(FIRST, OTHER));
        assertThat(digests)
                .isEqualTo(new ResetDigests(
                        started(List.of(FIRST.withInterrupts(true), OTHER)),
                        started(List.of(FIRST.withInterrupts(true), OTHER.withInterrupts(true))),
                        Set.of(started(List.of(FIRST, OTHER.withInterrupts(true)))),
                        true));
    }

    @Test
    void a_launch_at_a_reset_of_four_vCPUs_has_sixteen_digests_and_of_more_too_many_to_list_them() {
        assertThat(digests(Collections.nCopies(4, FIRST)).others()).hasSize(13);
        var five = digests(Collections.nCopies(5, FIRST));
        assertThat(five.others()).isEmpty();
        assertThat(five.complete()).isFalse();
        assertThat(five.firstVcpu()).isNotEqualTo(five.allVcpus());
    }

    @Test
    void a_launch_at_a_reset_has_the_flag_of_the_guest_and_not_that_of_a_context_that_has_it_set() {
        var enabled = FIRST.withInterrupts(true);
        var digests = digests(List.of(enabled));
        assertThat(digests.firstVcpu()).isEqualTo(started(List.of(enabled)));
        assertThat(digests.others()).containsExactly(started(List.of(FIRST)));
    }

    private static ResetDigests digests(List<Vmsa> vmsas) {
        return ResetDigests.of(chain(), vmsas);
    }

    private static String started(List<Vmsa> vmsas) {
        var chain = chain();
        vmsas.forEach(vmsa -> chain.measured(PageType.VMSA, Vmsa.GPA, chain.sha384(vmsa.bytes())));
        return chain.digest();
    }

    private static SnpDigestChain chain() {
        var chain = new SnpDigestChain();
        chain.unmeasured(PageType.ZERO, 0x1000);
        return chain;
    }
}
