package io.reseal.policy;

import static io.reseal.policy.Signal.ProcessState.ENDED;
import static io.reseal.policy.Signal.ProcessState.RUNNING;
import static io.reseal.policy.Signal.ProcessState.UNKNOWN;
import static io.reseal.policy.Story.conclusion;
import static io.reseal.policy.Story.details;
import static io.reseal.policy.Story.forced;
import static io.reseal.policy.Story.plain;
import static io.reseal.policy.Story.snp;
import static io.reseal.policy.Story.tdx;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConnectionTest {
    private static GuestFacts restarted(GuestFacts of) {
        return new GuestFacts(
                of.uuid(),
                Optional.of(new GuestFacts.ProcessId(4712, 100)),
                of.kind(),
                of.qemu(),
                true,
                false,
                false,
                false);
    }

    @Test
    void end_of_stream_inside_a_reset_asks_about_the_process_and_ended_is_died() {
        var story = Story.of(snp()).sent(12_000).detached();
        assertThat(story.latest()).last().isEqualTo(new Action.LookAtProcess());
        story.stillOpen().process(ENDED);
        assertThat(conclusion(story.theReset()))
                .isEqualTo(new Reset.Conclusion(Verdict.DIED, Optional.empty(), "QEMU ended during the reset"));
        assertThat(details(story.theReset(), EvidenceKind.PROCESS)).containsExactly("the QEMU process has ended");
        assertThat(story.state().link()).isEqualTo(GuestState.Link.ENDED);
    }

    @Test
    void a_process_that_lives_leaves_the_reset_open_until_the_deadline_and_is_looked_at_again() {
        var story = Story.of(snp()).sent(12_000).detached().process(RUNNING).stillOpen();
        story.afterMillis(250).tick();
        assertThat(story.latest()).contains(new Action.LookAtProcess());
        story.process(RUNNING).stillOpen().untilDeadline();
        assertThat(conclusion(story.theReset()).verdict()).isEqualTo(Verdict.UNPROVEN);
        assertThat(conclusion(story.theReset()).summary())
                .isEqualTo("time ran out; shown up to nothing, wanted rebuilt");
    }

    @Test
    void a_process_that_is_still_dying_when_first_looked_at_is_died_in_the_end() {
        var story = Story.of(snp())
                .sent(12_000)
                .detached()
                .process(RUNNING)
                .afterMillis(250)
                .tick()
                .process(ENDED);
        assertThat(Story.verdict(story.theReset())).isEqualTo(Verdict.DIED);
    }

    @Test
    void unknown_is_not_dead() {
        var story = Story.of(snp()).sent(12_000).detached().process(UNKNOWN).stillOpen();
        assertThat(story.state().link()).isEqualTo(GuestState.Link.DOWN);
        story.untilDeadline();
        assertThat(Story.verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
        assertThat(details(story.theReset(), EvidenceKind.PROCESS))
                .containsExactly("the QEMU process cannot be seen: unknown is not dead");
    }

    @Test
    void what_proc_says_while_there_is_a_connection_is_ignored() {
        var story = Story.of(snp()).sent(12_000).process(ENDED).stillOpen();
        assertThat(story.latest()).isEmpty();
    }

    @Test
    void an_end_without_an_open_reset_is_no_reset() {
        var story = Story.of(snp()).detached().process(RUNNING).process(ENDED).tick();
        assertThat(story.all(Action.Opened.class)).isEmpty();
        assertThat(story.state().link()).isEqualTo(GuestState.Link.ENDED);
    }

    @Test
    void a_reset_turned_into_a_shutdown_that_ends_qemu_is_died() {
        var story = Story.of(plain())
                .sent(12_000)
                .shutdown()
                .acknowledged()
                .detached()
                .process(ENDED);
        assertThat(Story.verdict(story.theReset())).isEqualTo(Verdict.DIED);
        assertThat(details(story.theReset(), EvidenceKind.SHUTDOWN_EVENT))
                .containsExactly("SHUTDOWN with reason host-qmp-system-reset");
    }

    @Test
    void a_reset_turned_into_a_shutdown_that_pauses_the_guest_is_failed_without_quarantine() {
        var story =
                Story.of(snp()).sent(12_000).shutdown().stop().acknowledged().runState("shutdown");
        assertThat(conclusion(story.theReset()).verdict()).isEqualTo(Verdict.FAILED);
        assertThat(conclusion(story.theReset()).summary()).isEqualTo("the reset was turned into a shutdown");
        assertThat(story.state().quarantined()).isFalse();
    }

    @Test
    void a_guest_that_was_shut_down_before_the_ask_is_not_failed_by_being_so_before_its_reset() {
        var story = Story.unseen(plain(), ResetPolicy.DEFAULT)
                .attached("shutdown", 10_000)
                .asked()
                .situationIn("shutdown", 10_000)
                .replyLost()
                .runState("shutdown")
                .stillOpen()
                .resetSeen()
                .resume()
                .settledRunning();
        assertThat(Story.verdict(story.theReset())).isEqualTo(Verdict.PROVEN);
    }

    @Test
    void a_connection_found_again_with_smaller_counters_is_an_inferred_reset_of_unknown_origin() {
        var story = Story.of(snp())
                .counters(20_000)
                .detached()
                .afterMillis(60_000)
                .attached("running", 300)
                .stillOpen()
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(story.theReset().ask().origin()).isEqualTo(Origin.UNKNOWN);
        assertThat(details(story.theReset(), EvidenceKind.INFERRED))
                .containsExactly(
                        "inferred: the vCPU counters restarted while there was no connection, so its events were missed",
                        "inferred: KVM exits restarted over a lost connection: 20000 before, 300 after");
        assertThat(story.state().life().incarnation()).isEqualTo(2);
    }

    @Test
    void a_connection_found_again_with_larger_counters_is_no_reset() {
        var story = Story.of(snp()).detached().afterMillis(60_000).attached("running", 90_000);
        assertThat(story.all(Action.Opened.class)).isEmpty();
        assertThat(story.state().life().incarnation()).isEqualTo(1);
    }

    @Test
    void an_open_reset_whose_events_were_missed_is_inferred_from_its_baseline() {
        var story = Story.of(snp())
                .sent(12_000)
                .detached()
                .process(RUNNING)
                .afterMillis(500)
                .attached("running", 300)
                .stillOpen()
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(story.theReset().ask().origin()).isEqualTo(Origin.OPERATOR);
        assertThat(details(story.theReset(), EvidenceKind.ACKNOWLEDGEMENT))
                .containsExactly("the reply was lost with the connection, the reset may have happened");
    }

    @Test
    void a_running_guest_found_in_prelaunch_without_restarted_counters_has_a_failed_rebuild() {
        var story = Story.of(snp(), new Proof(Level.OBSERVED, Proof.DEFAULT.within(), Proof.DEFAULT.settle()))
                .detached()
                .attached("prelaunch", 11_000);
        assertThat(conclusion(story.theReset()).verdict()).isEqualTo(Verdict.FAILED);
        assertThat(conclusion(story.theReset()).summary()).isEqualTo("the rebuild failed");
        assertThat(story.theReset().ask().origin()).isEqualTo(Origin.UNKNOWN);
        assertThat(story.state().quarantined()).isTrue();
    }

    @Test
    void our_reset_whose_failed_rebuild_was_missed_is_failed_and_quarantined() {
        for (boolean stopSeen : new boolean[] {true, false}) {
            var story = Story.of(tdx()).sent(12_000);
            if (stopSeen) {
                story.stop();
            }
            story.detached().process(RUNNING).attached("prelaunch", 12_500);
            assertThat(Story.verdict(story.theReset())).isEqualTo(Verdict.FAILED);
            assertThat(story.state().quarantined()).isTrue();
        }
    }

    @Test
    void a_guest_found_rebuilt_but_not_running_is_not_proven_until_it_runs() {
        var story = Story.of(tdx()).detached().attached("prelaunch", 0).stillOpen();
        story.resume().settledRunning().assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(details(story.theReset(), EvidenceKind.INFERRED).getFirst())
                .startsWith("inferred: the vCPU counters restarted");
    }

    @Test
    void a_paused_guest_found_in_prelaunch_with_its_old_counters_has_a_failed_rebuild() {
        var story = Story.unseen(tdx(), ResetPolicy.DEFAULT)
                .attached("paused", 10_000)
                .detached()
                .attached("prelaunch", 10_000);
        assertThat(Story.verdict(story.theReset())).isEqualTo(Verdict.FAILED);
        assertThat(story.state().quarantined()).isTrue();
        assertThat(details(story.theReset(), EvidenceKind.INFERRED))
                .containsExactly(
                        "inferred: the guest came to prelaunch while there was no connection, so its events were missed");
    }

    @Test
    void a_guest_that_was_in_prelaunch_before_the_gap_tells_nothing_by_being_so_after_it() {
        var story = Story.unseen(tdx(), ResetPolicy.DEFAULT)
                .attached("prelaunch", 0)
                .detached()
                .attached("prelaunch", 0);
        assertThat(story.all(Action.Opened.class)).isEmpty();
    }

    @Test
    void running_is_watched_anew_after_a_gap() {
        var story = Story.of(snp())
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
        Story.of(snp())
                .sent(12_000)
                .resetSeen()
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
        var story = Story.of(snp())
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
        assertThat(story.closed()).extracting(r -> r.ask().origin()).containsExactly(Origin.OPERATOR, Origin.UNKNOWN);
        assertThat(story.closed()).extracting(Story::verdict).containsExactly(Verdict.UNPROVEN, Verdict.PROVEN);
    }

    @Test
    void counters_compared_over_a_gap_are_marked_inferred() {
        var story = Story.of(snp())
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
        Story.of(tdx())
                .sent(12_000)
                .stop()
                .detached()
                .attached("running", 13_000)
                .resetSeen()
                .counters(3)
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
    }

    @Test
    void another_process_means_died_a_first_life_again_and_no_quarantine() {
        var story = Story.of(snp())
                .sent(12_000)
                .stop()
                .resetSeen()
                .acknowledged()
                .counters(12_000)
                .runState("prelaunch");
        assertThat(story.state().quarantined()).isTrue();
        story.resetSeen().detached().facts(restarted(snp())).attached("running", 7);
        assertThat(conclusion(story.lastClosed()).verdict()).isEqualTo(Verdict.DIED);
        assertThat(conclusion(story.lastClosed()).summary())
                .isEqualTo("QEMU was replaced by another process during the reset");
        assertThat(story.state().quarantined()).isFalse();
        assertThat(story.state().life().incarnation()).isEqualTo(1);
        assertThat(story.state().resettable()).isTrue();
        assertThat(story.sent(500).all(Action.SendSystemReset.class)).hasSize(2);
    }

    @Test
    void processes_that_cannot_be_told_apart_are_the_same_when_their_uuids_are() {
        var unknown =
                new GuestFacts("uuid-1", Optional.empty(), GuestKind.SEV_SNP, snp().qemu(), true, false, false, false);
        assertThat(unknown.sameGuest(snp())).isTrue();
        assertThat(new GuestFacts("other", Optional.empty(), unknown.kind(), unknown.qemu(), true, false, false, false)
                        .sameGuest(snp()))
                .isFalse();
        assertThat(restarted(snp()).sameGuest(snp())).isFalse();
    }

    @Test
    void events_between_detached_and_attached_are_part_of_what_attached_tells() {
        var story = Story.of(forced()).detached();
        var before = story.state();
        story.resetSeen().stop().resume().shutdown().panic();
        assertThat(story.state()).isEqualTo(before);
        assertThat(Story.unseen(snp(), ResetPolicy.DEFAULT).resetSeen().all(Action.Opened.class))
                .isEmpty();
    }
}
