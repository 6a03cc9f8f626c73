package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.verdict;
import static io.reseal.policy.machine.GuestScenario.BEGIN;
import static io.reseal.policy.machine.SampleGuests.plain;
import static io.reseal.policy.machine.SampleGuests.snp;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.Level;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestState;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Reseal was restarted, and its journal knows the guest. */
class RestoredTest {
    private static final Instant LATER = BEGIN.plusSeconds(20);

    /** Another run of Reseal, which is told what the one before knew. */
    private static GuestScenario restarted(GuestScenario before) {
        return GuestScenario.unseen(plain(), ResetPolicy.DEFAULT)
                .after(Duration.ofSeconds(20))
                .take(new Signal.Restored(LATER, before.state(), BEGIN.plusSeconds(1)));
    }

    @Test
    void a_reset_that_was_open_goes_on_and_is_proven_by_what_is_read_then() {
        var before = GuestScenario.of(snp()).sent(12_000).resetSeen();
        var story = restarted(before).facts(snp()).detached().attached("running", 300);
        assertThat(story.state().resets().open().orElseThrow().reset().id()).isEqualTo(before.openId());
        story.settledRunning();
        assertThat(verdict(story.lastClosed())).isEqualTo(Verdict.UNPROVEN);
        assertThat(story.lastClosed().conclusion().orElseThrow().summary()).contains("perhaps somebody else's");
    }

    @Test
    void a_reset_of_the_guest_itself_is_proven_over_a_restart() {
        var story = restarted(GuestScenario.of(snp()).guestReset())
                .facts(snp())
                .detached()
                .attached("running", 300)
                .settledRunning();
        assertThat(verdict(story.lastClosed())).isEqualTo(Verdict.PROVEN);
        assertThat(story.lastClosed().conclusion().orElseThrow().level()).contains(Level.REBUILT);
    }

    @Test
    void a_reset_while_Reseal_was_away_is_inferred() {
        var story = restarted(GuestScenario.of(snp())).facts(snp()).detached().attached("running", 300);
        assertThat(story.state().resets().open().orElseThrow().reset().request().origin())
                .isEqualTo(Origin.UNKNOWN);
        assertThat(story.state().incarnation().number()).isEqualTo(2);
    }

    @Test
    void nothing_is_sent_for_a_request_that_was_not_judged() {
        var story = restarted(GuestScenario.of(snp()).requested());
        assertThat(story.state().resets().pending()).isEmpty();
        assertThat(story.detached().attached("running", 12_000).all(Action.SendSystemReset.class))
                .isEmpty();
    }

    @Test
    void name_policy_and_ids_are_those_of_this_run() {
        var before = GuestScenario.of(snp()).guestReset().state();
        var header = new GuestState.Header("web-2", "b", ResetPolicy.DEFAULT, LATER);
        var step = GuestMachine.step(GuestState.unseen(header), new Signal.Restored(LATER, before, BEGIN));
        assertThat(step.state().identity().name()).isEqualTo("web-2");
        assertThat(step.state().identity().ids().id()).isEqualTo("b.1");
        assertThat(step.state().resets().open().orElseThrow().reset().guest()).isEqualTo("web-2");
    }

    @Test
    void an_open_reset_is_looked_at_again_since_ticks_of_the_other_run_do_not_come() {
        assertThat(restarted(GuestScenario.of(snp()).guestReset()).latest()).contains(new Action.WakeAt(LATER));
    }

    @Test
    void the_time_allowed_goes_on_while_Reseal_is_away_as_the_wall_clock_tells() {
        var deadline = restarted(GuestScenario.of(snp()).guestReset())
                .state()
                .resets()
                .open()
                .orElseThrow()
                .schedule()
                .deadline();
        assertThat(deadline).isEqualTo(BEGIN.plusSeconds(30));
    }

    @Test
    void a_wall_clock_that_was_set_back_meanwhile_leaves_the_times_in_order() {
        var before = GuestScenario.of(snp()).guestReset();
        var earlier = BEGIN.minus(Duration.ofHours(1));
        var header = new GuestState.Header("web-1", "b", ResetPolicy.DEFAULT, earlier);
        var step = GuestMachine.step(GuestState.unseen(header), new Signal.Restored(earlier, before.state(), BEGIN));
        var open = step.state().resets().open().orElseThrow();
        assertThat(open.schedule().deadline()).isEqualTo(earlier.plusSeconds(30));
        var closed = GuestMachine.step(step.state(), new Signal.Forgotten(earlier, "let go", false)).actions().stream()
                .filter(Action.Closed.class::isInstance)
                .map(action -> ((Action.Closed) action).reset())
                .findFirst()
                .orElseThrow();
        RequestRulesTest.assertOrdered(closed);
    }

    @Test
    void a_guest_that_was_attached_cannot_be_restored() {
        var story = GuestScenario.of(snp());
        story.take(new Signal.Restored(LATER, story.state(), BEGIN));
        assertThat(story.latest()).hasSize(1).hasOnlyElementsOfType(Action.UnexpectedSignal.class);
    }
}
