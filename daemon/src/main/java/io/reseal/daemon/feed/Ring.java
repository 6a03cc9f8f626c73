package io.reseal.daemon.feed;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The newest events, by id. Safe for any thread, without locks: a writer never waits for a reader. */
final class Ring {
    /** Of all payloads together: one of a hostile guest's may be long. */
    static final int MOST_CHARACTERS = 4 << 20;

    private final AtomicReferenceArray<Event> slots;
    private final AtomicLong newest;
    private final AtomicLong oldest;
    private final AtomicLong characters = new AtomicLong();

    Ring(int size, long firstId) {
        slots = new AtomicReferenceArray<>(size);
        newest = new AtomicLong(firstId - 1);
        oldest = new AtomicLong(firstId);
    }

    void add(LongFunction<Event> event) {
        var added = event.apply(newest.incrementAndGet());
        // a writer that was held up for a whole round must not overwrite what came after it
        var before = slots.getAndAccumulate(
                slot(added.id()), added, (old, mine) -> old == null || old.id() < mine.id() ? mine : old);
        if (before == null || before.id() < added.id()) {
            characters.addAndGet(weight(added) - weight(before));
        }
        while (characters.get() > MOST_CHARACTERS && oldest.get() < added.id()) {
            forgetOldest();
        }
    }

    private void forgetOldest() {
        long id = oldest.getAndUpdate(one -> Math.max(one + 1, newest() - slots.length() + 1));
        var event = slots.get(slot(id));
        if (event != null && event.id() == id && slots.compareAndSet(slot(id), event, null)) {
            characters.addAndGet(-weight(event));
        }
    }

    private static int weight(@Nullable Event event) {
        return event == null ? 0 : event.payload().length();
    }

    /** The id given out last; its event may be still on its way into the ring. */
    long newest() {
        return newest.get();
    }

    /** The lowest id that can be in the ring now. */
    long oldest(long firstId) {
        return Math.max(Math.max(firstId, oldest.get()), newest() - slots.length() + 1);
    }

    /** The event of that id, unless it is still to come or was overwritten. */
    Optional<Event> at(long id) {
        return Optional.ofNullable(slots.get(slot(id))).filter(event -> event.id() == id);
    }

    private int slot(long id) {
        return Math.floorMod(id, slots.length());
    }
}
