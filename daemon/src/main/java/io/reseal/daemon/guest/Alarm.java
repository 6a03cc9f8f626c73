package io.reseal.daemon.guest;

import io.netty.channel.EventLoop;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The times at which one guest wants to be woken, with one timer for all of them. Confined to the event loop. */
final class Alarm {
    private final EventLoop loop;
    private final Clock clock;
    private final Consumer<Instant> ring;
    private final NavigableSet<Instant> times = new TreeSet<>();
    private io.netty.util.concurrent.@org.jspecify.annotations.Nullable Future<?> timer;

    Alarm(EventLoop loop, Clock clock, Consumer<Instant> ring) {
        this.loop = loop;
        this.clock = clock;
        this.ring = ring;
    }

    void at(Instant time) {
        if (times.add(time) && times.first().equals(time)) {
            arm();
        }
    }

    /** Forgets all times: nobody waits for them any more. */
    void clear() {
        times.clear();
        cancel();
    }

    private void arm() {
        cancel();
        if (!times.isEmpty()) {
            long wait =
                    Math.max(0, Duration.between(clock.instant(), times.first()).toNanos());
            timer = loop.schedule(this::due, wait, TimeUnit.NANOSECONDS);
        }
    }

    private void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** Rings with the time asked for even when the wall clock was set back meanwhile, else it would never be reached. */
    private void due() {
        var wanted = times.pollFirst();
        timer = null;
        arm();
        if (wanted != null) {
            var now = clock.instant();
            ring.accept(now.isBefore(wanted) ? wanted : now);
        }
    }
}
