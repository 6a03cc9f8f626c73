package io.reseal.daemon.http.admission;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Places for questions of health and metrics, when all others are taken. When these are taken too, the client that has most of them loses one to the next, so that
 * no number of connections keeps a question of another client out; and clients that do not take their answers have a part of the places only. Confined to the event
 * loop.
 */
final class ReservedPlaces {
    /** Who holds one. */
    interface Holder {
        String client();

        /** Whether it has asked, and has not yet all of its answer. */
        boolean isBusy();

        /** Whether it is sent its answer, and has not taken all of it. */
        boolean isUnread();

        void displaced();
    }

    /** That part of the places may wait for clients that do not take their answers. */
    private static final int UNREAD_PART = 4;

    /** In the order in which they lose their places. */
    private static final int SILENT = 0;

    private static final int UNREAD = 1;
    private static final int ASKING = 2;

    private final List<Holder> holders = new ArrayList<>();

    /**
     * Whether there is a place for it; it may have been that of another.
     *
     * @param places that there may be now
     */
    boolean take(Holder holder, int places) {
        if (holders.size() >= places) {
            var loser = loser(places);
            if (loser.isEmpty()) {
                return false;
            }
            holders.remove(loser.get());
            loser.get().displaced();
        }
        holders.add(holder);
        return true;
    }

    void free(Holder holder) {
        holders.remove(holder);
    }

    /**
     * One of the client that has most places: who has a single one never loses it to a client that has several. First one that asks nothing, then one that does not take
     * its answer, the oldest of them.
     */
    private Optional<Holder> loser(int places) {
        var unread = holders.stream().filter(Holder::isUnread).toList();
        if (unread.size() > places / UNREAD_PART) {
            return ofMost(unread, shares()).findFirst();
        }
        var shares = shares();
        return ofMost(holders, shares)
                .filter(holder -> shares.getOrDefault(holder.client(), 0L) > 1 || standing(holder) < ASKING)
                .min(Comparator.comparingInt(ReservedPlaces::standing));
    }

    private static int standing(Holder holder) {
        if (holder.isUnread()) {
            return UNREAD;
        }
        return holder.isBusy() ? ASKING : SILENT;
    }

    private Map<String, Long> shares() {
        return holders.stream().collect(Collectors.groupingBy(Holder::client, Collectors.counting()));
    }

    private static Stream<Holder> ofMost(List<Holder> some, Map<String, Long> shares) {
        ToLongFunction<Holder> share = holder -> shares.getOrDefault(holder.client(), 0L);
        long most = some.stream().mapToLong(share).max().orElse(0);
        return some.stream().filter(holder -> share.applyAsLong(holder) == most);
    }
}
