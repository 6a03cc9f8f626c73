package io.reseal.policy.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SimulationTest {
    @Test
    void whatever_happens_every_verdict_is_true() {
        var tally = Simulations.kept();
        assertThat(tally.verdicts).as("what the runs were about").containsOnlyKeys(Verdict.values());
        assertThat(tally.verdicts.values())
                .allSatisfy(count -> assertThat(count).isGreaterThan(tally.runs / 20));
        assertThat(tally.origins).containsKeys(Origin.OPERATOR, Origin.GUEST, Origin.EXTERNAL, Origin.UNKNOWN);
        assertThat(tally.ends).containsOnlyKeys(Action.How.values());
        assertThat(tally.inferred).as("resets inferred and proven").isPositive();
        assertThat(tally.sameLaunch).as("resets proven up to the same launch").isPositive();
        assertThat(tally.recreated).as("resets proven by another process").isPositive();
        assertThat(tally.continued).as("guests that were continued").isPositive();
        assertThat(tally.folded).as("RESETs that were one loop").isPositive();
        assertThat(tally.calm.get(Verdict.PROVEN))
                .as("resets proven of guests that nobody disturbs: %s", tally.calm)
                .isGreaterThan(tally.resetsOfCalm() / 3);
    }

    @Test
    void runs_that_were_never_made_before_find_no_wrong_verdict() {
        run(10_000);
    }

    @Test
    @Tag("long")
    void many_runs_that_were_never_made_before_find_no_wrong_verdict() {
        run(100_000);
    }

    private static void run(long runs) {
        long seed = Optional.ofNullable(System.getProperty("reseal.seed"))
                .map(Long::parseLong)
                .orElseGet(System::nanoTime);
        System.out.printf("simulation: seeds from %d on (-Dreseal.seed=%d repeats them)%n", seed, seed);
        System.out.println("simulation: " + Simulations.all(seed, runs));
    }
}
