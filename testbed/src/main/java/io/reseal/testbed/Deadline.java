package io.reseal.testbed;

import java.time.Duration;

/** A point in time that several waits share. */
public record Deadline(long nanoTime) {
    public static Deadline after(Duration patience) {
        return new Deadline(System.nanoTime() + patience.toNanos());
    }

    public Duration left() {
        return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }

    public boolean passed() {
        return left().isZero();
    }
}
