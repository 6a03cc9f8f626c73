package io.reseal.daemon.monitor;

import io.netty.channel.EventLoop;
import java.util.random.RandomGenerator;

/** When to connect again: later after each failure, at once when there is news. Confined to the event loop. */
public final class Reconnect {
    private final RandomGenerator random;
    private final Runnable connect;
    private final Timer pause;
    private int failures;

    public Reconnect(EventLoop loop, RandomGenerator random, Runnable connect) {
        this.random = random;
        this.connect = connect;
        this.pause = new Timer(loop, connect);
    }

    public void afterFailure() {
        failures++;
        pause.begin(Backoff.STANDARD.pause(failures, random.nextDouble()));
    }

    public void succeeded() {
        failures = 0;
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
}
