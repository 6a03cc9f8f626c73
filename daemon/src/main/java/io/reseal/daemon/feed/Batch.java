package io.reseal.daemon.feed;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a subscriber has not read yet.
 *
 * @param firstAfterGap set when events were lost before these: the id of the first that is still there
 * @param events in the order of their ids
 */
public record Batch(OptionalLong firstAfterGap, List<Event> events) {
    public Batch {
        events = List.copyOf(events);
    }

    /** Whether there is nothing to tell. */
    public boolean isEmpty() {
        return firstAfterGap.isEmpty() && events.isEmpty();
    }
}
