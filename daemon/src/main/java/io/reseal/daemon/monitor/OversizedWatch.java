package io.reseal.daemon.monitor;

import io.reseal.daemon.log.Failures;
import io.reseal.daemon.log.GuestLog;
import io.reseal.qmp.QmpException.LimitExceeded;
import java.time.Duration;
import java.time.Instant;

/** Tells of events and replies that were dropped as too long: once a minute, with the number of the others. Confined to the event loop. */
public final class OversizedWatch {
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final GuestLog log;
    private Instant next = Instant.MIN;
    private int others;

    public OversizedWatch(GuestLog log) {
        this.log = log;
    }

    /** One more. */
    public void dropped(LimitExceeded beyond, Instant now) {
        if (now.isBefore(next)) {
            others++;
            return;
        }
        log.warn(Failures.text(beyond) + "; it was dropped"
                + (others > 0 ? ", and " + others + " before it that were not told" : ""));
        next = now.plus(PAUSE);
        others = 0;
    }
}
