package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.conclusion;
import static io.reseal.policy.machine.Conclusions.details;
import static io.reseal.policy.machine.SampleGuests.guest;
import static io.reseal.policy.machine.SampleGuests.plain;
import static io.reseal.policy.machine.SampleGuests.snp;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.RebootAction;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.GuestReading;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.OpenReset;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

public class RequestRulesTest {
    @Test
    void a_request_reads_the_situation_first_and_sends_once() {
        var story = GuestScenario.of(snp()).requested();
        assertThat(story.latest())
                .containsExactly(new Action.ReadSituation(), new Action.WakeAt(GuestScenario.BEGIN.plusSeconds(30)));
        story.situation(12_000);
        assertThat(story.latest())
                .containsExactly(
                        new Action.Opened(
                                story.state().resets().open().orElseThrow().reset()),
                        new Action.WakeAt(GuestScenario.BEGIN.plusSeconds(30)),
                        new Action.SendSystemReset(
                                story.state().resets().open().orElseThrow().reset()));
        assertThat(story.situation(12_000).all(Action.SendSystemReset.class)).hasSize(1);
    }

    @Test
    void a_request_whose_queries_are_not_answered_in_its_time_is_turned_down_and_never_sent() {
        var story = GuestScenario.of(snp()).requested().afterMillis(29_999).tick();
        assertThat(story.latest()).isEmpty();
        story.afterMillis(1).tick();
        assertThat(story.latest())
                .containsExactly(
                        new Action.NotReachable(
                                "QEMU did not answer the questions before the reset within the time allowed, 30s; nothing was sent"));
        story.situation(12_000);
        assertThat(story.all(Action.SendSystemReset.class)).isEmpty();
        assertThat(story.all(Action.Opened.class)).isEmpty();
        assertThat(story.state().resets().pending()).isEmpty();
    }

    @Test
    void events_before_the_reply_count() {
        var story = GuestScenario.of(plain()).sent(12_000).resetSeen();
        assertThat(story.state().resets().open().orElseThrow().observed()).isTrue();
        assertThat(story.state().resets().open().orElseThrow().command().reply())
                .isEqualTo(OpenReset.Reply.AWAITED);
        story.acknowledged();
        assertThat(story.state().resets().open().orElseThrow().command().reply())
                .isEqualTo(OpenReset.Reply.CAME);
        assertThat(story.state().resets().open().orElseThrow().wanted()).isEqualTo(Level.REBUILT);
    }

    @Test
    void a_reset_seen_after_our_reply_was_lost_is_perhaps_somebody_elses_and_proves_nothing_of_ours() {
        var story = GuestScenario.of(snp()).sent(12_000).replyLost();
        assertThat(story.latest()).contains(new Action.ReadRunState());
        story.runState("running").stillOpen().resetSeen().counters(40).settledRunning();
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
        assertThat(conclusion(story.theReset()).summary())
                .startsWith("RESET with reason host-qmp-system-reset, no STOP before it, perhaps somebody else's");
        assertThat(details(story.theReset(), EvidenceKind.ACKNOWLEDGEMENT))
                .containsExactly("no reply, the reset may have happened: no reply within 10s");
    }

    @Test
    void a_lost_reply_proves_nothing_by_itself() {
        var story = GuestScenario.of(snp())
                .proof(Level.ACKNOWLEDGED)
                .sent(12_000)
                .replyLost()
                .runState("running")
                .stillOpen();
        story.untilDeadline();
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void a_reset_that_comes_long_after_our_command_was_given_up_is_perhaps_that_command() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .detached()
                .process(Signal.ProcessState.RUNNING)
                .untilDeadline();
        story.attached("running", 12_500).resetSeen();
        assertThat(story.state().resets().open().orElseThrow().reset().request().origin())
                .isEqualTo(Origin.UNKNOWN);
        story.counters(3).settledRunning().resetSeen();
        assertThat(story.state().resets().open().orElseThrow().reset().request().origin())
                .isEqualTo(Origin.EXTERNAL);
    }

    @Test
    void while_our_command_is_unanswered_its_reset_is_ours_whatever_the_deadline_says() {
        var story =
                GuestScenario.of(snp()).sent(12_000).untilDeadline().stillOpen().afterMillis(2_000);
        assertThat(story.requested().latest())
                .containsExactly(new Action.Busy(
                        story.state().resets().open().orElseThrow().reset()));
        story.resetSeen().acknowledged().afterMillis(3).counters(3).settledRunning();
        var reset = story.theReset();
        assertThat(reset.request().origin()).isEqualTo(Origin.OPERATOR);
        assertThat(conclusion(reset))
                .isEqualTo(new Reset.Conclusion(
                        Verdict.UNPROVEN,
                        java.util.Optional.of(Level.REBUILT),
                        "shown up to rebuilt, but only after the time allowed, 30s: QEMU answered late"));
        assertThat(story.all(Action.SendSystemReset.class)).hasSize(1);
    }

    @Test
    void a_late_reset_that_fails_has_failed() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .untilDeadline()
                .afterMillis(2_000)
                .stop()
                .resetSeen();
        story.acknowledged().counters(12_000).runState("prelaunch");
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.FAILED);
    }

    @Test
    void a_late_reset_is_closed_soon_after_the_answer_though_nothing_more_is_shown() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .untilDeadline()
                .afterMillis(2_000)
                .acknowledged();
        story.stillOpen().after(Duration.ofSeconds(6)).tick();
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void answers_to_the_command_of_another_reset_are_not_taken() {
        var story = GuestScenario.of(snp()).sent(12_000);
        story.take(new Signal.Acknowledged(at(2), "other")).take(new Signal.Rejected(at(2), "other", "no"));
        assertThat(story.state().resets().open().orElseThrow().command().reply())
                .isEqualTo(OpenReset.Reply.AWAITED);
    }

    @Test
    void a_second_reset_after_a_lost_reply_overtakes_ours() {
        var story = GuestScenario.of(snp()).sent(12_000).resetSeen().replyLost().resetSeen();
        assertThat(story.lastClosed().request().origin()).isEqualTo(Origin.OPERATOR);
        assertThat(Conclusions.verdict(story.lastClosed())).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void a_rejected_command_is_unproven_and_nothing_was_done() {
        var story = GuestScenario.of(snp()).sent(12_000).rejected();
        assertThat(conclusion(story.theReset()).verdict()).isEqualTo(Verdict.UNPROVEN);
        assertThat(conclusion(story.theReset()).summary())
                .isEqualTo("system_reset was not executed: the monitor said no");
        assertThat(conclusion(story.theReset()).level()).isEmpty();
        assertThat(story.guest().resettable()).isTrue();
    }

    @Test
    void a_reset_seen_before_a_rejection_was_somebody_elses() {
        var story = GuestScenario.of(snp()).sent(12_000).resetSeen().rejected();
        assertThat(story.closed())
                .extracting(r -> r.request().origin())
                .containsExactly(Origin.EXTERNAL, Origin.OPERATOR);
        assertThat(conclusion(story.lastClosed()).level()).isEmpty();
    }

    @Test
    void replies_after_the_reset_closed_are_ignored() {
        var story = GuestScenario.of(snp()).sent(12_000).acknowledged().untilDeadline();
        var closed = story.state();
        story.acknowledged().rejected().replyLost().readFailed();
        assertThat(story.state()).isEqualTo(closed);
        assertThat(story.latest()).isEmpty();
    }

    @Test
    void a_reply_is_not_taken_for_that_of_a_reset_that_others_began() {
        var story =
                GuestScenario.of(snp()).guestReset().acknowledged().rejected().replyLost();
        assertThat(details(story.state().resets().open().orElseThrow().reset(), EvidenceKind.ACKNOWLEDGEMENT))
                .isEmpty();
    }

    @Test
    void the_deadline_ends_every_phase_of_a_reset_unproven() {
        var lost = GuestScenario.of(snp()).sent(12_000).replyLost().runState("running");
        var acknowledged = GuestScenario.of(snp()).sent(12_000).acknowledged();
        var observed = GuestScenario.of(snp()).sent(12_000).resetSeen().acknowledged();
        var rebuilt =
                GuestScenario.of(snp()).sent(12_000).resetSeen().acknowledged().counters(40);
        var disconnected = GuestScenario.of(snp()).sent(12_000).resetSeen().detached();
        for (var story : List.of(lost, acknowledged, observed, rebuilt, disconnected)) {
            story.stillOpen().untilDeadline();
            assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
            assertThat(details(story.theReset(), EvidenceKind.DEADLINE))
                    .containsExactly("the time allowed, 30s, ran out");
            assertThat(story.state().resets().open()).isEmpty();
        }
    }

    @Test
    void a_guest_that_cannot_be_reached_gets_nothing_sent() {
        assertThat(GuestScenario.unseen(snp(), ResetPolicy.DEFAULT).requested().latest())
                .containsExactly(new Action.NotReachable("there is no connection to its monitor"));
        assertThat(GuestScenario.of(snp()).requested().requested().latest())
                .containsExactly(new Action.NotReachable("another request for a reset is being judged"));
        assertThat(GuestScenario.of(snp()).requested().readFailed().latest())
                .containsExactly(new Action.NotReachable(
                        "its monitor could not be read, nothing was sent: query-stats timed out"));
        assertThat(GuestScenario.of(snp()).requested().detached().latest())
                .containsExactly(
                        new Action.NotReachable("the connection was lost before anything was sent: end of stream"),
                        new Action.LookAtProcess());
    }

    @Test
    void a_situation_that_disagrees_with_the_events_is_read_again_before_it_is_judged() {
        var story = GuestScenario.of(snp()).requested().stop().situation(12_000);
        assertThat(story.latest()).containsExactly(new Action.ReadSituation());
        story.situationIn("paused", 12_000);
        assertThat(story.latest()).containsExactly(new Action.ReadSituation());
        story.situationIn("paused", 12_000);
        assertThat(story.theReset().hazards()).extracting(Hazard::id).containsExactly(HazardId.PAUSED_SEV);
        assertThat(story.all(Action.SendSystemReset.class)).isEmpty();
    }

    @Test
    void a_hazard_refuses_the_reset_before_anything_is_sent() {
        var story = GuestScenario.of(snp())
                .requested()
                .take(new Signal.SituationRead(
                        GuestScenario.BEGIN,
                        new GuestReading(
                                RunState.RUNNING,
                                true,
                                false,
                                Launch.UNKNOWN,
                                HostCapacity.UNKNOWN,
                                SampleGuests.exits(12_000))));
        var reset = story.theReset();
        assertThat(conclusion(reset).verdict()).isEqualTo(Verdict.REFUSED);
        assertThat(conclusion(reset).summary()).isEqualTo("nothing was sent: migrating");
        assertThat(reset.hazards()).extracting(Hazard::id).containsExactly(HazardId.MIGRATING);
        assertThat(story.all(Action.SendSystemReset.class)).isEmpty();
        assertThat(story.guest().resettable()).isFalse();
        assertThat(story.guest().hazards()).isEqualTo(reset.hazards());
    }

    @Test
    void a_forced_hazard_is_recorded_and_does_not_stop_the_reset() {
        var story = GuestScenario.unseen(snp(), ResetPolicy.DEFAULT)
                .attached("paused", 10_000)
                .requested(HazardId.PAUSED_SEV)
                .situationIn("paused", 10_000);
        assertThat(story.all(Action.SendSystemReset.class)).hasSize(1);
        assertThat(story.state().resets().open().orElseThrow().reset().hazards())
                .extracting(Hazard::id)
                .containsExactly(HazardId.PAUSED_SEV);
    }

    @Test
    void only_the_forced_hazards_are_overridden() {
        var p = guest(GuestKind.SEV_SNP);
        var both = p.withRebootAction(RebootAction.SHUTDOWN);
        var story = GuestScenario.unseen(both, ResetPolicy.DEFAULT)
                .attached("paused", 10_000)
                .requested(HazardId.PAUSED_SEV)
                .situationIn("paused", 10_000);
        assertThat(conclusion(story.theReset()).summary()).isEqualTo("nothing was sent: reboot-is-shutdown");
    }

    @Test
    void a_reset_that_reseal_decides_on_is_sent_like_an_operators() {
        var story = GuestScenario.of(snp())
                .requested(Origin.POLICY)
                .situation(12_000)
                .resetSeen()
                .acknowledged();
        assertThat(story.stillOpen().all(Action.Opened.class)).hasSize(1);
    }

    @Test
    void times_are_in_order_whatever_the_clocks_say() {
        var story = GuestScenario.of(snp()).sent(12_000);
        story.take(new Signal.ResetSeen(at(100), at(-500), false, "host-qmp-system-reset"));
        story.take(new Signal.Acknowledged(at(-3000), story.openId()));
        story.take(new Signal.CountersRead(at(-2000), SampleGuests.exits(40)));
        story.take(new Signal.RunStateRead(at(5000), RunState.RUNNING));
        assertOrdered(story.theReset());
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.PROVEN);
    }

    @Test
    void a_reset_that_others_began_was_requested_at_its_event() {
        var story = GuestScenario.of(snp());
        story.take(new Signal.ResetSeen(at(100), at(40), true, "guest-reset"));
        story.take(new Signal.CountersRead(at(101), SampleGuests.exits(40)));
        story.take(new Signal.RunStateRead(at(1101), RunState.RUNNING));
        var times = story.theReset().times();
        assertThat(times.requestedAt()).isEqualTo(at(40));
        assertThat(times.observedAt()).contains(at(40));
        assertThat(story.theReset().evidence().getFirst().at()).isEqualTo(at(40));
        assertOrdered(story.theReset());
    }

    @Test
    void a_reset_event_from_the_future_was_seen_now() {
        var story = GuestScenario.of(snp());
        story.take(new Signal.ResetSeen(at(100), at(90_000), true, "guest-reset"));
        assertThat(story.state().resets().open().orElseThrow().reset().times().observedAt())
                .contains(at(100));
    }

    @Test
    void a_changed_policy_holds_for_the_next_reset_only() {
        var story = GuestScenario.of(snp()).guestReset();
        story.take(new Signal.PolicyChanged(
                at(1),
                new ResetPolicy(
                        ResetPolicy.Terms.of(new Proof(Level.OBSERVED, Duration.ofSeconds(5), Duration.ZERO)),
                        List.of())));
        var changed = story.state();
        assertThat(changed.resets().open().orElseThrow().wanted()).isEqualTo(Level.REBUILT);
        var step = GuestMachine.step(changed, new Signal.ResetSeen(at(2000), at(2000), true, "guest-reset"));
        assertThat(step.actions().getLast()).isInstanceOf(Action.Closed.class);
    }

    private static Instant at(long millis) {
        return GuestScenario.BEGIN.plusMillis(millis);
    }

    public static void assertOrdered(Reset reset) {
        var times = reset.times();
        var last = times.requestedAt();
        for (var next : List.of(times.observedAt(), times.provenAt(), times.closedAt())) {
            if (next.isPresent()) {
                assertThat(next.get()).as("times of %s", reset).isAfterOrEqualTo(last);
                last = next.get();
            }
        }
    }
}
