package io.reseal.daemon.monitor;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** When to connect again: later after each failure, at once when there is news. Confined to the event loop. */
public final class Reconnect {
    /** A monitor that kept to the protocol for so long is forgiven. */
    private static final long FORGIVEN_AFTER = Duration.ofMinutes(1).toNanos();

    private final EventLoop loop;
    private final RandomGenerator random;
    private final Runnable connect;
    private final Timer pause;
    private int failures;
    private int breaches;
    private long succeededAt;

    public Reconnect(EventLoop loop, RandomGenerator random, Runnable connect) {
        this.loop = loop;
        this.random = random;
        this.connect = connect;
        this.pause = new Timer(loop, connect);
    }

    public void afterFailure() {
        failures++;
        pause.begin(Backoff.STANDARD.pause(failures, random.nextDouble()));
    }

    /** The monitor broke the protocol, or a limit: that it can be connected to says nothing good of it. */
    public void afterBreach() {
        boolean forgiven = loop.ticker().nanoTime() - succeededAt > FORGIVEN_AFTER;
        breaches = forgiven ? 1 : breaches + 1;
        failures = Math.max(failures, breaches - 1);
        afterFailure();
    }

    public void succeeded() {
        failures = 0;
        succeededAt = loop.ticker().nanoTime();
    }

    /** Ends a pause; an attempt that is under way goes on, and the pause after it is the shortest. */
    public void atOnce() {
        failures = 0;
        if (pause.callOff()) {
            connect.run();
        }
    }

    public void cancel() {
        pause.callOff();
    }

    /**
     * How long to wait before connecting again: doubling from {@code first} to {@code cap}, spread by a quarter to either side so
     * that a host full of guests does not knock in step.
     */
    record Backoff(Duration first, Duration cap) {
        static final Backoff STANDARD = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));

        /**
         * The pause before the next attempt.
         *
         * @param failures attempts that failed in a row, at least 1
         * @param random in 0..1
         */
        Duration pause(int failures, double random) {
            long doubled = first.toMillis() << Math.min(failures - 1, 20);
            long capped = Math.min(doubled, cap.toMillis());
            return spread(Duration.ofMillis(capped), random);
        }

        /** A quarter shorter to a quarter longer than {@code middle}. */
        private static Duration spread(Duration middle, double random) {
            return Duration.ofNanos(Math.round(middle.toNanos() * (0.75 + random / 2)));
        }
    }
}
