package io.reseal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int RUNS = 2_000;

    @Test
    void whatever_happens_nothing_is_called_proven_that_was_not_and_no_failed_guest_is_reset_again() {
        var verdicts = new EnumMap<Verdict, Integer>(Verdict.class);
        int inferred = 0;
        int same = 0;
        int recreated = 0;
        int continued = 0;
        for (long seed = 0; seed < RUNS; seed++) {
            var referee = run(seed);
            referee.verdicts.forEach((verdict, count) -> verdicts.merge(verdict, count, Integer::sum));
            inferred += referee.provenInferred;
            same += referee.provenSameLaunch;
            recreated += referee.provenRecreated;
            continued += referee.continued;
        }
        assertThat(verdicts).as("what the runs were about").containsOnlyKeys(Verdict.values());
        assertThat(verdicts.values()).allSatisfy(count -> assertThat(count).isGreaterThan(RUNS / 4));
        assertThat(inferred).as("resets inferred and proven").isPositive();
        assertThat(same).as("resets proven up to the same launch").isPositive();
        assertThat(recreated).as("resets proven by another process").isPositive();
        assertThat(continued).as("guests that were continued").isPositive();
    }

    private static Referee run(long seed) {
        try {
            return new Simulation(seed).run();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }
}
