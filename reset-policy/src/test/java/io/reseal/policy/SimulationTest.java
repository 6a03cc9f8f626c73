package io.reseal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final long KEPT = 2_000;

    @Test
    void whatever_happens_every_verdict_is_true() {
        var tally = run(0, KEPT);
        System.out.println(tally);
        assertThat(tally.verdicts).as("what the runs were about").containsOnlyKeys(Verdict.values());
    }

    private static Tally run(long from, long to) {
        return LongStream.range(from, to).mapToObj(SimulationTest::run).reduce(new Tally(), Tally::add);
    }

    static Tally run(long seed) {
        try {
            return new Simulation(seed).run();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }
}
