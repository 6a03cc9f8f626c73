package io.reseal.daemon.monitor;

import java.time.Duration;

/**
 * How long to wait before connecting again: doubling from {@code first} to {@code cap}, spread by a quarter to either side so
 * that a host full of guests does not knock in step.
 */
record Backoff(Duration first, Duration cap) {
    static final Backoff STANDARD = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));

    /**
     * The pause before the next attempt.
     *
     * @param failures attempts that failed in a row, at least 1
     * @param random in 0..1
     */
    Duration pause(int failures, double random) {
        long doubled = first.toMillis() << Math.min(failures - 1, 20);
        long capped = Math.min(doubled, cap.toMillis());
        return spread(Duration.ofMillis(capped), random);
    }

    /** A quarter shorter to a quarter longer than {@code middle}. */
    private static Duration spread(Duration middle, double random) {
        return Duration.ofNanos(Math.round(middle.toNanos() * (0.75 + random / 2)));
    }
}
