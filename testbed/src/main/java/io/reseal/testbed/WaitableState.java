package io.reseal.testbed;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Guards state that threads change and that other threads wait for. Safe for any thread. */
public final class WaitableState {
    private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Changes the state, and has each condition looked at that is waited for. */
    public void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public <T> T read(Supplier<T> read) {
        lock.lock();
        try {
            return read.get();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the condition holds, and tells whether it does. It is looked at after each change, and each second, as it
     * may depend on other state too.
     */
    public boolean await(BooleanSupplier condition, Duration patience) {
        var deadline = Deadline.after(patience);
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (deadline.passed()) {
                    return false;
                }
                var _ = changed.awaitNanos(Math.min(deadline.left().toNanos(), LONGEST_WAIT));
            }
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while waiting");
        } finally {
            lock.unlock();
        }
    }
}
