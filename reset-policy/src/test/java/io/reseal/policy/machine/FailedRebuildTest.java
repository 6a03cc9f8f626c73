package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.conclusion;
import static io.reseal.policy.machine.Conclusions.details;
import static io.reseal.policy.machine.SampleGuests.echoing;
import static io.reseal.policy.machine.SampleGuests.forced;
import static io.reseal.policy.machine.SampleGuests.guest;
import static io.reseal.policy.machine.SampleGuests.plain;
import static io.reseal.policy.machine.SampleGuests.snp;
import static io.reseal.policy.machine.SampleGuests.tdx;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailedRebuildTest {
    private static GuestScenario failed(GuestFacts facts) {
        return GuestScenario.of(facts)
                .sent(12_000)
                .stop()
                .resetSeen()
                .acknowledged()
                .counters(12_001)
                .runState("prelaunch");
    }

    private static void assertQuarantine(GuestScenario story) {
        assertThat(story.guest().quarantined()).isTrue();
        int sent = story.all(Action.SendSystemReset.class).size();
        var id = story.afterMillis(60_000)
                .requested(HazardId.values())
                .situationIn("prelaunch", 12_001)
                .lastClosed();
        assertThat(Conclusions.verdict(id)).isEqualTo(Verdict.REFUSED);
        assertThat(conclusion(id).summary()).isEqualTo("nothing was sent: rebuild-failed");
        assertThat(story.all(Action.SendSystemReset.class)).hasSize(sent);
    }

    @ParameterizedTest
    @EnumSource(
            value = GuestKind.class,
            names = {"SEV_ES", "SEV_SNP", "TDX"})
    void stop_before_reset_is_a_failed_rebuild_and_later_requests_are_refused_even_when_forced(GuestKind kind) {
        var story = failed(guest(kind));
        var reset = story.theReset();
        assertThat(conclusion(reset))
                .isEqualTo(new Reset.Conclusion(
                        Verdict.FAILED,
                        Optional.of(Level.ACKNOWLEDGED),
                        "the rebuild failed; only a new QEMU process helps"));
        assertThat(reset.evidence())
                .extracting(Evidence::detail)
                .containsExactly(
                        "STOP came before RESET: somebody paused the guest, or the rebuild failed; the counters decide",
                        "QMP returned success",
                        "KVM exits went on: 12000 before, 12001 after",
                        "STOP came before RESET: the sign of a rebuild that failed",
                        "run state is prelaunch, was running");
        assertQuarantine(story);
    }

    @Test
    void a_failed_rebuild_of_a_plain_guest_is_no_reason_to_refuse_the_next_reset() {
        var story = failed(forced());
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.FAILED);
        assertThat(story.guest().quarantined()).isFalse();
        story.requested()
                .situationIn("prelaunch", 12_001)
                .resetSeen()
                .acknowledged()
                .counters(0);
        assertThat(Conclusions.verdict(story.lastClosed())).isEqualTo(Verdict.PROVEN);
    }

    @ParameterizedTest
    @EnumSource(Level.class)
    void stop_before_reset_has_failed_whatever_was_wanted(Level wanted) {
        var story = GuestScenario.of(snp())
                .proof(wanted)
                .sent(12_000)
                .stop()
                .resetSeen()
                .acknowledged()
                .runState("prelaunch")
                .stillOpen()
                .counters(12_001);
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.FAILED);
        assertQuarantine(story);
    }

    @Test
    void stop_before_a_guests_own_reset_has_failed_though_no_more_than_acknowledged_was_wanted() {
        var story = GuestScenario.of(
                        snp(), new Proof(Level.ACKNOWLEDGED, Proof.DEFAULT.within(), Proof.DEFAULT.settle()))
                .stop()
                .guestReset()
                .counters(10_001)
                .runState("prelaunch");
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.FAILED);
        assertQuarantine(story);
    }

    @Test
    void stop_before_reset_decides_nothing_where_the_counters_say_nothing() {
        var story = GuestScenario.of(snp())
                .sent(3)
                .stop()
                .resetSeen()
                .acknowledged()
                .counters(3)
                .runState("prelaunch")
                .stillOpen()
                .untilDeadline();
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
        assertThat(conclusion(story.theReset()).summary()).startsWith("time ran out, run state is prelaunch");
        assertThat(story.guest().quarantined()).isFalse();
    }

    @Test
    void stop_before_reset_was_a_pause_where_the_counters_restarted() {
        var story = GuestScenario.of(tdx())
                .sent(12_000)
                .stop()
                .resetSeen()
                .acknowledged()
                .counters(0);
        story.assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(story.guest().quarantined()).isFalse();
    }

    @Test
    void a_stop_whose_run_state_was_read_to_be_paused_is_no_sign_of_a_failed_rebuild_at_all() {
        var story = GuestScenario.of(tdx()).stop();
        assertThat(story.latest()).contains(new Action.ReadRunState());
        story.runState("paused").resetSeen().counters(0).assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(details(story.theReset(), EvidenceKind.STOP_EVENT)).isEmpty();
        assertThat(details(story.theReset(), EvidenceKind.RESET_EVENT))
                .containsExactly("RESET with reason host-qmp-system-reset");
    }

    @Test
    void whatever_shows_rebuilt_lifts_the_quarantine_and_so_does_a_guest_that_makes_exits() {
        var rebuilt = failed(tdx()).afterMillis(100);
        assertThat(rebuilt.guest().quarantined()).isTrue();
        rebuilt.resetSeen().counters(0);
        assertThat(rebuilt.guest().quarantined()).isFalse();
        var running = failed(tdx()).resume().counters(12_500);
        assertThat(running.guest().quarantined()).isFalse();
    }

    @Test
    void a_launch_that_was_not_finished_is_not_rebuilt_whoever_paused_the_guest() {
        for (var stop : List.of("paused", "internal-error")) {
            var story = GuestScenario.of(snp())
                    .sevState("running")
                    .counters(12_000)
                    .stop()
                    .runState(stop);
            story.resetSeen().sevState("launch-update").counters(0);
            assertThat(conclusion(story.theReset()).summary())
                    .isEqualTo(
                            "the rebuild failed: its launch was begun and not finished; only a new QEMU process helps");
            assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.FAILED);
            assertQuarantine(story);
        }
    }

    @Test
    void a_paused_sev_guest_is_not_proven_where_query_sev_does_not_tell_whether_its_launch_was_finished() {
        var story = GuestScenario.of(snp())
                .stop()
                .runState("paused")
                .resetSeen()
                .counters(0)
                .untilDeadline();
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void a_guest_that_never_ran_was_in_launch_update_before_its_reset_too() {
        var story = GuestScenario.unseen(snp(), ResetPolicy.DEFAULT)
                .sevState("launch-update")
                .attached("prelaunch", 0);
        story.requested(HazardId.PAUSED_SEV, HazardId.NOT_RUNNING)
                .situationIn("prelaunch", 0)
                .resetSeen()
                .acknowledged()
                .counters(0);
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
        assertThat(story.guest().quarantined()).isFalse();
    }

    @Test
    void stop_before_reset_is_proven_where_the_guest_was_rebuilt_and_runs_after_all() {
        var story = GuestScenario.of(tdx())
                .sent(12_000)
                .stop()
                .resetSeen()
                .acknowledged()
                .counters(0)
                .resume()
                .settledRunning();
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.PROVEN);
        assertThat(story.guest().quarantined()).isFalse();
    }

    @Test
    void stop_and_resume_before_reset_were_somebodys_pause() {
        GuestScenario.of(tdx())
                .sent(12_000)
                .stop()
                .resume()
                .resetSeen()
                .acknowledged()
                .counters(0)
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
    }

    @Test
    void stop_before_the_reset_of_a_guest_that_is_not_rebuilt_was_somebodys_pause() {
        var story = GuestScenario.of(plain())
                .sent(12_000)
                .stop()
                .resetSeen()
                .acknowledged()
                .counters(12_000)
                .runState("prelaunch")
                .stillOpen();
        story.resume().settledRunning().assertVerdict(Verdict.PROVEN, Level.RUNNING);
        assertThat(details(story.theReset(), EvidenceKind.RESET_EVENT))
                .containsExactly("RESET with reason host-qmp-system-reset");
    }

    @Test
    void a_stop_long_before_somebody_elses_reset_was_a_pause_and_the_counters_decide() {
        var story = GuestScenario.of(tdx())
                .stop()
                .afterMillis(2000)
                .resetSeen()
                .runState("prelaunch")
                .counters(0);
        story.assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(story.theReset().request().origin()).isEqualTo(Origin.EXTERNAL);
    }

    @Test
    void one_stop_is_the_sign_of_one_failed_rebuild_only() {
        var story = GuestScenario.of(forced())
                .stop()
                .guestReset()
                .counters(10_001)
                .runState("prelaunch")
                .afterMillis(100)
                .resetSeen()
                .counters(0);
        assertThat(story.closed()).extracting(Conclusions::verdict).containsExactly(Verdict.FAILED, Verdict.PROVEN);
    }

    @Test
    void a_stop_without_a_reading_is_unproven_at_the_deadline_and_the_guest_is_taken_for_failed() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .stop()
                .resetSeen()
                .acknowledged()
                .untilDeadline();
        assertThat(conclusion(story.theReset()).verdict()).isEqualTo(Verdict.UNPROVEN);
        assertThat(conclusion(story.theReset()).summary())
                .isEqualTo("time ran out, run state is prelaunch; shown up to acknowledged, wanted rebuilt");
        assertQuarantine(story);
    }

    @Test
    void a_rebuild_that_may_have_failed_when_another_reset_came_is_unproven_and_the_guest_is_taken_for_failed() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .stop()
                .resetSeen()
                .acknowledged()
                .afterMillis(1)
                .resetSeen();
        assertThat(conclusion(story.lastClosed()).summary())
                .isEqualTo(
                        "somebody else reset the guest before this reset was judged, run state is prelaunch; shown up to acknowledged, wanted rebuilt");
        assertThat(story.guest().quarantined()).isTrue();
    }

    @Test
    void a_guests_failed_rebuild_just_before_ours_is_quarantined_even_if_ours_never_comes() {
        var story = GuestScenario.of(snp()).sent(12_000).stop().guestReset();
        assertThat(Conclusions.verdict(story.lastClosed())).isEqualTo(Verdict.UNPROVEN);
        assertThat(story.lastClosed().request().origin()).isEqualTo(Origin.GUEST);
        story.stillOpen().acknowledged().untilDeadline();
        assertQuarantine(story);
    }

    @Test
    void somebody_elses_failed_rebuild_before_our_rejected_reset_is_quarantined() {
        var story = GuestScenario.of(snp()).sent(12_000).stop().resetSeen().rejected();
        assertThat(story.closed()).extracting(Conclusions::verdict).containsExactly(Verdict.UNPROVEN, Verdict.UNPROVEN);
        assertThat(story.closed())
                .extracting(r -> r.request().origin())
                .containsExactly(Origin.EXTERNAL, Origin.OPERATOR);
        assertThat(story.lastClosed().times().observedAt()).isEmpty();
        assertQuarantine(story);
    }

    @Test
    void a_stop_between_somebody_elses_reset_and_ours_leaves_ours_unproven_without_a_baseline() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .resetSeen()
                .stop()
                .resetSeen()
                .acknowledged()
                .counters(8)
                .runState("prelaunch")
                .untilDeadline();
        assertThat(Conclusions.verdict(story.lastClosed())).isEqualTo(Verdict.UNPROVEN);
        assertThat(story.lastClosed().request().origin()).isEqualTo(Origin.OPERATOR);
    }

    @Test
    void the_failed_rebuild_of_an_echo_is_no_echo() {
        var story = GuestScenario.of(echoing(forced()))
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .counters(40)
                .afterMillis(150)
                .counters(5_000)
                .stop()
                .guestReset()
                .counters(5_000)
                .runState("prelaunch");
        assertThat(story.closed()).extracting(Conclusions::verdict).containsExactly(Verdict.UNPROVEN, Verdict.FAILED);
    }

    @Test
    void a_sev_state_of_uninit_has_failed_even_without_counters() {
        var story = GuestScenario.of(snp());
        story.sevState("running")
                .sent(3)
                .resetSeen()
                .acknowledged()
                .sevState("uninit")
                .counters(3);
        assertThat(details(story.theReset(), EvidenceKind.COUNTERS))
                .containsExactly("query-sev tells state uninit: the launch did not take place");
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.FAILED);
        assertQuarantine(story.runState("prelaunch"));
    }

    @Test
    void a_sev_state_of_uninit_after_stop_and_reset_has_failed_at_once() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .stop()
                .resetSeen()
                .acknowledged()
                .sevState("uninit")
                .counters(12_000);
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.FAILED);
        assertQuarantine(story.runState("prelaunch"));
    }

    @Test
    void a_guest_found_in_sev_state_uninit_is_quarantined_though_nobody_saw_its_rebuild_fail() {
        var story = GuestScenario.unseen(snp(), ResetPolicy.DEFAULT)
                .sevState("uninit")
                .attached("prelaunch", 12_001);
        assertThat(story.closed()).isEmpty();
        assertQuarantine(story);
    }

    @Test
    void a_reset_that_was_overtaken_before_its_counters_were_read_leaves_a_doubt_and_no_invented_failure() {
        var story = GuestScenario.of(tdx()).stop().resetSeen().afterMillis(2).resetSeen();
        assertThat(story.guest().quarantined()).isFalse();
        assertThat(story.guest().hazards())
                .filteredOn(hazard -> hazard.id() == HazardId.REBUILD_IN_DOUBT)
                .singleElement()
                .satisfies(hazard -> assertThat(hazard.forceable()).isTrue());
        story.counters(0).runState("prelaunch");
        assertThat(story.guest().hazards()).noneMatch(hazard -> hazard.id() == HazardId.REBUILD_IN_DOUBT);
        story.resume().settledRunning();
        assertThat(story.guest().quarantined()).isFalse();
    }

    @Test
    void a_doubt_becomes_a_failure_once_the_counters_are_seen_to_be_those_from_before() {
        var story = GuestScenario.of(tdx())
                .counters(12_000)
                .stop()
                .resetSeen()
                .afterMillis(2)
                .resetSeen();
        story.counters(12_000).runState("prelaunch");
        assertThat(story.guest().quarantined()).isTrue();
    }

    @Test
    void a_guest_that_is_dead_before_its_counters_were_read_is_not_reset_again_as_if_nothing_had_failed() {
        var story = GuestScenario.of(SampleGuests.guest(GuestKind.SEV_ES))
                .sent(12_000)
                .resetSeen()
                .acknowledged();
        story.runState("internal-error");
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.FAILED);
        assertThat(story.guest().quarantined()).isTrue();
        var td = GuestScenario.of(tdx()).sent(12_000).resetSeen().acknowledged().runState("internal-error");
        assertThat(td.guest().hazards()).anyMatch(hazard -> hazard.id() == HazardId.REBUILD_IN_DOUBT);
    }
}
