package io.reseal.policy.machine;

import static io.reseal.policy.machine.SampleGuests.snp;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestState;
import io.reseal.policy.state.ResetLoop;
import io.reseal.policy.supervision.ResetFold;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResetLoopTest {
    private static final int FLOOD = 100_000;
    private static final Instant BEGIN = GuestScenario.BEGIN.plusMillis(100);

    private final ResetFold fold = new ResetFold();
    private final List<Action> actions = new ArrayList<>();
    private GuestState state = GuestScenario.of(snp()).state();
    private Instant now = BEGIN;

    @Test
    void a_guest_that_resets_more_often_than_the_limit_is_one_record() {
        guestResets(FLOOD);

        var loop = loop();
        assertThat(opened()).as("those before the limit").isEqualTo(ResetFold.MOST);
        assertThat(loop.request().origin()).isEqualTo(Origin.GUEST);
        assertThat(loop.open()).isTrue();
        assertThat(loop.loop().orElseThrow().count()).isEqualTo(FLOOD - ResetFold.MOST);
        assertThat(loop.loop().orElseThrow().first())
                .isBefore(loop.loop().orElseThrow().last());
        assertThat(state.incarnation().number()).isEqualTo(FLOOD + 1);
    }

    @Test
    void a_reset_loop_costs_no_readings() {
        guestResets(ResetFold.MOST + 1);
        actions.clear();
        guestResets(FLOOD);

        assertThat(actions).allMatch(action -> action instanceof Action.Looped || action instanceof Action.WakeAt);
    }

    @Test
    void nothing_is_proven_of_a_guest_in_a_reset_loop() {
        guestResets(ResetFold.MOST);
        actions.clear();
        guestResets(FLOOD);
        passes(ResetLoop.QUIET);

        assertThat(closed()).isNotEmpty().allMatch(reset -> verdict(reset) == Verdict.UNPROVEN);
        assertThat(closed().getLast().conclusion().orElseThrow().summary())
                .isEqualTo("reset loop: %d RESETs, which were not judged one by one, then none came for a while"
                        .formatted(FLOOD));
        assertThat(state.resets().loop()).isEmpty();
    }

    @Test
    void after_a_reset_loop_the_guest_is_read_and_its_next_reset_is_judged_again() {
        guestResets(100);
        passes(ResetLoop.QUIET);
        assertThat(actions).contains(new Action.ReadCounters(), new Action.ReadRunState());
        actions.clear();
        guestResets(1);

        assertThat(opened()).isEqualTo(1);
    }

    @Test
    void a_slow_series_of_reboots_is_judged_one_by_one() {
        for (int i = 0; i < 100; i++) {
            guestResets(1);
            passes(Duration.ofSeconds(1));
        }

        assertThat(state.resets().loop()).isEmpty();
        assertThat(opened()).isEqualTo(100);
    }

    @Test
    void a_reset_after_a_stop_is_looked_at_also_in_a_loop_as_its_rebuild_may_have_failed() {
        guestResets(100);
        take(new Signal.StopSeen(now));
        actions.clear();
        guestResets(1);

        assertThat(actions).contains(new Action.ReadCounters());
    }

    @Test
    void the_reset_of_our_own_in_a_loop_is_the_last_one_before_our_reply() {
        state = GuestScenario.of(snp()).sent(12_000).state();
        var ours = state.resets().open().orElseThrow().reset().id();
        guestResets(100);
        hostResets();
        take(new Signal.Acknowledged(now, ours));

        var open = state.resets().open().orElseThrow();
        assertThat(open.reset().id()).isEqualTo(ours);
        assertThat(open.observed()).isTrue();
        assertThat(actions).contains(new Action.ReadCounters());
    }

    @Test
    void a_reset_of_our_own_that_a_loop_overtakes_is_unproven() {
        state = GuestScenario.of(snp()).sent(12_000).state();
        var ours = state.resets().open().orElseThrow().reset().id();
        guestResets(100);
        hostResets();
        take(new Signal.Acknowledged(now, ours));
        guestResets(100);
        takeFolded();

        assertThat(closed())
                .filteredOn(reset -> reset.id().equals(ours))
                .singleElement()
                .satisfies(reset -> assertThat(verdict(reset)).isEqualTo(Verdict.UNPROVEN));
    }

    @Test
    void a_reset_loop_ends_with_the_connection() {
        guestResets(100);
        take(new Signal.Detached(now, "gone"));

        assertThat(state.resets().loop()).isEmpty();
        assertThat(closed().getLast().loop()).isPresent();
    }

    private void guestResets(int times) {
        for (int i = 0; i < times; i++) {
            event(true, "guest-reset");
        }
        takeFolded();
    }

    private void hostResets() {
        event(false, "host-qmp-system-reset");
    }

    private void event(boolean byGuest, String reason) {
        now = now.plusNanos(5_000);
        var reset = new Signal.ResetSeen(now, now, byGuest, reason);
        if (!fold.folds(reset, state)) {
            take(reset);
        }
    }

    private void takeFolded() {
        fold.take(state).forEach(this::step);
    }

    private void take(Signal signal) {
        takeFolded();
        step(signal);
    }

    private void step(Signal signal) {
        var step = GuestMachine.step(state, signal);
        state = step.state();
        actions.addAll(step.actions());
    }

    private void passes(Duration time) {
        now = now.plus(time);
        take(new Signal.Tick(now));
    }

    private Reset loop() {
        return state.resets().loop().orElseThrow().record();
    }

    private long opened() {
        return actions.stream().filter(Action.Opened.class::isInstance).count();
    }

    private List<Reset> closed() {
        return actions.stream()
                .map(action -> switch (action) {
                    case Action.Closed(var reset) -> List.of(reset);
                    case Action.Looped(var reset) -> List.of(reset);
                    default -> List.<Reset>of();
                })
                .flatMap(List::stream)
                .filter(reset -> !reset.open())
                .toList();
    }

    private static Verdict verdict(Reset reset) {
        return reset.conclusion().orElseThrow().verdict();
    }
}
