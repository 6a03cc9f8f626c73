package io.reseal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "250ms,250",
        "30s,30000",
        "5m,300000",
        "2h,7200000",
        "1h30m,5400000",
        "1h1m1s1ms,3661001",
        "0s,0",
        "90m,5400000"
    })
    void a_duration_is_whole_numbers_with_units_the_largest_first(String text, long millis) {
        assertThat(Durations.parse(text)).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "30",
                "s",
                "1d",
                "30 s",
                " 30s",
                "30s\n",
                "30S",
                "1.5h",
                "-5s",
                "30m1h",
                "1s1s",
                "PT30S",
                "1000000000h",
                "٣s"
            })
    void a_duration_in_any_other_form_is_not_read(String text) {
        assertThat(Durations.parse(text)).isEmpty();
    }

    @Test
    void a_duration_is_written_in_its_shortest_form() {
        assertThat(Durations.text(Duration.ofMinutes(90))).isEqualTo("1h30m");
        assertThat(Durations.text(Duration.ofMillis(1250))).isEqualTo("1s250ms");
        assertThat(Durations.text(Duration.ofHours(24))).isEqualTo("24h");
        assertThat(Durations.text(Duration.ZERO)).isEqualTo("0s");
        assertThat(Durations.text(Duration.ofSeconds(-5))).isEqualTo("-5s");
    }

    @Test
    void a_duration_reads_back_as_it_was_written() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
        for (int i = 0; i < 10_000; i++) {
            var duration = Duration.ofMillis(random.nextLong(1L << random.nextInt(1, 50)));
            assertThat(Durations.parse(Durations.text(duration))).contains(duration);
        }
    }
}
