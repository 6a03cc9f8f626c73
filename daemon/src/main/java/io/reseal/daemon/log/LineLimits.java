package io.reseal.daemon.log;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many lines of a kind a guest may have in the log: so many at once, and so many more a minute. The kind of a line is its level and how
 * it begins. Guests that the log does not know yet are so many an hour: sockets may come and go without end, each with a name of its own.
 * What is left out is counted, and told in the next line of the kind. Safe for any thread.
 */
final class LineLimits {
    /** Of a kind of line, of all lines of a guest, and of lines that are about no guest. */
    private static final int BURST = 20;

    private static final int GUEST_BURST = 200;
    private static final int OTHER_BURST = 500;

    /** As many guests as there are by default at most, at once and in an hour. */
    private static final int NEW_GUESTS = 5_000;

    /** A bucket is full again after so many minutes. */
    private static final int FULL_AFTER_MINUTES = 2;

    private static final int NEW_GUESTS_AFTER_MINUTES = 60;

    private static final int KIND_LENGTH = 24;
    private static final int MOST_KINDS = 4096;
    private static final int MOST_GUESTS = 2 * NEW_GUESTS;

    /** Whose line it is and of which kind. */
    record Line(String guest, String level, String template) {
        private String kind() {
            return guest + '\0' + level + '\0' + template.substring(0, Math.min(KIND_LENGTH, template.length()));
        }

        private int burst() {
            return guest.isEmpty() ? OTHER_BURST : BURST;
        }
    }

    /** Those used last stay. */
    private final Map<String, Bucket> buckets = lastUsed(MOST_KINDS);

    /** Those that were in the log. */
    private final Set<String> guests = Collections.newSetFromMap(lastUsed(MOST_GUESTS));

    private final Bucket newGuests = new Bucket(NEW_GUESTS, NEW_GUESTS_AFTER_MINUTES);

    private final AtomicLong leftOut = new AtomicLong();

    /** How many lines of the kind were left out before this one; empty if this one is left out too. */
    synchronized OptionalLong admit(Line line, long millis) {
        if (!isKnown(line.guest(), millis)) {
            newGuests.leftOut++;
            leftOut.incrementAndGet();
            return OptionalLong.empty();
        }
        var kind = bucket(line.kind(), line.burst());
        var guest = bucket(line.guest(), line.guest().isEmpty() ? OTHER_BURST * 2 : GUEST_BURST);
        if (!kind.has(millis) || !guest.has(millis)) {
            kind.leftOut++;
            leftOut.incrementAndGet();
            return OptionalLong.empty();
        }
        kind.left--;
        guest.left--;
        return OptionalLong.of(kind.told() + newGuests.told());
    }

    /** Whether the guest was in the log, or may be from now on. */
    private boolean isKnown(String guest, long millis) {
        if (guest.isEmpty()) {
            return true;
        }
        if (guests.contains(guest)) {
            // used just now
            guests.add(guest);
            return true;
        }
        boolean known = newGuests.has(millis);
        if (known) {
            newGuests.left--;
            guests.add(guest);
        }
        return known;
    }

    /** One was left out since too many wait to be written. */
    void lost() {
        leftOut.incrementAndGet();
    }

    /** All that were left out. */
    long leftOut() {
        return leftOut.get();
    }

    private Bucket bucket(String name, int burst) {
        return buckets.computeIfAbsent(name, _ -> new Bucket(burst, FULL_AFTER_MINUTES));
    }

    private static <T> Map<String, T> lastUsed(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > most;
            }
        };
    }

    /** Fills with time. */
    private static final class Bucket {
        private final int burst;
        private final double fullAfterMillis;
        private double left;
        private long filled = Long.MIN_VALUE;
        private long leftOut;

        Bucket(int burst, int fullAfterMinutes) {
            this.burst = burst;
            this.fullAfterMillis = fullAfterMinutes * 60_000.0;
            this.left = burst;
        }

        boolean has(long millis) {
            // a clock that was set back fills nothing
            double passed = filled == Long.MIN_VALUE ? 0 : Math.max(0, millis - filled);
            left = Math.min(burst, left + passed / fullAfterMillis * burst);
            filled = millis;
            return left >= 1;
        }

        /** How many were left out since it was asked last. */
        long told() {
            long told = leftOut;
            leftOut = 0;
            return told;
        }
    }
}
