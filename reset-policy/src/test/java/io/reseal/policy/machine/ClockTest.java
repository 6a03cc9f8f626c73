package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.verdict;
import static io.reseal.policy.machine.SampleGuests.echoing;
import static io.reseal.policy.machine.SampleGuests.forced;
import static io.reseal.policy.machine.SampleGuests.plain;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Time that passes decides; the wall clock is only shown, and an echo is known by what the guest did. */
class ClockTest {
    private static GuestScenario set(GuestScenario story, Duration offset) {
        return story.take(new Signal.ClockSet(GuestScenario.BEGIN, offset));
    }

    @Test
    void a_step_of_the_wall_clock_moves_no_deadline_and_keeps_the_times_of_a_reset_in_order() {
        for (var step : new Duration[] {Duration.ofMinutes(2), Duration.ofMinutes(-2)}) {
            var story = GuestScenario.of(plain()).sent(12_000).acknowledged();
            set(story, step).after(Duration.ofSeconds(29)).tick().stillOpen();
            story.after(Duration.ofSeconds(2)).tick();
            var times = story.theReset().times();
            assertThat(Duration.between(times.requestedAt(), times.closedAt().orElseThrow()))
                    .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(32));
        }
    }

    @Test
    void what_is_shown_is_the_wall_time_at_which_a_reset_began() {
        var story = set(GuestScenario.of(plain()), Duration.ofHours(1)).guestReset();
        assertThat(story.state().resets().open().orElseThrow().reset().times().requestedAt())
                .isEqualTo(GuestScenario.BEGIN.plus(Duration.ofHours(1)));
    }

    @Test
    void an_event_whose_own_time_is_of_another_clock_is_of_now() {
        var story = GuestScenario.of(plain())
                .take(new Signal.ResetSeen(GuestScenario.BEGIN, Instant.EPOCH, true, "guest-reset"));
        assertThat(story.state().resets().open().orElseThrow().reset().times().observedAt())
                .contains(GuestScenario.BEGIN);
    }

    @Test
    void an_echo_that_comes_late_since_all_of_qemu_stood_still_is_an_echo() {
        var story =
                GuestScenario.of(echoing(plain())).afterMillis(2000).resetSeen().runState("running");
        story.afterMillis(200).tick();
        assertThat(story.latest()).contains(new Action.ReadRunState());
        story.afterMillis(1_100).runState("running").afterMillis(150).guestReset();
        assertThat(story.all(Action.Opened.class)).hasSize(1);
        assertThat(verdict(story.settledRunning().theReset())).isEqualTo(Verdict.PROVEN);
    }

    @Test
    void an_echo_that_comes_before_the_answer_that_qemu_owes_is_an_echo() {
        var story =
                GuestScenario.of(echoing(plain())).afterMillis(2000).resetSeen().runState("running");
        story.afterMillis(200).tick().afterMillis(9_000).guestReset();
        assertThat(story.all(Action.Opened.class)).hasSize(1);
    }

    @Test
    void an_echo_of_a_guest_that_was_paused_meanwhile_is_an_echo() {
        var story =
                GuestScenario.of(echoing(plain())).afterMillis(2000).resetSeen().runState("running");
        story.afterMillis(50).stop().runState("paused").after(Duration.ofSeconds(5));
        story.resume().afterMillis(120).guestReset();
        assertThat(story.all(Action.Opened.class)).hasSize(1);
    }

    @Test
    void an_event_that_was_heard_late_is_judged_by_qemus_own_time_of_it() {
        var story = GuestScenario.of(echoing(plain())).afterMillis(2000).resetSeen();
        var echo = GuestScenario.BEGIN.plusMillis(2150);
        story.after(Duration.ofSeconds(20)).take(new Signal.ResetSeen(echo.plusSeconds(20), echo, true, "guest-reset"));
        assertThat(story.all(Action.Opened.class)).hasSize(1);
    }

    @Test
    void a_reboot_of_a_guest_that_had_its_time_is_its_own_whatever_the_wall_clock_did() {
        for (var step : new Duration[] {Duration.ZERO, Duration.ofSeconds(-25), Duration.ofSeconds(25)}) {
            var story = GuestScenario.of(echoing(forced()))
                    .afterMillis(10)
                    .resetSeen()
                    .counters(3);
            PassingTime.ranFor(story, Duration.ofSeconds(1));
            set(story, step).after(Duration.ofSeconds(20));
            var now = GuestScenario.BEGIN.plusSeconds(22);
            story.take(new Signal.ResetSeen(now, now.plus(step), true, "guest-reset"));
            assertThat(story.all(Action.Opened.class)).hasSize(2);
            assertThat(verdict(story.closed().getFirst())).isEqualTo(Verdict.PROVEN);
        }
    }
}
