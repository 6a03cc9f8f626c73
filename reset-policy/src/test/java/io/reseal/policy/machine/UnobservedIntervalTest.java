package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.conclusion;
import static io.reseal.policy.machine.Conclusions.details;
import static io.reseal.policy.machine.SampleGuests.snp;
import static io.reseal.policy.machine.SampleGuests.tdx;
import static io.reseal.policy.signal.Signal.ProcessState.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import org.junit.jupiter.api.Test;

class UnobservedIntervalTest {
    @Test
    void a_connection_found_again_with_smaller_counters_is_an_inferred_reset_of_unknown_origin() {
        var story = GuestScenario.of(snp())
                .counters(20_000)
                .detached()
                .afterMillis(60_000)
                .attached("running", 300)
                .stillOpen()
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(story.theReset().request().origin()).isEqualTo(Origin.UNKNOWN);
        assertThat(details(story.theReset(), EvidenceKind.INFERRED))
                .containsExactly(
                        "inferred: the vCPU counters restarted while there was no connection, so its events were missed",
                        "inferred: KVM exits restarted over a lost connection: 20000 before, 300 after");
        assertThat(story.state().incarnation().number()).isEqualTo(2);
    }

    @Test
    void a_connection_found_again_with_larger_counters_is_no_reset() {
        var story = GuestScenario.of(snp()).detached().afterMillis(60_000).attached("running", 90_000);
        assertThat(story.all(Action.Opened.class)).isEmpty();
        assertThat(story.state().incarnation().number()).isEqualTo(1);
    }

    @Test
    void a_reset_over_a_gap_that_took_the_reply_may_be_somebody_elses_and_is_not_proven() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .detached()
                .process(RUNNING)
                .afterMillis(500)
                .attached("running", 300)
                .stillOpen()
                .settledRunning();
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
        assertThat(conclusion(story.theReset()).summary()).contains("perhaps somebody else's");
        assertThat(story.theReset().request().origin()).isEqualTo(Origin.OPERATOR);
        assertThat(details(story.theReset(), EvidenceKind.ACKNOWLEDGEMENT))
                .containsExactly("the reply was lost with the connection, the reset may have happened");
    }

    @Test
    void a_running_guest_found_in_prelaunch_without_restarted_counters_has_a_failed_rebuild() {
        var story = GuestScenario.of(snp(), new Proof(Level.OBSERVED, Proof.DEFAULT.within(), Proof.DEFAULT.settle()))
                .detached()
                .attached("prelaunch", 11_000);
        assertThat(conclusion(story.theReset()).verdict()).isEqualTo(Verdict.FAILED);
        assertThat(conclusion(story.theReset()).summary())
                .isEqualTo("the rebuild failed; only a new QEMU process helps");
        assertThat(story.theReset().request().origin()).isEqualTo(Origin.UNKNOWN);
        assertThat(story.guest().quarantined()).isTrue();
    }

    @Test
    void our_reset_whose_failed_rebuild_was_missed_is_failed_and_quarantined() {
        for (boolean stopSeen : new boolean[] {true, false}) {
            var story = GuestScenario.of(tdx()).sent(12_000);
            if (stopSeen) {
                story.stop();
            }
            story.detached().process(RUNNING).attached("prelaunch", 12_500);
            assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.FAILED);
            assertThat(story.guest().quarantined()).isTrue();
        }
    }

    @Test
    void a_running_guest_found_rebuilt_in_prelaunch_was_paused_by_somebody_and_is_proven_once_it_runs() {
        var paused = GuestScenario.of(tdx())
                .detached()
                .attached("prelaunch", 0)
                .stillOpen()
                .untilDeadline();
        assertThat(Conclusions.verdict(paused.theReset())).isEqualTo(Verdict.UNPROVEN);
        assertThat(conclusion(paused.theReset()).summary()).startsWith("time ran out, run state is prelaunch");
        assertThat(paused.guest().quarantined()).isFalse();
        var continued = GuestScenario.of(tdx())
                .detached()
                .attached("prelaunch", 0)
                .resume()
                .settledRunning();
        assertThat(Conclusions.verdict(continued.theReset())).isEqualTo(Verdict.PROVEN);
        assertThat(continued.guest().quarantined()).isFalse();
    }

    @Test
    void a_paused_guest_found_rebuilt_is_not_proven_until_it_runs() {
        var story = GuestScenario.unseen(tdx(), ResetPolicy.DEFAULT)
                .attached("paused", 10_000)
                .detached()
                .attached("prelaunch", 0)
                .stillOpen();
        story.resume().settledRunning().assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(details(story.theReset(), EvidenceKind.INFERRED).getFirst())
                .startsWith("inferred: the vCPU counters restarted");
    }

    @Test
    void a_paused_guest_found_in_prelaunch_with_its_old_counters_has_a_failed_rebuild() {
        var story = GuestScenario.unseen(tdx(), ResetPolicy.DEFAULT)
                .attached("paused", 10_000)
                .detached()
                .attached("prelaunch", 10_000);
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.FAILED);
        assertThat(story.guest().quarantined()).isTrue();
        assertThat(details(story.theReset(), EvidenceKind.INFERRED))
                .containsExactly(
                        "inferred: the guest came to prelaunch while there was no connection, so its events were missed");
    }

    @Test
    void a_guest_that_was_in_prelaunch_before_the_gap_tells_nothing_by_being_so_after_it() {
        var story = GuestScenario.unseen(tdx(), ResetPolicy.DEFAULT)
                .attached("prelaunch", 0)
                .detached()
                .attached("prelaunch", 0);
        assertThat(story.all(Action.Opened.class)).isEmpty();
    }

    @Test
    void running_is_watched_anew_after_a_gap() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .counters(40)
                .detached()
                .afterMillis(2000)
                .attached("running", 2_000)
                .stillOpen()
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(details(story.theReset(), EvidenceKind.CONNECTION))
                .containsExactly("connection lost: end of stream");
    }

    @Test
    void a_guest_that_had_settled_is_not_proven_while_there_is_no_connection() {
        GuestScenario.of(snp())
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .readFailed()
                .settledRunning()
                .detached()
                .attached("paused", 40)
                .stillOpen()
                .untilDeadline()
                .assertVerdict(Verdict.UNPROVEN, Level.OBSERVED);
    }

    @Test
    void another_reset_in_a_gap_overtakes_the_open_one() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .counters(4_000)
                .detached()
                .attached("running", 100)
                .stillOpen();
        assertThat(conclusion(story.lastClosed()).summary())
                .isEqualTo("another reset took place in a blind interval; shown up to observed, wanted rebuilt");
        story.settledRunning();
        assertThat(story.closed())
                .extracting(r -> r.request().origin())
                .containsExactly(Origin.OPERATOR, Origin.UNKNOWN);
        assertThat(story.closed()).extracting(Conclusions::verdict).containsExactly(Verdict.UNPROVEN, Verdict.PROVEN);
    }

    @Test
    void counters_compared_over_a_gap_are_marked_inferred() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .detached()
                .afterMillis(100)
                .attached("running", 300)
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(details(story.theReset(), EvidenceKind.COUNTERS)).isEmpty();
        assertThat(details(story.theReset(), EvidenceKind.INFERRED)).hasSize(1);
    }

    @Test
    void a_stop_before_a_gap_in_which_the_guest_was_continued_is_forgotten() {
        GuestScenario.of(tdx())
                .stop()
                .detached()
                .attached("running", 13_000)
                .resetSeen()
                .counters(3)
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
    }
}
