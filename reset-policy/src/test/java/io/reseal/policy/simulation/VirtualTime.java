package io.reseal.policy.simulation;

import io.reseal.policy.machine.GuestScenario;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/** Virtual time: what is to happen, in order. And the host's wall clock, which people set. */
final class VirtualTime {
    private record Entry(long at, long order, Runnable what) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            return at == other.at ? Long.compare(order, other.order) : Long.compare(at, other.at);
        }
    }

    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private long nanos;
    private long order;
    private Instant now = GuestScenario.BEGIN;
    private Duration offset = Duration.ZERO;
    private boolean clockWasSet;

    /** Since the begin. */
    long nanos() {
        return nanos;
    }

    Instant now() {
        return now;
    }

    /** How far the wall clock is ahead. */
    Duration offset() {
        return offset;
    }

    boolean clockWasSet() {
        return clockWasSet;
    }

    Instant wall() {
        return now.plus(offset);
    }

    void setWallClock(Duration by) {
        offset = offset.plus(by);
        clockWasSet = true;
    }

    void in(Duration time, Runnable what) {
        at(nanos + Math.max(0, time.toNanos()), what);
    }

    void at(long when, Runnable what) {
        entries.add(new Entry(Math.max(when, nanos), order++, what));
    }

    /** Lets time pass to the next entry before {@code end}, if there is one. */
    boolean next(Duration end) {
        if (entries.isEmpty() || entries.peek().at() >= end.toNanos()) {
            return false;
        }
        var entry = entries.remove();
        if (entry.at() != nanos) {
            nanos = entry.at();
            now = GuestScenario.BEGIN.plusNanos(nanos);
        }
        entry.what().run();
        return true;
    }
}
