package io.reseal.daemon.monitor;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One timer: something to do after a while, unless that is called off. Confined to the event loop. */
public final class Timer {
    /** Nanoseconds overflow after 292 years. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final EventLoop loop;
    private final Runnable then;
    private @Nullable Future<?> timer;

    public Timer(EventLoop loop, Runnable then) {
        this.loop = loop;
        this.then = then;
    }

    /** Restarts. */
    public void begin(Duration length) {
        callOff();
        long nanos = length.isNegative() ? 0 : (length.compareTo(LONGEST) < 0 ? length : LONGEST).toNanos();
        timer = loop.schedule(this::end, nanos, TimeUnit.NANOSECONDS);
    }

    /** Whether there was something to call off. */
    public boolean callOff() {
        if (timer == null) {
            return false;
        }
        timer.cancel(false);
        timer = null;
        return true;
    }

    private void end() {
        timer = null;
        then.run();
    }
}
