package io.reseal.daemon.guest;

import io.netty.channel.EventLoop;
import java.util.random.RandomGenerator;

/** When to connect again: later after each failure, at once when there is news. Confined to the event loop. */
final class Retry {
    private final RandomGenerator random;
    private final Runnable connect;
    private final Pause pause;
    private int failures;

    Retry(EventLoop loop, RandomGenerator random, Runnable connect) {
        this.random = random;
        this.connect = connect;
        this.pause = new Pause(loop, connect);
    }

    void afterFailure() {
        failures++;
        pause.begin(Backoff.STANDARD.pause(failures, random.nextDouble()));
    }

    void succeeded() {
        failures = 0;
    }

    /** Ends a pause; an attempt that is under way goes on, and the pause after it is the shortest. */
    void atOnce() {
        failures = 0;
        if (pause.callOff()) {
            connect.run();
        }
    }

    void cancel() {
        pause.callOff();
    }
}
