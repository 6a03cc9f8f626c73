package io.reseal.daemon.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands lines to a thread of its own: who reads standard error may stop, and no event loop waits for that. What finds the queue full is
 * left out, counted, and told once there is room again. Safe for any thread.
 */
final class QueuedAppender extends AsyncAppender {
    private static final int MOST_WAITING = 1024;
    private static final String NAME = QueuedAppender.class.getName();

    private final Logger logger;
    private final LineLimits limits;
    private final AtomicLong lost = new AtomicLong();

    /** @param logger tells how many lines were lost */
    QueuedAppender(Logger logger, LineLimits limits) {
        this.logger = logger;
        this.limits = limits;
        setQueueSize(MOST_WAITING);
        setDiscardingThreshold(0);
        setNeverBlock(true);
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (getRemainingCapacity() == 0) {
            lost.incrementAndGet();
            limits.lost();
            return;
        }
        long before = lost.getAndSet(0);
        if (before > 0) {
            var told = "%d lines were not written, as standard error was not read".formatted(before);
            super.append(new LoggingEvent(NAME, logger, Level.WARN, told, null, null));
        }
        super.append(event);
    }
}
