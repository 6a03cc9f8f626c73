package io.reseal.daemon.guest;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One timer: something to do after a while, unless that is called off. Confined to the event loop. */
final class Pause {
    private final EventLoop loop;
    private final Runnable then;
    private @Nullable Future<?> timer;

    Pause(EventLoop loop, Runnable then) {
        this.loop = loop;
        this.then = then;
    }

    /** Begins anew. In milliseconds, rounded up, since nanoseconds overflow after 292 years. */
    void begin(Duration length) {
        callOff();
        long millis = Math.max(0, length.plusNanos(999_999).toMillis());
        timer = loop.schedule(this::end, millis, TimeUnit.MILLISECONDS);
    }

    /** Whether there was something to call off. */
    boolean callOff() {
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
