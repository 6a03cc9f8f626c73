package io.reseal.testbed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** A growing list that threads can wait on. Safe for any thread. */
final class Watched<T> {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<T> items = new ArrayList<>();
    private int next;
    private boolean closed;

    void add(T item) {
        locked(() -> items.add(item));
    }

    /** Nothing will be added any more: whoever waits in vain stops waiting. */
    void close() {
        locked(() -> closed = true);
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    List<T> all() {
        lock.lock();
        try {
            return List.copyOf(items);
        } finally {
            lock.unlock();
        }
    }

    /** The first item that matches among those after the last one that this method returned. */
    Optional<T> awaitNext(Predicate<T> wanted, Duration patience) {
        lock.lock();
        try {
            awaitThat(() -> indexFromNext(wanted) >= 0, patience);
            int found = indexFromNext(wanted);
            if (found < 0) {
                return Optional.empty();
            }
            next = found + 1;
            return Optional.of(items.get(found));
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the items are as wanted; tells whether they are. */
    boolean await(Predicate<List<T>> wanted, Duration patience) {
        lock.lock();
        try {
            awaitThat(() -> wanted.test(items), patience);
            return wanted.test(items);
        } finally {
            lock.unlock();
        }
    }

    boolean awaitClosed(Duration patience) {
        lock.lock();
        try {
            awaitThat(() -> closed, patience);
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private int indexFromNext(Predicate<T> wanted) {
        for (int i = next; i < items.size(); i++) {
            if (wanted.test(items.get(i))) {
                return i;
            }
        }
        return -1;
    }

    private void awaitThat(BooleanSupplier reached, Duration patience) {
        try {
            long left = patience.toNanos();
            while (!reached.getAsBoolean() && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while waiting");
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
