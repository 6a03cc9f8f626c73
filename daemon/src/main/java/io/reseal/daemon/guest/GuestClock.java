package io.reseal.daemon.guest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The wall clock, but not for an open reset: that goes by the time that passes, since its deadline and its settle time are
 * worth nothing on a clock that somebody sets meanwhile. Confined to the event loop.
 */
final class GuestClock {
    private record Start(Instant wall, long nanos) {}

    private final Clock wall;
    private @Nullable Start start;

    GuestClock(Clock wall) {
        this.wall = wall;
    }

    Instant now() {
        return start == null ? wall.instant() : start.wall().plus(Duration.ofNanos(System.nanoTime() - start.nanos()));
    }

    /** From now on only the time that passes counts. */
    void hold() {
        start = new Start(wall.instant(), System.nanoTime());
    }

    /** The wall clock counts again. */
    void release() {
        start = null;
    }
}
