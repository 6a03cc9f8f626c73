package io.reseal.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseal.testbed.TestbedException;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplesTest {
    @Test
    void a_percentile_is_a_value_that_was_measured() {
        var hundred = Samples.of(
                IntStream.rangeClosed(1, 100).mapToObj(i -> (double) i).toList());
        assertThat(hundred.median()).isEqualTo(50);
        assertThat(hundred.percentile(99)).isEqualTo(99);
        assertThat(hundred.percentile(100)).isEqualTo(hundred.max()).isEqualTo(100);
    }

    @Test
    void few_values_have_the_largest_as_their_99th_percentile() {
        var few = Samples.of(DoubleStream.of(3, 1, 2).boxed().toList());
        assertThat(few.percentile(99)).isEqualTo(3);
        assertThat(few.median()).isEqualTo(2);
        assertThat(few.min()).isEqualTo(1);
    }

    @Test
    void no_value_is_no_figure() {
        assertThatThrownBy(() -> Samples.of(List.of())).isInstanceOf(TestbedException.class);
    }
}
