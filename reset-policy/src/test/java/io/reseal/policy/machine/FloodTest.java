package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.details;
import static io.reseal.policy.machine.SampleGuests.snp;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.EvidenceLog;
import io.reseal.policy.state.GuestState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FloodTest {
    private static final int FLOOD = 100_000;
    private static final int BOUND = EvidenceLog.MOST_OF_ONE_KIND * EvidenceKind.values().length;

    private static GuestState flooded(GuestState state, IntFunction<Signal> signals) {
        var flooded = state;
        for (int i = 0; i < FLOOD; i++) {
            flooded = GuestMachine.step(flooded, signals.apply(i)).state();
        }
        return flooded;
    }

    private static Reset openReset(GuestState state) {
        return state.resets().open().orElseThrow().reset();
    }

    private static GuestScenario observed() {
        return GuestScenario.of(snp()).sent(12_000).resetSeen().acknowledged().counters(40);
    }

    private static final Instant NOW = GuestScenario.BEGIN.plusMillis(100);

    @Test
    void a_flood_of_stop_and_resume_inside_a_reset_is_bounded() {
        var state =
                flooded(observed().state(), i -> i % 2 == 0 ? new Signal.StopSeen(NOW) : new Signal.ResumeSeen(NOW));
        assertThat(openReset(state).evidence()).hasSizeLessThan(BOUND);
    }

    @Test
    void a_flood_of_panics_inside_a_reset_is_counted_and_not_kept() {
        var state = flooded(observed().state(), i -> new Signal.PanicSeen(NOW, "run " + i, ""));
        assertThat(openReset(state).evidence()).hasSizeLessThan(BOUND);
        var step = GuestMachine.step(state, new Signal.Tick(NOW.plus(Duration.ofMinutes(1))));
        var closed = ((Action.Closed) step.actions().getLast()).reset();
        assertThat(details(closed, EvidenceKind.PANIC))
                .hasSize(17)
                .first()
                .isEqualTo("the guest panicked, QEMU's action is run 0");
        assertThat(details(closed, EvidenceKind.PANIC).getLast()).isEqualTo("99984 more of this kind, not kept");
    }

    @Test
    void what_is_repeated_word_for_word_is_counted_and_not_kept() {
        var story = observed().panic().panic().panic().untilDeadline();
        assertThat(details(story.theReset(), EvidenceKind.PANIC))
                .containsExactly("the guest panicked, QEMU's action is run", "2 more of this kind, not kept");
        assertThat(story.all(Action.Found.class).stream().map(f -> f.evidence().kind()))
                .filteredOn(EvidenceKind.PANIC::equals)
                .hasSize(2);
    }

    @Test
    void a_flood_of_readings_that_fail_is_bounded() {
        var state = flooded(observed().state(), i -> new Signal.ReadFailed(NOW, "why " + i));
        assertThat(openReset(state).evidence()).hasSizeLessThan(BOUND);
    }

    @Test
    void a_flood_of_somebody_elses_resets_before_our_reply_is_bounded() {
        var state = flooded(
                GuestScenario.of(snp()).sent(12_000).state(),
                i -> new Signal.ResetSeen(NOW, NOW, false, "reason " + i));
        assertThat(openReset(state).evidence()).hasSizeLessThan(BOUND);
        assertThat(openReset(state).request().origin()).isEqualTo(Origin.OPERATOR);
    }

    @Test
    void a_flood_of_guest_reboots_is_bounded() {
        var state = flooded(GuestScenario.of(snp()).state(), i -> new Signal.ResetSeen(NOW, NOW, true, "reason " + i));
        assertThat(openReset(state).evidence()).hasSizeLessThan(BOUND);
        assertThat(state.incarnation().number()).isEqualTo(FLOOD + 1);
    }

    @Test
    void a_guest_that_settles_and_stops_again_and_again_is_bounded() {
        var proof = new Proof(Level.REBUILT, Duration.ofSeconds(30), Duration.ZERO);
        var state = flooded(
                GuestScenario.of(snp())
                        .proof(proof)
                        .sent(12_000)
                        .resetSeen()
                        .counters(40)
                        .state(),
                i -> List.<Signal>of(
                                new Signal.StopSeen(NOW),
                                new Signal.ResumeSeen(NOW),
                                new Signal.RunStateRead(NOW, RunState.RUNNING))
                        .get(i % 3));
        assertThat(openReset(state).evidence()).hasSizeLessThan(BOUND);
    }

    @Test
    void a_glob_of_many_stars_takes_no_longer_than_its_length_allows() {
        var glob = new ResetPolicy.Glob("*a".repeat(200) + "b");
        assertThat(glob.matches("a".repeat(5_000))).isFalse();
    }
}
