package io.reseal.daemon.status;

import io.reseal.policy.reset.Reset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The latest view of each guest and the latest resets, for readers on any thread. */
public final class StatusStore {
    /** Closed resets that are kept; open ones always are. */
    public static final int ENDED_KEPT = 1000;

    private final Map<String, GuestStatus> views = new ConcurrentSkipListMap<>();
    private final Map<String, Reset> resets = new LinkedHashMap<>();
    private final ArrayDeque<String> ended = new ArrayDeque<>();

    public void show(GuestStatus view) {
        views.put(view.name(), view);
    }

    /** Removes this status only: a new guest may have the same name by now. */
    public void remove(GuestStatus view) {
        views.remove(view.name(), view);
    }

    public List<GuestStatus> guests() {
        return List.copyOf(views.values());
    }

    public Optional<GuestStatus> guest(String name) {
        return Optional.ofNullable(views.get(name));
    }

    public synchronized void show(Reset reset) {
        var before = resets.put(reset.id(), reset);
        if (!reset.open() && (before == null || before.open())) {
            end(reset.id());
        }
    }

    private void end(String id) {
        ended.add(id);
        if (ended.size() > ENDED_KEPT) {
            resets.remove(ended.remove());
        }
    }

    public synchronized Optional<Reset> reset(String id) {
        return Optional.ofNullable(resets.get(id));
    }

    /** Newest first. */
    public List<Reset> resets() {
        List<Reset> all;
        synchronized (this) {
            all = new ArrayList<>(resets.values());
        }
        Collections.reverse(all); // of those of the same instant, the one shown last is the newest
        all.sort(Comparator.comparing((Reset reset) -> reset.times().requestedAt())
                .reversed());
        return all;
    }
}
