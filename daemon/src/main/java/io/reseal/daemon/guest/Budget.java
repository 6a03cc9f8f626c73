package io.reseal.daemon.guest;

import io.reseal.policy.Origin;
import io.reseal.policy.Reset;
import io.reseal.policy.Verdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How many resets Reseal may have under way at once: each rebuild of a confidential guest needs a spare ASID or TDX key id, as
 * the old VM lives until its last vCPU is closed. Safe for any thread.
 */
final class Budget implements FleetListener {
    private final Map<String, Integer> reserved = new HashMap<>();
    private int limit;

    Budget(int limit) {
        this.limit = limit;
    }

    synchronized int limit() {
        return limit;
    }

    synchronized void limit(int changed) {
        limit = changed;
    }

    /** Takes a place for a guest; a guest that has one already may ask again, to be told that its reset is in flight. */
    synchronized boolean reserve(String guest) {
        if (reserved.size() >= limit && !reserved.containsKey(guest)) {
            return false;
        }
        reserved.merge(guest, 1, Integer::sum);
        return true;
    }

    /** Gives back the place of a reset whose verdict is reached; a refused one never had it to itself. */
    @Override
    public void resetClosed(Reset reset, Duration took) {
        if (reset.conclusion().orElseThrow().verdict() != Verdict.REFUSED) {
            abandon(reset);
        }
    }

    /** Nobody watches it any more. */
    void abandon(Reset begun) {
        if (begun.ask().origin() == Origin.OPERATOR) {
            release(begun.guest());
        }
    }

    synchronized void release(String guest) {
        reserved.computeIfPresent(guest, (_, asks) -> asks > 1 ? asks - 1 : null);
    }
}
