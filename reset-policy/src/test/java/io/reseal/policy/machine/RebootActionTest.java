package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.conclusion;
import static io.reseal.policy.machine.Conclusions.details;
import static io.reseal.policy.machine.SampleGuests.plain;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.RebootAction;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestQueries;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RebootActionTest {
    private static GuestFacts noReboot() {
        return plain().withRebootAction(RebootAction.SHUTDOWN);
    }

    private static ResetPolicy policy(boolean setAction) {
        return new ResetPolicy(new ResetPolicy.Terms(Proof.DEFAULT, setAction, true, false, Set.of()), List.of());
    }

    private static GuestScenario requested(HazardId... forced) {
        return GuestScenario.unseen(noReboot(), policy(true))
                .attached("running", 10_000)
                .requested(forced)
                .afterMillis(1)
                .situation(12_000)
                .afterMillis(1);
    }

    @Test
    void a_reboot_that_is_a_shutdown_is_refused_unless_the_policy_lets_it_be_undone() {
        var story = GuestScenario.unseen(noReboot(), policy(false)).attached("running", 10_000);
        assertThat(story.guest().resettable()).isFalse();
        story.requested().situation(12_000);
        assertThat(conclusion(story.theReset()).summary()).isEqualTo("nothing was sent: reboot-is-shutdown");
        assertThat(story.all(Action.SendRebootAction.class)).isEmpty();
    }

    @Test
    void where_the_policy_lets_it_the_action_is_set_before_the_reset_and_the_hazard_is_gone() {
        var story = requested();
        assertThat(story.all(Action.SendRebootAction.class)).hasSize(1);
        assertThat(story.all(Action.SendSystemReset.class)).isEmpty();
        story.rebootActionSet();
        assertThat(story.all(Action.SendSystemReset.class)).hasSize(1);
        assertThat(story.guest().hazards()).isEmpty();
        story.resetSeen().acknowledged().settledRunning().assertVerdict(Verdict.PROVEN, Level.RUNNING);
        assertThat(details(story.theReset(), EvidenceKind.REBOOT_ACTION))
                .containsExactly("set-action: a reboot is a reset again, it was a shutdown");
    }

    @Test
    void a_refusal_lists_what_stops_it_and_not_what_would_be_undone_before_the_reset() {
        var unseen = noReboot().reread(false, RebootAction.SHUTDOWN);
        var story = GuestScenario.unseen(unseen, policy(true))
                .attached("running", 10_000)
                .requested()
                .situation(12_000);
        assertThat(conclusion(story.theReset()).summary()).isEqualTo("nothing was sent: process-unseen");
        assertThat(story.theReset().stoppedBy()).extracting(Hazard::id).containsExactly(HazardId.PROCESS_UNSEEN);
        assertThat(story.guest().hazards())
                .filteredOn(hazard -> hazard.id() == HazardId.REBOOT_IS_SHUTDOWN)
                .singleElement()
                .satisfies(hazard -> assertThat(hazard.stops()).isFalse());
    }

    @Test
    void the_action_is_set_before_every_reset_since_any_client_may_have_changed_it_meanwhile() {
        var story = GuestScenario.unseen(plain(), policy(true))
                .attached("running", 10_000)
                .sent(12_000)
                .rebootActionSet();
        story.resetSeen().acknowledged().settledRunning().assertVerdict(Verdict.PROVEN, Level.RUNNING);
        story.afterMillis(10).sent(20_000);
        assertThat(story.all(Action.SendRebootAction.class)).hasSize(2);
        assertThat(story.all(Action.SendSystemReset.class)).hasSize(1);
    }

    @Test
    void a_shutdown_in_place_of_a_reset_tells_what_a_reboot_is() {
        var story = GuestScenario.of(plain());
        story.take(new Signal.ShutdownSeen(GuestScenario.BEGIN, "guest-shutdown"));
        assertThat(story.guest().hazards()).isEmpty();
        story.take(new Signal.ShutdownSeen(GuestScenario.BEGIN, "guest-reset"));
        assertThat(story.guest().hazards()).extracting(Hazard::id).containsExactly(HazardId.REBOOT_IS_SHUTDOWN);
    }

    @Test
    void what_a_manager_may_have_made_of_a_reboot_is_not_known_and_set_action_cures_that_too() {
        var managed = plain().withRebootAction(new RebootAction(false, Optional.of("Incus sets what a reboot is")));
        var story = GuestScenario.of(managed).requested().situation(12_000);
        assertThat(conclusion(story.theReset()).summary()).isEqualTo("nothing was sent: reboot-action-unknown");
        GuestScenario.of(managed)
                .requested(HazardId.REBOOT_ACTION_UNKNOWN)
                .situation(12_000)
                .stillOpen();
        assertThat(GuestScenario.unseen(managed, policy(true))
                        .attached("running", 10_000)
                        .guest()
                        .resettable())
                .isTrue();
    }

    @Test
    void a_guest_that_only_needs_the_action_set_is_resettable_and_the_plan_says_what_is_sent() {
        var state = GuestScenario.unseen(noReboot(), policy(true))
                .attached("running", 1)
                .state();
        assertThat(new GuestQueries(state).resettable()).isTrue();
        assertThat(new GuestQueries(state).hazards())
                .extracting(Hazard::id)
                .containsExactly(HazardId.REBOOT_IS_SHUTDOWN);
        var request = new Reset.Request(Origin.OPERATOR, "", Proof.DEFAULT, Set.of());
        assertThat(new GuestQueries(state).commands(request)).containsExactly("set-action", "system_reset");
    }

    @Test
    void a_rejected_set_action_is_refused_and_no_reset_is_sent() {
        var story = requested();
        story.take(new Signal.RebootActionRejected(GuestScenario.BEGIN, story.openId(), "no"));
        assertThat(conclusion(story.theReset()).verdict()).isEqualTo(Verdict.REFUSED);
        assertThat(conclusion(story.theReset()).summary())
                .isEqualTo("system_reset was not sent: set-action did not succeed: no");
        assertThat(story.all(Action.SendSystemReset.class)).isEmpty();
        assertThat(story.guest().hazards()).isNotEmpty();
    }

    @Test
    void a_connection_lost_before_the_action_is_set_is_refused_and_no_reset_is_sent() {
        var story = requested().detached();
        assertThat(conclusion(story.theReset()).verdict()).isEqualTo(Verdict.REFUSED);
        story.attached("running", 13_000).rebootActionSet();
        assertThat(story.all(Action.SendSystemReset.class)).isEmpty();
    }

    @Test
    void whoever_forces_the_reset_gets_the_shutdown() {
        var story = requested(HazardId.REBOOT_IS_SHUTDOWN);
        assertThat(story.all(Action.SendRebootAction.class)).isEmpty();
        assertThat(story.all(Action.SendSystemReset.class)).hasSize(1);
    }

    @Test
    void what_was_undone_stays_so_over_a_lost_connection_but_not_in_another_process() {
        var story = requested().rebootActionSet().detached().attached("running", 13_000);
        assertThat(story.guest().hazards()).isEmpty();
        story.detached().facts(ConnectionTest.restarted(noReboot()));
        assertThat(story.attached("running", 1).guest().hazards()).hasSize(1);
    }

    @Test
    void somebody_elses_reset_while_the_action_is_set_does_not_stand_in_for_ours() {
        var story = requested().resetSeen().rebootActionSet();
        assertThat(story.all(Action.SendSystemReset.class)).hasSize(1);
        story.resetSeen().acknowledged().settledRunning();
        assertThat(story.closed())
                .extracting(r -> r.request().origin())
                .containsExactly(Origin.EXTERNAL, Origin.OPERATOR);
    }
}
