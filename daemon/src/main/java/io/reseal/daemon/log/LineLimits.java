package io.reseal.daemon.log;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many lines of a kind a guest may have in the log: so many at once, and so many more a minute. The kind of a line is its level and how
 * it begins. What is left out is counted, and told in the next line of the kind. Safe for any thread.
 */
final class LineLimits {
    /** Of a kind of line, of all lines of a guest, and of lines that are about no guest. */
    private static final int BURST = 20;

    private static final int GUEST_BURST = 200;
    private static final int OTHER_BURST = 500;

    /** A bucket is full again after so many minutes. */
    private static final double FULL_AFTER_MILLIS = 2 * 60_000;

    private static final int KIND_LENGTH = 24;
    private static final int MOST_KINDS = 4096;

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
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MOST_KINDS;
        }
    };

    private final AtomicLong leftOut = new AtomicLong();

    /** How many lines of the kind were left out before this one; empty if this one is left out too. */
    synchronized OptionalLong admit(Line line, long millis) {
        var kind = bucket(line.kind(), line.burst());
        var guest = bucket(line.guest(), line.guest().isEmpty() ? OTHER_BURST * 2 : GUEST_BURST);
        if (!kind.has(millis) || !guest.has(millis)) {
            kind.leftOut++;
            leftOut.incrementAndGet();
            return OptionalLong.empty();
        }
        kind.left--;
        guest.left--;
        long before = kind.leftOut;
        kind.leftOut = 0;
        return OptionalLong.of(before);
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
        return buckets.computeIfAbsent(name, _ -> new Bucket(burst));
    }

    /** Fills with time. */
    private static final class Bucket {
        private final int burst;
        private double left;
        private long filled = Long.MIN_VALUE;
        private long leftOut;

        Bucket(int burst) {
            this.burst = burst;
            this.left = burst;
        }

        boolean has(long millis) {
            // a clock that was set back fills nothing
            double passed = filled == Long.MIN_VALUE ? 0 : Math.max(0, millis - filled);
            left = Math.min(burst, left + passed / FULL_AFTER_MILLIS * burst);
            filled = millis;
            return left >= 1;
        }
    }
}
