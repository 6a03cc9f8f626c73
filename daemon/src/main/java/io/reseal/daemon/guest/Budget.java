package io.reseal.daemon.guest;

import io.reseal.policy.Evidence;
import io.reseal.policy.Reset;
import io.reseal.policy.supervision.ResetBudget;
import java.time.Duration;
import java.util.Map;

/** The budget of the whole fleet, told of all resets. Safe for any thread. */
final class Budget implements FleetListener {
    private final ResetBudget places;

    Budget(int limit) {
        this.places = new ResetBudget(limit);
    }

    synchronized int limit() {
        return places.limit();
    }

    synchronized void limit(int changed) {
        places.limit(changed);
    }

    synchronized boolean reserve(String guest) {
        return places.reserve(guest);
    }

    synchronized void answered(String guest) {
        places.answered(guest);
    }

    synchronized void renamed(Map<String, String> names) {
        places.renamed(names);
    }

    @Override
    public synchronized void resetOpened(Reset reset) {
        places.opened(reset);
    }

    @Override
    public synchronized void evidenceFound(Reset reset, Evidence evidence) {
        places.found(reset);
    }

    @Override
    public synchronized void resetClosed(Reset reset, Duration took) {
        places.closed(reset.id());
    }
}
