package io.reseal.testbed;

import java.time.Duration;

/** A point in time that several waits share. */
record Deadline(long nanoTime) {
    static Deadline after(Duration patience) {
        return new Deadline(System.nanoTime() + patience.toNanos());
    }

    Duration left() {
        return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }

    boolean passed() {
        return left().isZero();
    }
}
