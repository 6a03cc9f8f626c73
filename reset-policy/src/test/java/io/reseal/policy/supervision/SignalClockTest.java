package io.reseal.policy.supervision;

import static io.reseal.policy.supervision.SampleResets.T0;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignalClockTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final SignalClock clock = new SignalClock(T0, 100);

    @Test
    void the_clock_of_signals_begins_at_the_wall_time_and_goes_on_with_the_time_that_passes() {
        assertThat(clock.at(100)).isEqualTo(T0);
        assertThat(clock.at(100 + SECOND)).isEqualTo(T0.plusSeconds(1));
    }

    @Test
    void the_clock_of_signals_goes_on_when_the_count_of_nanoseconds_overflows() {
        var late = new SignalClock(T0, Long.MAX_VALUE);
        assertThat(late.at(Long.MIN_VALUE + SECOND - 1)).isEqualTo(T0.plusSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(longs = {120, -120, 3600, -3600})
    void the_clock_of_signals_tells_by_how_much_the_wall_clock_was_set_and_does_not_step_itself(long seconds) {
        assertThat(offset(Duration.ofSeconds(seconds), 1)).isEqualTo(Duration.ofSeconds(seconds));
        assertThat(clock.at(100 + SECOND)).isEqualTo(T0.plusSeconds(1));
    }

    @Test
    void the_clock_of_signals_tells_nothing_of_a_difference_that_comes_of_reading_two_clocks_in_turn() {
        assertThat(offset(SignalClock.TOLERANCE, 1)).isZero();
        assertThat(offset(SignalClock.TOLERANCE.negated(), 2)).isZero();
    }

    @Test
    void the_clock_of_signals_tells_in_steps_of_a_wall_clock_that_is_slewed() {
        assertThat(offset(Duration.ofMillis(21), 1)).isEqualTo(Duration.ofMillis(21));
        assertThat(offset(Duration.ofMillis(30), 2)).isEqualTo(Duration.ofMillis(21));
        assertThat(offset(Duration.ofMillis(42), 3)).isEqualTo(Duration.ofMillis(42));
    }

    private Duration offset(Duration ahead, long seconds) {
        Instant wall = T0.plusSeconds(seconds).plus(ahead);
        return clock.offset(wall, 100 + seconds * SECOND);
    }
}
