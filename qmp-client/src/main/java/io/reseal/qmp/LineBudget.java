package io.reseal.qmp;

import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the unfinished lines of all connections of a transport hold. A holder of another event loop lets go a moment later, so that each
 * event loop may have one line beyond the budget. Safe for any thread.
 */
final class LineBudget {
    /** One connection. */
    interface Holder {
        /** In bytes; 0 once it was told to let go. */
        int held();

        /** Lets go of its line, and ends: at once on its own event loop. Answers what it held. */
        int letGo(int most);
    }

    private final Set<Holder> holders = ConcurrentHashMap.newKeySet();
    private final AtomicLong total = new AtomicLong();

    /** The holder holds so many bytes more. If that is too much the one that holds the most lets go, which may be this one. */
    void take(Holder holder, int more, int most) {
        holders.add(holder);
        total.addAndGet(more);
        while (total.get() > most) {
            var largest = holders.stream().max(Comparator.comparingInt(Holder::held));
            if (largest.isEmpty()) {
                return;
            }
            holders.remove(largest.get());
            total.addAndGet(-largest.get().letGo(most));
        }
    }

    /** The line is whole, or the connection is gone. */
    void give(Holder holder, int bytes) {
        if (holders.remove(holder)) {
            total.addAndGet(-bytes);
        }
    }

    long total() {
        return total.get();
    }
}
