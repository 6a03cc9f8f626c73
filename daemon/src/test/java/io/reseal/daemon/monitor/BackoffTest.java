package io.reseal.daemon.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final double MIDDLE = 0.5;

    @Test
    void the_back_off_doubles_from_the_first_pause_to_the_cap() {
        assertThat(IntStream.rangeClosed(1, 9)
                        .mapToObj(failures -> Reconnect.Backoff.STANDARD.pause(failures, MIDDLE))
                        .map(Duration::toMillis))
                .containsExactly(100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 10_000L, 10_000L);
    }

    @Test
    void the_back_off_stays_at_the_cap_however_often_it_fails() {
        for (int failures : new int[] {22, 32, 64, 65, Integer.MAX_VALUE}) {
            assertThat(Reconnect.Backoff.STANDARD.pause(failures, MIDDLE)).isEqualTo(Duration.ofSeconds(10));
        }
    }

    @Test
    void the_back_off_is_spread_by_a_quarter_to_either_side() {
        assertThat(Reconnect.Backoff.STANDARD.pause(1, 0)).isEqualTo(Duration.ofMillis(75));
        assertThat(Reconnect.Backoff.STANDARD.pause(1, 1)).isEqualTo(Duration.ofMillis(125));
    }
}
