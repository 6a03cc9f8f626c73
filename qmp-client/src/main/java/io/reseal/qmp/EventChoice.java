package io.reseal.qmp;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events are read. QEMU lets nobody choose what it sends, and a guest can make it send hundreds of thousands of events each second. Of
 * those that are not read only the name is looked at. Safe for any thread.
 */
public final class EventChoice {
    /** @param read whether the whole event is */
    private record Known(String name, boolean read) {
        /** Names of QAPI are ASCII. */
        boolean is(byte[] bytes, int from, int to) {
            if (name.length() != to - from) {
                return false;
            }
            for (int i = from; i < to; i++) {
                if (name.charAt(i - from) != bytes[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    private static final EventChoice ALL = new EventChoice(Set.of(), Set.of(), true);

    private final Set<String> read;
    private final Set<String> counted;
    private final boolean all;
    /** By hash of the name's bytes, open addressing: at most half of the places are taken. */
    private final @Nullable Known[] table;

    private EventChoice(Set<String> read, Set<String> counted, boolean all) {
        this.read = Set.copyOf(read);
        this.counted = Set.copyOf(counted);
        this.all = all;
        var names = new HashSet<>(read);
        names.addAll(counted);
        this.table = new Known[Integer.highestOneBit(2 * names.size() + 1) * 2];
        names.forEach(name -> put(new Known(name, read.contains(name))));
    }

    /** Every event is read. */
    public static EventChoice all() {
        return ALL;
    }

    /**
     * Only some are.
     *
     * @param read names of the events that {@link QmpListener#onEvent} is told
     * @param counted names by which {@link QmpListener#onUnread} is told of others; all the rest is {@link QmpEvent#UNKNOWN} there
     */
    public static EventChoice of(Set<String> read, Set<String> counted) {
        return new EventChoice(read, counted, false);
    }

    private void put(Known known) {
        var bytes = known.name().getBytes(StandardCharsets.UTF_8);
        int at = place(bytes, 0, bytes.length);
        while (table[at] != null) {
            at = (at + 1) & (table.length - 1);
        }
        table[at] = known;
    }

    /** Empty for an event that is read; else the name by which it is counted. */
    Optional<String> unread(byte[] bytes, int from, int to) {
        if (all) {
            return Optional.empty();
        }
        int at = place(bytes, from, to);
        for (var known = table[at]; known != null; known = table[at]) {
            if (known.is(bytes, from, to)) {
                return known.read() ? Optional.empty() : Optional.of(known.name());
            }
            at = (at + 1) & (table.length - 1);
        }
        return Optional.of(QmpEvent.UNKNOWN);
    }

    private int place(byte[] bytes, int from, int to) {
        int hash = 1;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        return (hash ^ hash >>> 16) & (table.length - 1);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EventChoice that
                && all == that.all
                && read.equals(that.read)
                && counted.equals(that.counted);
    }

    @Override
    public int hashCode() {
        return Objects.hash(all, read, counted);
    }

    @Override
    public String toString() {
        return all ? "every event" : "events " + read + ", counted " + counted;
    }
}
