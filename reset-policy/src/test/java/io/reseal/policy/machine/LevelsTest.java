package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.conclusion;
import static io.reseal.policy.machine.Conclusions.details;
import static io.reseal.policy.machine.SampleGuests.forced;
import static io.reseal.policy.machine.SampleGuests.guest;
import static io.reseal.policy.machine.SampleGuests.plain;
import static io.reseal.policy.machine.SampleGuests.snp;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.RebootAction;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Signal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LevelsTest {
    @Test
    void rebuilt_does_not_apply_to_plain_and_sev_guests_and_the_evidence_says_why() {
        for (var kind : new GuestKind[] {GuestKind.PLAIN, GuestKind.SEV}) {
            var story = GuestScenario.of(guest(kind))
                    .sent(12_000)
                    .resetSeen()
                    .acknowledged()
                    .counters(12_100)
                    .settledRunning()
                    .assertVerdict(Verdict.PROVEN, Level.RUNNING);
            assertThat(details(story.theReset(), EvidenceKind.NOT_APPLICABLE))
                    .containsExactly(
                            "rebuilt is not applicable: a %s guest is reset in the ordinary way, without a new KVM context"
                                    .formatted(kind.text()));
        }
    }

    @Test
    void rebuilt_does_not_apply_without_kvm() {
        var p = snp();
        var tcg = new GuestFacts(
                p.uuid(), p.identity(), true, GuestKind.PLAIN, p.qemu(), false, true, RebootAction.RESET, false);
        var story = GuestScenario.of(tcg)
                .take(new Signal.CountersRead(GuestScenario.BEGIN, VcpuCounters.NONE))
                .sent(0)
                .resetSeen()
                .acknowledged()
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.RUNNING);
        assertThat(details(story.theReset(), EvidenceKind.NOT_APPLICABLE))
                .containsExactly("rebuilt is not applicable: without KVM nothing is rebuilt");
    }

    @Test
    void rebuilt_applies_to_a_plain_guest_once_its_rebuild_was_switched_on_at_run_time() {
        GuestScenario.of(plain())
                .facts(forced())
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .counters(5)
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
    }

    @Test
    void acknowledged_is_proven_by_the_reply() {
        GuestScenario.of(snp())
                .proof(Level.ACKNOWLEDGED)
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .assertVerdict(Verdict.PROVEN, Level.OBSERVED);
    }

    @Test
    void observed_is_proven_by_event_and_reply() {
        var story = GuestScenario.of(snp()).proof(Level.OBSERVED).sent(12_000).acknowledged();
        story.stillOpen().resetSeen().assertVerdict(Verdict.PROVEN, Level.OBSERVED);
    }

    @Test
    void running_is_proven_after_the_settle_time_without_counters() {
        GuestScenario.of(snp())
                .proof(Level.RUNNING)
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.RUNNING);
    }

    @ParameterizedTest
    @EnumSource(
            value = Level.class,
            names = {"BOOTING", "ALIVE", "ATTESTED"})
    void a_level_above_the_reach_of_this_version_is_unproven_and_said_so(Level wanted) {
        var story = GuestScenario.of(snp())
                .launch(LaunchComparisonTest.launch("a"))
                .proof(wanted)
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .counters(40)
                .situation(50)
                .settledRunning()
                .assertVerdict(Verdict.UNPROVEN, Level.SAME_LAUNCH);
        assertThat(details(story.theReset(), EvidenceKind.NOT_APPLICABLE))
                .containsExactly(wanted.text() + " cannot be proven by this version");
        assertThat(conclusion(story.theReset()).summary())
                .isEqualTo("%s cannot be proven by this version; shown up to same-launch, wanted %s"
                        .formatted(wanted.text(), wanted.text()));
        assertThat(story.theReset().times().provenAt()).isEmpty();
    }
}
