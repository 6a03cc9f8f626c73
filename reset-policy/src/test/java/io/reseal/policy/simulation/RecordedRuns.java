package io.reseal.policy.simulation;

import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestState;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;

/** What simulated runs are made of, for tests of other rooms. */
public final class RecordedRuns {
    /** Every signal of so many runs, and the state after it; from several threads. */
    public static void each(long runs, BiConsumer<Signal, GuestState> listener) {
        LongStream.range(0, runs).parallel().forEach(seed -> new Simulation(seed, listener).run());
    }

    private RecordedRuns() {}
}
