package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.verdict;
import static io.reseal.policy.machine.SampleGuests.echoing;
import static io.reseal.policy.machine.SampleGuests.forced;
import static io.reseal.policy.machine.SampleGuests.plain;
import static io.reseal.policy.machine.SampleGuests.servedBy;
import static io.reseal.policy.machine.SampleGuests.snp;
import static io.reseal.policy.machine.SampleGuests.tdx;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.QemuIdentity;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Orders of events that the simulation met and nobody had thought of. */
class RareOrdersTest {
    private static final GuestFacts UNSEEN = servedBy(plain(), QemuIdentity.UNKNOWN);

    private static final ResetPolicy SET_ACTION =
            new ResetPolicy(new ResetPolicy.Terms(Proof.DEFAULT, true, true, false, Set.of()), List.of());

    private static Origin origin(Reset reset) {
        return reset.request().origin();
    }

    @Test
    void a_reboot_of_the_guest_before_the_answer_leaves_our_reset_waiting_for_its_own_event() {
        var story =
                GuestScenario.of(snp()).sent(12_000).resetSeen().afterMillis(2).guestReset();
        assertThat(story.closed()).extracting(RareOrdersTest::origin).containsExactly(Origin.EXTERNAL, Origin.GUEST);
        story.counters(5_000)
                .afterMillis(2)
                .resetSeen()
                .acknowledged()
                .counters(30)
                .settledRunning();
        assertThat(verdict(story.lastClosed())).isEqualTo(Verdict.PROVEN);
        assertThat(origin(story.lastClosed())).isEqualTo(Origin.OPERATOR);
    }

    @Test
    void a_reset_before_ours_was_sent_is_somebody_elses() {
        var story = GuestScenario.unseen(snp(), SET_ACTION).attached("running", 10_000);
        story.requested().situation(12_000).resetSeen().rebootActionSet();
        assertThat(story.closed()).extracting(RareOrdersTest::origin).containsExactly(Origin.EXTERNAL);
        assertThat(story.all(Action.SendSystemReset.class)).hasSize(1);
        assertThat(story.state().resets().open().orElseThrow().observed()).isFalse();
    }

    @Test
    void a_guest_that_stops_while_set_action_is_out_is_not_reset() {
        var story = GuestScenario.unseen(plain(), SET_ACTION).attached("running", 10_000);
        story.requested().situation(12_000).stop().rebootActionSet();
        assertThat(verdict(story.theReset())).isEqualTo(Verdict.REFUSED);
        assertThat(story.all(Action.SendSystemReset.class)).isEmpty();
    }

    @Test
    void a_reset_whose_reply_was_lost_after_its_event_is_not_shown_to_be_ours() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .resetSeen()
                .detached()
                .afterMillis(300)
                .attached("running", 40)
                .settledRunning();
        assertThat(verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void of_two_resets_after_a_lost_reply_either_may_be_ours() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .replyLost()
                .resetSeen()
                .afterMillis(2)
                .resetSeen();
        assertThat(story.closed()).extracting(RareOrdersTest::origin).containsExactly(Origin.OPERATOR);
        assertThat(origin(story.state().resets().open().orElseThrow().reset())).isEqualTo(Origin.UNKNOWN);
    }

    @Test
    void what_comes_after_an_answer_to_a_later_command_is_not_ours() {
        var story = GuestScenario.of(snp()).sent(12_000).replyLost().untilDeadline();
        story.runState("running").after(Duration.ofSeconds(7)).tick().resetSeen();
        assertThat(origin(story.state().resets().open().orElseThrow().reset())).isEqualTo(Origin.EXTERNAL);
    }

    @Test
    void an_acknowledged_reset_that_was_turned_into_a_shutdown_is_not_proven() {
        var story = GuestScenario.of(plain())
                .proof(Level.ACKNOWLEDGED)
                .sent(12_000)
                .shutdown()
                .acknowledged();
        story.stillOpen().runState("shutdown");
        assertThat(verdict(story.theReset())).isEqualTo(Verdict.FAILED);
    }

    @Test
    void a_guest_that_had_shut_down_is_not_failed_while_our_command_is_unanswered() {
        var story = GuestScenario.of(plain()).sent(12_000);
        story.take(new Signal.ShutdownSeen(story.state().incarnation().since().plusSeconds(1), "guest-shutdown"));
        story.runState("shutdown").stillOpen();
        story.resetSeen().acknowledged();
        assertThat(story.all(Action.Opened.class)).hasSize(1);
    }

    @Test
    void a_qemu_that_answers_after_its_shutdown_stays_and_has_not_ended_when_its_socket_is_gone() {
        var story = GuestScenario.of(UNSEEN)
                .shutdown()
                .runState("shutdown")
                .detached()
                .process(Signal.ProcessState.UNKNOWN_SOCKET_GONE);
        assertThat(story.all(Action.Ended.class)).isEmpty();
    }

    @Test
    void a_guest_that_was_to_reboot_and_is_ended_by_a_signal_is_still_recreated() {
        var story = GuestScenario.of(tdx());
        for (var reason : List.of("guest-reset", "host-signal")) {
            story.take(new Signal.ShutdownSeen(GuestScenario.BEGIN, reason));
        }
        story.detached().process(Signal.ProcessState.ENDED);
        story.facts(servedBy(tdx(), QemuIdentity.of(new QemuIdentity.ProcessId(4712, 100))));
        story.afterMillis(900).attached("prelaunch", 0);
        assertThat(story.all(Action.Opened.class)).hasSize(1);
    }

    @Test
    void a_shutdown_that_a_resume_has_overtaken_is_no_reason_of_an_end() {
        var story = GuestScenario.of(tdx()).stop().shutdown().runState("paused").resume();
        story.detached().process(Signal.ProcessState.ENDED);
        assertThat(story.all(Action.Ended.class)).extracting(Action.Ended::how).containsExactly(Action.How.CRASH);
    }

    @Test
    void a_failed_rebuild_stays_failed_though_another_process_takes_the_guest_over() {
        var story = GuestScenario.of(tdx()).stop().guestReset().counters(12_000);
        story.shutdown().detached().process(Signal.ProcessState.ENDED);
        story.facts(servedBy(tdx(), QemuIdentity.of(new QemuIdentity.ProcessId(4712, 100))));
        story.afterMillis(900).attached("running", 90);
        assertThat(verdict(story.closed().getFirst())).isEqualTo(Verdict.FAILED);
    }

    @Test
    void an_unseen_td_that_was_to_reboot_is_not_proven_to_have_another_process() {
        var unseen = servedBy(tdx(), QemuIdentity.UNKNOWN);
        var story =
                GuestScenario.of(unseen).shutdown().detached().afterMillis(900).attached("running", 90);
        assertThat(story.closed()).extracting(Conclusions::verdict).doesNotContain(Verdict.PROVEN);
    }

    @Test
    void a_sleeping_guest_that_was_stopped_sleeps_on_after_a_resume() {
        var story = GuestScenario.of(plain());
        story.take(new Signal.SuspendSeen(GuestScenario.BEGIN)).stop().resume();
        assertThat(story.state().execution().runState()).isEqualTo(RunState.SUSPENDED);
    }

    @Test
    void a_guest_that_has_never_run_is_not_failed_by_two_resets() {
        var story = GuestScenario.unseen(snp(), ResetPolicy.DEFAULT)
                .sevState("launch-update")
                .attached("prelaunch", 0);
        story.resetSeen().resetSeen().counters(0);
        assertThat(story.closed()).extracting(Conclusions::verdict).doesNotContain(Verdict.FAILED);
    }

    @Test
    void an_echo_that_a_silent_qemu_owes_is_awaited() {
        var story = GuestScenario.of(echoing(forced()))
                .resetSeen()
                .counters(3)
                .afterMillis(200)
                .tick();
        story.afterMillis(4_000).tick().guestReset();
        assertThat(story.all(Action.Opened.class)).hasSize(1);
    }

    @Test
    void ticks_of_others_do_not_multiply_the_looks_for_an_echo() {
        var story = GuestScenario.of(echoing(plain())).resetSeen();
        for (int i = 0; i < 10; i++) {
            story.afterMillis(5).tick();
        }
        var looks =
                story.all(Action.WakeAt.class).stream().map(Action.WakeAt::at).distinct();
        assertThat(looks).hasSizeLessThan(5);
    }

    @Test
    void the_policy_of_a_bundles_first_launch_is_not_known_without_the_command_line() {
        var bundle = new Launch.Bundle(
                "/b.igvm",
                Optional.of(new Launch.Fingerprint(65_536, "a", 1, 0)),
                true,
                false,
                Set.of("igvm0"),
                Optional.of("igvm0"),
                Optional.of(new Launch.Contents(OptionalLong.of(0x30000), Optional.empty())));
        var launch = new Launch(
                Map.of("policy", "0x30000"), Optional.empty(), Optional.empty(), Optional.of(bundle), Optional.empty());
        var story =
                GuestScenario.unseen(snp(), ResetPolicy.DEFAULT).launch(launch).proof(Level.SAME_LAUNCH);
        story.attached("running", 10_000)
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .counters(30)
                .situation(40);
        story.settledRunning();
        assertThat(verdict(story.lastClosed())).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void a_guest_that_runs_on_is_not_failed_whatever_its_counters_seem_to_tell() {
        var story = GuestScenario.of(tdx())
                .stop()
                .guestReset()
                .resume()
                .counters(12_000)
                .settledRunning();
        assertThat(verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
        assertThat(story.guest().quarantined()).isFalse();
    }

    @Test
    void what_an_unseen_process_told_of_its_shutdown_is_not_held_against_the_next() {
        var unseen = servedBy(tdx(), QemuIdentity.UNKNOWN);
        var story =
                GuestScenario.of(unseen).shutdown().detached().afterMillis(300).attached("prelaunch", 0);
        story.detached().process(Signal.ProcessState.ENDED);
        assertThat(story.all(Action.Ended.class)).extracting(Action.Ended::how).containsExactly(Action.How.CRASH);
    }

    @Test
    void how_long_a_guest_ran_since_a_reset_is_not_known_where_the_clock_was_set_meanwhile() {
        var story = GuestScenario.of(snp()).afterMillis(1).stop().runState("paused");
        story.after(Duration.ofSeconds(4));
        story.take(new Signal.ClockSet(
                story.state().execution().stop().orElseThrow().at(), Duration.ofMinutes(-2)));
        story.resetSeen().resume().counters(400_000);
        assertThat(story.closed()).extracting(Conclusions::verdict).doesNotContain(Verdict.FAILED);
    }

    @Test
    void a_panic_long_after_the_reset_of_a_paused_guest_speaks_of_no_level() {
        var story = GuestScenario.of(tdx())
                .stop()
                .runState("paused")
                .resetSeen()
                .counters(0)
                .panic();
        assertThat(story.closed().stream().flatMap(reset -> reset.evidence().stream()))
                .noneMatch(evidence -> evidence.outcome() == Outcome.CONTRADICTS);
    }

    @Test
    void counters_that_restarted_do_not_show_whose_reset_it_was_after_a_lost_reply() {
        var story = GuestScenario.of(tdx()).proof(Level.OBSERVED).sent(12_000).replyLost();
        story.stop().resetSeen().counters(0).runState("prelaunch").untilDeadline();
        assertThat(verdict(story.closed().getFirst())).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void counters_that_restarted_over_a_gap_do_not_show_a_rebuild_that_may_have_failed_before_it() {
        var story = GuestScenario.of(forced()).stop().resetSeen().detached();
        story.process(Signal.ProcessState.RUNNING).afterMillis(900).attached("running", 90);
        assertThat(story.closed()).extracting(Conclusions::verdict).doesNotContain(Verdict.PROVEN);
    }

    @Test
    void a_reset_before_a_shutdown_that_answers_our_command_was_somebody_elses() {
        var story = GuestScenario.of(snp()).sent(12_000).resetSeen().shutdown().acknowledged();
        assertThat(story.closed()).extracting(RareOrdersTest::origin).containsExactly(Origin.EXTERNAL);
    }

    @Test
    void a_guest_that_stops_before_our_command_is_answered_is_not_failed_by_it() {
        var story = GuestScenario.of(snp()).sent(12_000).resetSeen().stop().runState("internal-error");
        story.stillOpen().resetSeen().acknowledged();
        assertThat(story.closed()).extracting(RareOrdersTest::origin).containsExactly(Origin.EXTERNAL);
    }

    @Test
    void a_guests_reboot_is_no_echo_because_the_wall_clock_was_set_back() {
        var story = GuestScenario.of(echoing(plain())).resetSeen();
        var last = story.state().resets().last().orElseThrow().emittedAt();
        PassingTime.ranFor(story, Duration.ofMillis(1_400));
        story.take(new Signal.ClockSet(GuestScenario.BEGIN.plusMillis(1_400), Duration.ofMillis(-600)));
        story.take(
                new Signal.ResetSeen(GuestScenario.BEGIN.plusMillis(1_500), last.plusMillis(900), true, "guest-reset"));
        assertThat(story.state().resets().open().orElseThrow().reset().request().origin())
                .isEqualTo(Origin.GUEST);
    }

    @Test
    void no_STOP_is_missed_only_of_a_guest_that_ran_until_its_RESET() {
        var story = GuestScenario.of(tdx())
                .stop()
                .runState("paused")
                .afterMillis(3_000)
                .resetSeen();
        story.afterMillis(2_000).resetSeen();
        assertThat(story.closed().stream()
                        .map(Reset::evidence)
                        .flatMap(List::stream)
                        .map(Evidence::detail))
                .noneMatch(said -> said.contains("no STOP before it"));
        assertThat(Conclusions.details(
                        story.state().resets().open().orElseThrow().reset(), EvidenceKind.RESET_EVENT))
                .noneMatch(said -> said.contains("no STOP before it"));
    }

    @Test
    void a_RESET_that_does_not_tell_who_requested_it_is_of_unknown_origin() {
        var story = GuestScenario.of(snp());
        story.take(new Signal.ResetSeen(GuestScenario.BEGIN, GuestScenario.BEGIN, false, Signal.ResetSeen.UNKNOWN));
        assertThat(story.state().resets().open().orElseThrow().reset().request().origin())
                .isEqualTo(Origin.UNKNOWN);
    }

    /** Both looks agree: what tells of it is the counters from between. */
    @Test
    void the_same_launch_is_not_shown_where_a_vCPU_came_and_went_around_the_RESET() {
        var story = GuestScenario.of(snp())
                .proof(Level.SAME_LAUNCH)
                .sent(12_000)
                .resetSeen()
                .acknowledged();
        var plugged = Map.of("cpu0", 40L, "plugged", 7L);
        story.counters(new VcpuCounters(plugged, Optional.empty(), OptionalLong.empty()));
        story.situation(60).settledRunning();
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
    }
}
