package io.reseal.qmp;

import java.util.concurrent.atomic.LongAdder;

/** Counts of one connection; written on its event loop, read from any thread. */
final class Counters {
    final LongAdder events = new LongAdder();
    final LongAdder replies = new LongAdder();
    final LongAdder lateReplies = new LongAdder();
    final LongAdder unknown = new LongAdder();
    final LongAdder violations = new LongAdder();
    final LongAdder oversized = new LongAdder();

    QmpStatistics snapshot() {
        return new QmpStatistics(
                events.sum(), replies.sum(), lateReplies.sum(), unknown.sum(), violations.sum(), oversized.sum());
    }
}
