package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CounterSamplerTest {
    private static final long NOW = Duration.ofMillis(400).toNanos();

    @Test
    void the_pauses_between_samples_end_in_the_same_seconds_for_all_guests() {
        assertThat(CounterSampler.toSlot(Duration.ofSeconds(10), NOW)).isEqualTo(Duration.ofMillis(9_600));
        assertThat(CounterSampler.toSlot(Duration.ofSeconds(10), NOW + NOW)).isEqualTo(Duration.ofMillis(9_200));
    }

    @Test
    void the_pauses_between_samples_end_in_the_same_seconds_on_a_clock_below_zero() {
        assertThat(CounterSampler.toSlot(Duration.ofSeconds(10), -NOW)).isEqualTo(Duration.ofMillis(9_400));
    }

    @Test
    void the_pauses_between_samples_stay_as_they_are_when_a_second_is_much_of_them() {
        assertThat(CounterSampler.toSlot(Duration.ofMillis(1_900), NOW)).isEqualTo(Duration.ofMillis(1_900));
    }
}
