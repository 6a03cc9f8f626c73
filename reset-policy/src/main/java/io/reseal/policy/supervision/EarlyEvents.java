package io.reseal.policy.supervision;

import io.reseal.policy.signal.Signal;
import java.util.ArrayList;
import java.util.List;

/**
 * Events that come while a guest is identified, before there is an {@code Attached}. What the guest is read to be was read after
 * them, so most of them are no news.
 *
 * @param <E> an event, as it can be delivered later
 */
public final class EarlyEvents<E> {
    /** Events that are kept; a guest in a reset loop makes them without end. */
    public static final int MOST = 100;

    private record Early<E>(E event, Signal told) {}

    private final List<Early<E>> kept = new ArrayList<>();

    /**
     * Keeps an event.
     *
     * @param told the signal that it would be, now
     */
    public void add(E event, Signal told) {
        if (!overflowed()) {
            kept.add(new Early<>(event, told));
        }
    }

    /** Whether there may have been more than were kept: then the guest has to be identified again. */
    public boolean overflowed() {
        return kept.size() >= MOST;
    }

    /**
     * What is to be delivered after the {@code Attached}, in order; forgets all. A RESET is news, and all around it then is; of
     * the others only what no reading tells.
     *
     * @param resetInferred whether the {@code Attached} told of a reset already
     */
    public News<E> news(boolean resetInferred) {
        var since = resetInferred ? kept.subList(afterLastReset(), kept.size()) : kept;
        boolean reset = since.stream().anyMatch(EarlyEvents::isReset);
        var events = new ArrayList<E>();
        for (int i = 0; i < since.size(); i++) {
            if (reset || (onlyTold(since.get(i)) && !undone(since, i))) {
                events.add(since.get(i).event());
            }
        }
        kept.clear();
        return new News<>(reset, List.copyOf(events));
    }

    /** A guest that goes on after a SHUTDOWN has not shut down. */
    private boolean undone(List<Early<E>> since, int at) {
        return since.get(at).told() instanceof Signal.ShutdownSeen
                && since.subList(at, since.size()).stream()
                        .anyMatch(early -> early.told() instanceof Signal.ResumeSeen);
    }

    /**
     * Events to be delivered.
     *
     * @param reset whether a RESET is among them: then the counters that were read do not tell what they were before it
     */
    public record News<E>(boolean reset, List<E> events) {}

    private int afterLastReset() {
        int after = 0;
        for (int i = 0; i < kept.size(); i++) {
            after = isReset(kept.get(i)) ? i + 1 : after;
        }
        return after;
    }

    private static boolean isReset(Early<?> early) {
        return early.told() instanceof Signal.ResetSeen;
    }

    /** QMP has no query for them. */
    private static boolean onlyTold(Early<?> early) {
        return early.told() instanceof Signal.ShutdownSeen
                || early.told() instanceof Signal.PanicSeen
                || early.told() instanceof Signal.MemoryFailureSeen;
    }
}
