package io.reseal.daemon.work;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks that were not begun, by the place that hangs. Guarded by the lock of its pool. */
final class RefusedLooks {
    private static final int MOST = 10_000;

    private final Map<String, Set<Subject>> byPlace = new LinkedHashMap<>();

    void add(Subject subject, Place place) {
        var there = byPlace.computeIfAbsent(place.key(), _ -> new LinkedHashSet<>());
        if (there.size() < MOST) {
            there.add(subject);
        }
    }

    void forget(String place) {
        byPlace.remove(place);
    }

    List<Hang> hangs(Place place, Duration lasts) {
        return byPlace.getOrDefault(place.key(), Set.of()).stream()
                .map(subject -> new Hang(subject, place, lasts, false))
                .toList();
    }
}
