package io.reseal.daemon.feed;

import java.util.ArrayList;
import java.util.OptionalLong;

/**
 * One reader's place in the feed. Holds no events: a reader that is slow loses old ones, is told so, and hinders nobody.
 * To be read by one thread at a time.
 */
public final class Subscription implements AutoCloseable {
    private final EventFeed feed;
    private final Runnable wake;
    private long read;
    private boolean lost;

    Subscription(EventFeed feed, long after, Runnable wake) {
        this.feed = feed;
        this.wake = wake;
        this.read = after;
        if (after > feed.newest()) {
            // an id that we never gave out: it is from a daemon whose clock ran ahead of ours
            this.read = feed.oldest() - 1;
            this.lost = true;
        }
    }

    /** The next events, at most {@code max}; call again until the batch is empty. */
    public Batch poll(int max) {
        if (read + 1 < feed.oldest()) {
            read = feed.oldest() - 1;
            lost = true;
        }
        var events = new ArrayList<Event>();
        for (var next = feed.at(read + 1); next.isPresent() && events.size() < max; next = feed.at(read + 1)) {
            events.add(next.get());
            read++;
        }
        var gap = lost ? OptionalLong.of(read + 1 - events.size()) : OptionalLong.empty();
        lost = false;
        return new Batch(gap, events);
    }

    void wake() {
        wake.run();
    }

    /** No more wake-ups. */
    @Override
    public void close() {
        feed.remove(this);
    }
}
