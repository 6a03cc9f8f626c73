package io.reseal.daemon.monitor;

import io.netty.util.concurrent.Ticker;
import io.reseal.policy.supervision.SignalClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The clock of one guest's signals, by which its timers run too. Confined to the event loop. */
public final class GuestClock {
    private final Clock wall;
    private final Ticker ticker;
    private final SignalClock signals;

    /**
     * A clock that runs from now on.
     *
     * @param ticker of the event loop whose timers are used
     */
    public GuestClock(Clock wall, Ticker ticker) {
        this.wall = wall;
        this.ticker = ticker;
        this.signals = new SignalClock(wall.instant(), ticker.nanoTime());
    }

    public Instant now() {
        return signals.at(ticker.nanoTime());
    }

    /** What the wall clock is ahead of {@link #now}. */
    public Duration offset() {
        return signals.offset(wall.instant(), ticker.nanoTime());
    }
}
