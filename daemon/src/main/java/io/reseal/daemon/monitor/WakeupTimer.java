package io.reseal.daemon.monitor;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The times at which one guest wants to be woken, with one timer for all of them. Confined to the event loop. */
public final class WakeupTimer {
    private final GuestClock clock;
    private final Consumer<Instant> ring;
    private final NavigableSet<Instant> times = new TreeSet<>();
    private final Timer pause;

    public WakeupTimer(EventLoop loop, GuestClock clock, Consumer<Instant> ring) {
        this.clock = clock;
        this.ring = ring;
        this.pause = new Timer(loop, this::due);
    }

    public void at(Instant time) {
        if (times.add(time) && times.first().equals(time)) {
            arm();
        }
    }

    /** Forgets all times: nobody waits for them any more. */
    public void clear() {
        times.clear();
        pause.callOff();
    }

    private void arm() {
        if (!times.isEmpty()) {
            pause.begin(Duration.between(clock.now(), times.first()));
        }
    }

    private void due() {
        boolean wanted = times.pollFirst() != null;
        arm();
        if (wanted) {
            ring.accept(clock.now());
        }
    }
}
