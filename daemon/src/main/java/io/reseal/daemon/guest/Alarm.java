package io.reseal.daemon.guest;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The times at which one guest wants to be woken, with one timer for all of them. Confined to the event loop. */
final class Alarm {
    private final GuestClock clock;
    private final Consumer<Instant> ring;
    private final NavigableSet<Instant> times = new TreeSet<>();
    private final Pause pause;

    Alarm(EventLoop loop, GuestClock clock, Consumer<Instant> ring) {
        this.clock = clock;
        this.ring = ring;
        this.pause = new Pause(loop, this::due);
    }

    void at(Instant time) {
        if (times.add(time) && times.first().equals(time)) {
            arm();
        }
    }

    /** Forgets all times: nobody waits for them any more. */
    void clear() {
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
