package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.details;
import static io.reseal.policy.machine.SampleGuests.forced;
import static io.reseal.policy.machine.SampleGuests.guest;
import static io.reseal.policy.machine.SampleGuests.plain;
import static io.reseal.policy.machine.SampleGuests.tdx;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContAfterResetTest {
    private static GuestScenario stopped(GuestFacts facts, String runState) {
        return GuestScenario.unseen(facts, ResetPolicy.DEFAULT)
                .attached(runState, 10_000)
                .requested()
                .situationIn(runState, 10_000)
                .afterMillis(1);
    }

    private static List<Action.SendCont> conts(GuestScenario story) {
        return story.all(Action.SendCont.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"paused", "internal-error", "guest-panicked", "io-error", "watchdog"})
    void a_stopped_tdx_guest_is_reset_then_continued_once_its_counters_restarted_and_has_to_settle(String runState) {
        var story = stopped(tdx(), runState).resetSeen().acknowledged().runState("prelaunch");
        assertThat(conts(story)).isEmpty();
        story.counters(0);
        assertThat(conts(story)).isEmpty();
        story.runState("prelaunch").beforeCont(0);
        assertThat(conts(story)).hasSize(1);
        story.resume().continued().runState("running").stillOpen();
        story.settledRunning().assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(details(story.theReset(), EvidenceKind.CONTINUATION))
                .containsExactly("the guest did not run before the reset and was continued after it");
        assertThat(details(story.theReset(), EvidenceKind.NOT_APPLICABLE)).isEmpty();
    }

    @Test
    void a_stopped_plain_guest_is_continued_once_its_reset_was_seen_and_replied_to() {
        var story = stopped(plain(), "internal-error").resetSeen();
        assertThat(conts(story)).isEmpty();
        story.acknowledged().beforeCont(10_000);
        assertThat(conts(story)).hasSize(1);
        story.resume().continued().settledRunning().assertVerdict(Verdict.PROVEN, Level.RUNNING);
    }

    @Test
    void a_guest_is_continued_though_the_reply_to_system_reset_was_lost() {
        var story = stopped(plain(), "paused").resetSeen().replyLost().beforeCont(10_000);
        assertThat(conts(story)).hasSize(1);
    }

    @Test
    void a_guest_is_continued_before_its_reset_is_closed_however_little_was_wanted() {
        for (var wanted : new Level[] {Level.ACKNOWLEDGED, Level.OBSERVED}) {
            var story = GuestScenario.unseen(tdx(), ResetPolicy.DEFAULT)
                    .attached("paused", 10_000)
                    .proof(wanted)
                    .requested()
                    .situationIn("paused", 10_000)
                    .resetSeen()
                    .acknowledged()
                    .stillOpen()
                    .counters(0)
                    .stillOpen()
                    .beforeCont(0);
            assertThat(conts(story)).hasSize(1);
            assertThat(Conclusions.verdict(story.continued().theReset())).isEqualTo(Verdict.PROVEN);
        }
    }

    @Test
    void a_guest_whose_rebuild_failed_is_never_continued() {
        var story = stopped(tdx(), "paused").resetSeen().acknowledged().counters(10_000);
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.FAILED);
        assertThat(story.guest().quarantined()).isTrue();
        assertThat(conts(story)).isEmpty();
    }

    @Test
    void a_guest_whose_rebuild_is_not_shown_is_never_continued_and_the_evidence_says_so() {
        for (var facts : new GuestFacts[] {tdx(), forced()}) {
            var story = GuestScenario.unseen(facts, ResetPolicy.DEFAULT)
                    .attached("paused", 3)
                    .requested()
                    .situationIn("paused", 3)
                    .resetSeen()
                    .acknowledged()
                    .counters(3)
                    .assertVerdict(Verdict.UNPROVEN, Level.OBSERVED);
            assertThat(conts(story)).isEmpty();
            assertThat(details(story.theReset(), EvidenceKind.CONTINUATION))
                    .containsExactly(
                            "no cont was sent: the rebuild was not shown, and a cont after a failed one kills QEMU");
        }
    }

    @Test
    void a_guest_that_others_reset_while_it_was_stopped_is_never_continued() {
        var story = GuestScenario.unseen(tdx(), ResetPolicy.DEFAULT)
                .attached("paused", 10_000)
                .resetSeen()
                .counters(0);
        assertThat(conts(story)).isEmpty();
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.PROVEN);
    }

    @ParameterizedTest
    @EnumSource(
            value = GuestKind.class,
            names = {"SEV", "SEV_ES", "SEV_SNP"})
    void a_sev_guest_is_never_continued_though_its_reset_was_forced(GuestKind kind) {
        var story = GuestScenario.unseen(guest(kind), ResetPolicy.DEFAULT)
                .attached("paused", 10_000)
                .requested(HazardId.PAUSED_SEV)
                .situationIn("paused", 10_000)
                .resetSeen()
                .acknowledged()
                .counters(0);
        assertThat(story.all(Action.SendSystemReset.class)).hasSize(1);
        assertThat(conts(story)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"prelaunch", "shutdown", "postmigrate", "suspended", "running"})
    void a_guest_in_another_state_is_reset_and_left_to_its_owner(String runState) {
        var story = stopped(plain(), runState).resetSeen().acknowledged();
        assertThat(conts(story)).isEmpty();
    }

    @Test
    void a_guest_that_somebody_else_continued_meanwhile_is_not_continued_again() {
        var story = stopped(tdx(), "paused").resetSeen().acknowledged().resume().counters(40);
        assertThat(conts(story)).isEmpty();
        story.settledRunning().assertVerdict(Verdict.PROVEN, Level.REBUILT);
    }

    @Test
    void a_guest_is_not_continued_over_a_lost_connection() {
        var story = stopped(tdx(), "paused")
                .resetSeen()
                .detached()
                .process(Signal.ProcessState.RUNNING)
                .attached("prelaunch", 0);
        assertThat(conts(story)).isEmpty();
        assertThat(details(
                        story.stillOpen().state().resets().open().orElseThrow().reset(), EvidenceKind.CONTINUATION))
                .containsExactly("no cont was sent: the connection was lost");
    }

    @Test
    void a_cont_that_is_rejected_ends_unproven() {
        var story = stopped(plain(), "paused").resetSeen().acknowledged().beforeCont(10_000);
        story.take(new Signal.ContRejected(GuestScenario.BEGIN, story.openId(), "no"))
                .assertVerdict(Verdict.UNPROVEN, Level.OBSERVED);
        assertThat(details(story.theReset(), EvidenceKind.CONTINUATION)).containsExactly("cont was not executed: no");
    }

    @Test
    void a_cont_whose_reply_is_lost_is_resolved_by_looking() {
        var story = stopped(plain(), "paused").resetSeen().acknowledged().beforeCont(10_000);
        story.take(new Signal.ContLost(GuestScenario.BEGIN, story.openId(), "mute"));
        assertThat(story.latest()).contains(new Action.ReadRunState());
        story.runState("running").settledRunning().assertVerdict(Verdict.PROVEN, Level.RUNNING);
    }

    @Test
    void a_guest_that_stops_again_after_its_cont_has_failed() {
        var story = stopped(plain(), "internal-error")
                .resetSeen()
                .acknowledged()
                .beforeCont(10_000)
                .resume()
                .continued()
                .stop()
                .runState("internal-error");
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.FAILED);
    }

    @Test
    void no_cont_is_sent_when_the_last_look_shows_that_something_came_between() {
        var moved =
                stopped(tdx(), "paused").resetSeen().acknowledged().counters(0).beforeCont(70);
        assertThat(conts(moved)).isEmpty();
        assertThat(Conclusions.verdict(moved.theReset())).isEqualTo(Verdict.UNPROVEN);
        var elsewhere = stopped(tdx(), "paused").resetSeen().acknowledged().counters(0);
        elsewhere.take(new Signal.BeforeContRead(
                GuestScenario.BEGIN, elsewhere.openId(), RunState.INTERNAL_ERROR, SampleGuests.exits(0)));
        assertThat(conts(elsewhere)).isEmpty();
        var unread =
                stopped(tdx(), "paused").resetSeen().acknowledged().counters(0).readFailed();
        assertThat(conts(unread)).isEmpty();
        assertThat(Conclusions.verdict(unread.theReset())).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void a_policy_that_does_not_continue_guests_sends_no_cont_and_the_reset_ends_at_once() {
        var policy = new ResetPolicy(new ResetPolicy.Terms(Proof.DEFAULT, false, false, false, Set.of()), List.of());
        var plain = GuestScenario.unseen(plain(), policy)
                .attached("paused", 10_000)
                .requested()
                .situationIn("paused", 10_000)
                .resetSeen()
                .acknowledged();
        plain.assertVerdict(Verdict.PROVEN, Level.OBSERVED);
        var rebuilt = GuestScenario.unseen(tdx(), policy)
                .attached("paused", 10_000)
                .requested()
                .situationIn("paused", 10_000)
                .resetSeen()
                .acknowledged()
                .counters(0);
        rebuilt.assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(conts(plain)).isEmpty();
        assertThat(conts(rebuilt)).isEmpty();
    }

    @Test
    void what_would_be_sent_is_known_before_it_is() {
        var request = new Reset.Request(Origin.OPERATOR, "", Proof.DEFAULT, Set.of());
        var story = GuestScenario.unseen(tdx(), ResetPolicy.DEFAULT);
        assertThat(story.guest().commands(request)).isEmpty();
        assertThat(story.attached("running", 1).guest().commands(request)).containsExactly("system_reset");
        assertThat(story.stop().guest().commands(request)).containsExactly("system_reset", "cont");
    }
}
