package io.reseal.policy.supervision;

import java.util.Optional;

/**
 * A reading that takes several commands: events in between would mix the times before and after them, so it is read again, though
 * not without end.
 *
 * @param events how many events had come when the reading began
 * @param left how often it may yet be read again
 */
public record SteadyReading(long events, int left) {
    /** How often a guest is read at most until no event comes in between. */
    public static final int MOST = 5;

    /** The first reading begins. */
    public static SteadyReading begin(long events) {
        return new SteadyReading(events, MOST - 1);
    }

    /** The oldest part of it was answered when so many events had come, which is later than it began. */
    public SteadyReading answeredSince(long later) {
        return new SteadyReading(later, left);
    }

    /** Whether no event came since it began: what was read counts. */
    public boolean undisturbed(long now) {
        return now == events;
    }

    /** The next reading, which begins now; empty when it was tried often enough. */
    public Optional<SteadyReading> again(long now) {
        return left > 0 ? Optional.of(new SteadyReading(now, left - 1)) : Optional.empty();
    }
}
