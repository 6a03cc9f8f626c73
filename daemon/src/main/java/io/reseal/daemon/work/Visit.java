package io.reseal.daemon.work;

import org.jspecify.annotations.Nullable;

/** A task under way, and where it is. Guarded by the lock of its pool, but for {@link #answered}. */
final class Visit {
    private final BlockingPool pool;
    private final Subject begun;

    @Nullable
    Place place;

    /** Whether its thread no longer counts: the pool has put another one in its place. */
    boolean blocked;

    /** Whether the place is known to hang. */
    boolean hangs;

    private String path;
    private volatile long since = System.nanoTime();

    Visit(BlockingPool pool, Subject subject) {
        this.pool = pool;
        this.begun = subject;
        this.path = subject.path();
    }

    void enter(Place next, String at) {
        pool.enter(this, next, at);
    }

    void leave() {
        pool.leaves(this);
    }

    void answered() {
        since = System.nanoTime();
    }

    void goes(Place next, String at) {
        place = next;
        path = at;
        answered();
    }

    /** Since the place last answered, in nanoseconds. */
    long silence() {
        return System.nanoTime() - since;
    }

    Subject subject() {
        return begun.path().isEmpty() ? new Subject(begun.guest(), path) : begun;
    }
}
