package io.reseal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.VcpuCounters.Reading;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class VcpuCountersTest {
    private static VcpuCounters of(long... exits) {
        var map = new HashMap<String, Long>();
        for (int i = 0; i < exits.length; i++) {
            map.put("cpu" + i, exits[i]);
        }
        return new VcpuCounters(map, Optional.empty(), OptionalLong.empty());
    }

    private static Reading after(VcpuCounters before, long millis, VcpuCounters now) {
        return now.against(before, Duration.ofMillis(millis));
    }

    @Test
    void counters_restarted_when_that_of_every_informative_vcpu_fell() {
        assertThat(after(of(1000, 2000), 10, of(5, 1999))).isEqualTo(Reading.RESTARTED);
        assertThat(after(of(1000, 2000), 10, of(5, 400_000))).isEqualTo(Reading.WENT_ON);
        assertThat(after(of(1000, 2000), 10, of(5, 2000))).isEqualTo(Reading.SAYS_NOTHING);
    }

    @Test
    void a_vcpu_with_hardly_any_exits_says_nothing() {
        assertThat(after(of(63, 1), 0, of(0, 0))).isEqualTo(Reading.SAYS_NOTHING);
        assertThat(after(of(64, 1), 0, of(0, 1))).isEqualTo(Reading.RESTARTED);
        assertThat(after(of(), 0, of(5))).isEqualTo(Reading.SAYS_NOTHING);
    }

    @Test
    void a_counter_that_may_have_grown_back_neither_restarted_nor_went_on() {
        assertThat(after(of(1000), 1, of(4000))).isEqualTo(Reading.SAYS_NOTHING);
        assertThat(after(of(1000), 1, of(4001))).isEqualTo(Reading.WENT_ON);
        assertThat(after(of(1000), 0, of(1000))).isEqualTo(Reading.WENT_ON);
    }

    private static VcpuCounters slept(long exits, long nanos) {
        return new VcpuCounters(
                Map.of("cpu0", exits),
                Map.of("cpu0", Map.of("halt_wait_ns", nanos)),
                Optional.empty(),
                OptionalLong.empty());
    }

    @Test
    void counters_restarted_when_any_of_them_fell_though_the_exits_have_grown_back() {
        assertThat(after(slept(3000, 9_000_000_000L), 1000, slept(3000, 900_000_000L)))
                .isEqualTo(Reading.RESTARTED);
        assertThat(slept(3000, 900_000_000L).fallen(slept(3000, 9_000_000_000L)))
                .containsExactly("halt_wait_ns");
        assertThat(after(slept(3000, 5), 1000, slept(3000, 5))).isEqualTo(Reading.SAYS_NOTHING);
        assertThat(after(slept(3000, 5), 0, slept(3001, 6))).isEqualTo(Reading.WENT_ON);
    }

    @Test
    void a_counter_that_is_not_told_any_more_has_not_fallen() {
        assertThat(after(slept(3000, 5), 1, of(4001))).isEqualTo(Reading.WENT_ON);
        assertThat(of(4001).fallen(slept(3000, 5))).isEmpty();
    }

    @Test
    void a_vcpu_with_hardly_any_exits_says_nothing_by_its_other_counters_either() {
        assertThat(after(slept(63, 5), 0, slept(0, 1))).isEqualTo(Reading.SAYS_NOTHING);
    }

    @Test
    void a_vcpu_that_was_unplugged_says_nothing() {
        assertThat(after(of(1000, 1000), 0, of(3))).isEqualTo(Reading.RESTARTED);
    }

    @Test
    void a_sample_of_the_same_vcpus_in_the_same_state_of_launch_says_nothing_new() {
        var running = new VcpuCounters(Map.of("cpu0", 9L), Optional.of("running"), OptionalLong.of(1));
        assertThat(of(9).sameVcpus(of(5))).isTrue();
        assertThat(of(9, 1).sameVcpus(of(5))).isFalse();
        assertThat(running.sameVcpus(of(5))).isFalse();
        assertThat(running.sameVcpus(new VcpuCounters(Map.of("cpu0", 9L), Optional.of("uninit"), OptionalLong.of(1))))
                .isFalse();
    }

    @Test
    void totals_are_over_all_vcpus() {
        assertThat(of(1, 2, 3).total()).isEqualTo(6);
    }
}
