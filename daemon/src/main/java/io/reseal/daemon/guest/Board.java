package io.reseal.daemon.guest;

import io.reseal.policy.Reset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The latest view of each guest and the latest resets, for readers on any thread. */
final class Board {
    /** Closed resets that are kept; open ones always are. */
    static final int CLOSED_KEPT = 1000;

    private final Map<String, GuestView> views = new ConcurrentSkipListMap<>();
    private final Map<String, Reset> resets = new HashMap<>();
    private final ArrayDeque<String> closed = new ArrayDeque<>();

    void show(GuestView view) {
        views.put(view.name(), view);
    }

    void remove(String guest) {
        views.remove(guest);
    }

    List<GuestView> guests() {
        return List.copyOf(views.values());
    }

    Optional<GuestView> guest(String name) {
        return Optional.ofNullable(views.get(name));
    }

    synchronized void show(Reset reset) {
        resets.put(reset.id(), reset);
        if (!reset.open()) {
            closed.add(reset.id());
            if (closed.size() > CLOSED_KEPT) {
                resets.remove(closed.remove());
            }
        }
    }

    synchronized Optional<Reset> reset(String id) {
        return Optional.ofNullable(resets.get(id));
    }

    List<Reset> resets() {
        List<Reset> all;
        synchronized (this) {
            all = new ArrayList<>(resets.values());
        }
        all.sort(Comparator.comparing((Reset reset) -> reset.times().requestedAt())
                .thenComparing(Reset::id)
                .reversed());
        return all;
    }
}
