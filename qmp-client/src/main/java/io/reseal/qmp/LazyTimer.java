package io.reseal.qmp;

import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One alarm for all deadlines of a connection. It may ring early but not late, so that a command that is answered in
 * time costs neither setting nor cancelling an alarm. Confined to the event loop.
 */
final class LazyTimer {
    static final long NEVER = Long.MAX_VALUE;

    private final QmpWriter wire;
    private final Runnable alarm;
    private @Nullable Future<?> scheduled;
    private long at = NEVER;

    LazyTimer(QmpWriter wire, Runnable alarm) {
        this.wire = wire;
        this.alarm = alarm;
    }

    void by(long due) {
        if (due >= at) {
            return;
        }
        cancel();
        at = due;
        scheduled = wire.loop().schedule(this::ring, Math.max(0, due - wire.now()), TimeUnit.NANOSECONDS);
    }

    void cancel() {
        if (scheduled != null) {
            scheduled.cancel(false);
            scheduled = null;
        }
        at = NEVER;
    }

    private void ring() {
        scheduled = null;
        at = NEVER;
        alarm.run();
    }
}
