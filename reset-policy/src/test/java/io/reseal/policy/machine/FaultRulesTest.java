package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.conclusion;
import static io.reseal.policy.machine.SampleGuests.snp;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.Connection.Link;
import org.junit.jupiter.api.Test;

class FaultRulesTest {
    @Test
    void a_reset_whose_answer_is_lost_by_a_fault_of_the_core_ends_unproven_and_its_RESET_may_yet_come() {
        var story = GuestScenario.of(snp()).sent(12_000);
        var id = story.state().resets().open().orElseThrow().reset().id();
        var step = GuestMachine.afterFault(story.state(), new Signal.Acknowledged(GuestScenario.BEGIN, id));
        var closed = (Action.Closed) step.actions().getFirst();
        assertThat(conclusion(closed.reset()).verdict()).isEqualTo(Verdict.UNPROVEN);
        assertThat(conclusion(closed.reset()).summary())
                .isEqualTo("a fault of Reseal: signal acknowledged is lost; shown up to nothing, wanted rebuilt");
        assertThat(step.state().resets().open()).isEmpty();
        assertThat(step.state().resets().unanswered()).contains(id);
    }

    @Test
    void a_request_that_is_judged_is_turned_down_when_its_reading_is_lost() {
        var story = GuestScenario.of(snp()).requested();
        var step = GuestMachine.afterFault(story.state(), new Signal.ReadFailed(GuestScenario.BEGIN, "closed"));
        assertThat(step.actions())
                .containsExactly(new Action.NotReachable("a fault of Reseal: signal read-failed is lost"));
        assertThat(step.state().resets().pending()).isEmpty();
    }

    @Test
    void a_connection_whose_end_is_lost_has_ended_all_the_same() {
        var story = GuestScenario.of(snp()).sent(12_000);
        var step = GuestMachine.afterFault(story.state(), new Signal.Detached(GuestScenario.BEGIN, "end of stream"));
        assertThat(step.state().connection().is(Link.DOWN)).isTrue();
        assertThat(step.state().resets().open()).isEmpty();
    }

    @Test
    void a_request_that_is_lost_ends_no_reset_of_others() {
        var story = GuestScenario.of(snp()).resetSeen();
        var request = new Signal.Requested(
                GuestScenario.BEGIN,
                story.state().resets().open().orElseThrow().reset().request());
        var step = GuestMachine.afterFault(story.state(), request);
        assertThat(step.state()).isEqualTo(story.state());
        assertThat(step.actions()).isEmpty();
    }
}
