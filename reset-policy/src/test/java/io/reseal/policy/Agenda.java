package io.reseal.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Virtual time: what is to happen, in order. */
final class Agenda {
    private record Entry(Instant at, long order, Runnable what) {}

    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(Comparator.comparing(Entry::at).thenComparingLong(Entry::order));
    private Instant now;
    private long order;

    Agenda(Instant now) {
        this.now = now;
    }

    Instant now() {
        return now;
    }

    void in(Duration time, Runnable what) {
        entries.add(new Entry(now.plus(time), order++, what));
    }

    /** Lets time pass to the next entry before {@code end}, if there is one. */
    boolean next(Instant end, Runnable whenItComes) {
        if (entries.isEmpty() || !entries.peek().at().isBefore(end)) {
            return false;
        }
        var entry = entries.remove();
        now = entry.at().isAfter(now) ? entry.at() : now;
        whenItComes.run();
        entry.what().run();
        return true;
    }
}
