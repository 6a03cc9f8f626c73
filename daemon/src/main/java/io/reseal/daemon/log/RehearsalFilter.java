package io.reseal.daemon.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/** Nobody is told of a rehearsal: what its threads log is not written. */
final class RehearsalFilter extends Filter<ILoggingEvent> {
    @Override
    public FilterReply decide(ILoggingEvent event) {
        return event.getThreadName().startsWith(Logging.REHEARSAL_THREADS) ? FilterReply.DENY : FilterReply.NEUTRAL;
    }
}
