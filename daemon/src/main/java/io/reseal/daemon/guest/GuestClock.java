package io.reseal.daemon.guest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The clock of one guest's signals: the wall time at which it began, plus the time that has passed since. Nobody can set it. Confined
 * to the event loop.
 */
final class GuestClock {
    /** Two clocks read one after the other never agree wholly; and a wall clock that is slewed drifts. */
    private static final Duration TOLERANCE = Duration.ofMillis(20);

    private final Clock wall;
    private final Instant began;
    private final long beganNanos;
    private Duration told = Duration.ZERO;

    GuestClock(Clock wall) {
        this.wall = wall;
        this.began = wall.instant();
        this.beganNanos = System.nanoTime();
    }

    Instant now() {
        return began.plusNanos(System.nanoTime() - beganNanos);
    }

    /** What the wall clock differs by from this one. */
    Duration offset() {
        var now = Duration.between(now(), wall.instant());
        if (now.minus(told).abs().compareTo(TOLERANCE) > 0) {
            told = now;
        }
        return told;
    }
}
