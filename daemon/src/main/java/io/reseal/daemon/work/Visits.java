package io.reseal.daemon.work;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tasks of a pool that are under way, and those that were refused. Guarded by the lock of the pool. */
final class Visits {
    private final Set<Visit> all = new HashSet<>();
    private final RefusedLooks refused = new RefusedLooks();

    void add(Visit visit) {
        all.add(visit);
    }

    void remove(Visit visit) {
        all.remove(visit);
    }

    RefusedLooks refused() {
        return refused;
    }

    /** Whether one of them keeps others from that place. */
    boolean occupy(Place place) {
        return all.stream().anyMatch(each -> place.is(each.place) && (each.hangs || !place.shared()));
    }

    boolean hangAt(Place place) {
        return all.stream().anyMatch(each -> each.hangs && place.is(each.place));
    }

    /** Those that are at a place that has not answered for so long, and are not known to hang yet. */
    Map<Visit, Place> silent(Duration limit) {
        var silent = new HashMap<Visit, Place>();
        for (var visit : all) {
            var place = visit.place;
            if (place != null && !visit.hangs && visit.silence() > limit.toNanos()) {
                silent.put(visit, place);
            }
        }
        return silent;
    }

    List<Hang> hangs() {
        var hangs = new ArrayList<Hang>();
        for (var visit : all) {
            var place = visit.place;
            if (visit.hangs && place != null) {
                var lasts = Duration.ofNanos(visit.silence());
                hangs.add(new Hang(visit.subject(), place, lasts, true));
                hangs.addAll(refused.hangs(place, lasts));
            }
        }
        return hangs;
    }
}
