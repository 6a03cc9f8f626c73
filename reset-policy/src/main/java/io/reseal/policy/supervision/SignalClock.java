package io.reseal.policy.supervision;

import java.time.Duration;
import java.time.Instant;

/**
 * Makes the times of signals from a clock that nobody sets: the wall time at which it began, plus the time that has passed since. It
 * tells when the wall clock was set.
 */
public final class SignalClock {
    /** Two clocks read one after the other never agree wholly; and a wall clock that is slewed drifts. */
    static final Duration TOLERANCE = Duration.ofMillis(20);

    private final Instant began;
    private final long beganNanos;
    private Duration offset = Duration.ZERO;

    /**
     * A clock that begins now.
     *
     * @param nanos of a clock that only goes on, in nanoseconds since whenever
     */
    public SignalClock(Instant wall, long nanos) {
        this.began = wall;
        this.beganNanos = nanos;
    }

    /** The time of a signal. */
    public Instant at(long nanos) {
        return began.plusNanos(nanos - beganNanos);
    }

    /** What the wall clock is ahead of the signals' clock; the same as before while they differ by no more than a tolerance. */
    public Duration offset(Instant wall, long nanos) {
        var now = Duration.between(at(nanos), wall);
        if (now.minus(offset).abs().compareTo(TOLERANCE) > 0) {
            offset = now;
        }
        return offset;
    }
}
