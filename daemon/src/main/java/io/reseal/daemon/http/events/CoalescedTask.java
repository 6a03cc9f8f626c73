package io.reseal.daemon.http.events;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs an action on an event loop, once for all wake-ups that came in since its last run. Safe for any thread. */
final class CoalescedTask implements Runnable {
    private final EventExecutor loop;
    private final Runnable action;
    private final AtomicBoolean pending = new AtomicBoolean();

    CoalescedTask(EventExecutor loop, Runnable action) {
        this.loop = loop;
        this.action = action;
    }

    @Override
    public void run() {
        if (pending.compareAndSet(false, true)) {
            try {
                loop.execute(this::act);
            } catch (RejectedExecutionException shutDown) {
                // the loop has ended, and with it the connection that wanted to know
            }
        }
    }

    private void act() {
        pending.set(false);
        action.run();
    }
}
