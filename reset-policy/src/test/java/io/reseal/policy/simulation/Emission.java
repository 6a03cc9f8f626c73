package io.reseal.policy.simulation;

import io.reseal.policy.signal.Signal;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * An event of a simulated QEMU.
 *
 * @param reset that it tells of
 * @param signal what the core is told, at the time at which it is heard
 */
record Emission(Truth truth, Optional<Physical> reset, Function<Instant, Signal> signal) {}
