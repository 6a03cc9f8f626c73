package io.reseal.demo;

import java.util.ArrayDeque;
import java.util.Deque;

/** Everything that has to be gone in the end. Safe for any thread: an interrupted demo is cleared by another one. */
final class Cleanup implements AutoCloseable {
    private final Deque<AutoCloseable> things = new ArrayDeque<>();
    private boolean closed;

    /** What comes to a closed clean-up is cleared away at once. */
    synchronized <T extends AutoCloseable> T own(T thing) {
        things.push(thing);
        if (closed) {
            clear();
        }
        return thing;
    }

    @Override
    public synchronized void close() {
        closed = true;
        clear();
    }

    private void clear() {
        while (!things.isEmpty()) {
            try {
                things.pop().close();
            } catch (Exception failed) {
                System.err.println("reseal demo: " + failed.getMessage());
            }
        }
    }
}
