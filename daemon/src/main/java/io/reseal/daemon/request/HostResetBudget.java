package io.reseal.daemon.request;

import io.reseal.daemon.status.GuestListener;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.supervision.ResetBudget;
import java.time.Duration;
import java.util.Map;

/** The budget of the host, shared by all resets. Safe for any thread. */
public final class HostResetBudget implements GuestListener {
    private final ResetBudget places;

    public HostResetBudget(int limit) {
        this.places = new ResetBudget(limit);
    }

    public synchronized int limit() {
        return places.limit();
    }

    public synchronized void limit(int changed) {
        places.limit(changed);
    }

    public synchronized boolean reserve(String guest) {
        return places.reserve(guest);
    }

    public synchronized void answered(String guest) {
        places.answered(guest);
    }

    public synchronized void renamed(Map<String, String> names) {
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
