package io.reseal.daemon.feed;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongFunction;

/** The newest events, by id. Safe for any thread, without locks: a writer never waits for a reader. */
final class Ring {
    private final AtomicReferenceArray<Event> slots;
    private final AtomicLong newest;

    Ring(int size, long firstId) {
        slots = new AtomicReferenceArray<>(size);
        newest = new AtomicLong(firstId - 1);
    }

    void add(LongFunction<Event> event) {
        var added = event.apply(newest.incrementAndGet());
        // a writer that was held up for a whole round must not overwrite what came after it
        slots.accumulateAndGet(
                slot(added.id()), added, (old, mine) -> old == null || old.id() < mine.id() ? mine : old);
    }

    /** The id given out last; its event may be still on its way into the ring. */
    long newest() {
        return newest.get();
    }

    /** The lowest id that can be in the ring now. */
    long oldest(long firstId) {
        return Math.max(firstId, newest() - slots.length() + 1);
    }

    /** The event of that id, unless it is still to come or was overwritten. */
    Optional<Event> at(long id) {
        return Optional.ofNullable(slots.get(slot(id))).filter(event -> event.id() == id);
    }

    private int slot(long id) {
        return Math.floorMod(id, slots.length());
    }
}
