package io.reseal.daemon.http.admission;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Places for questions of health and metrics, when all others are taken. A client that asks nothing loses its place to the next
 * one, so that no number of silent connections keeps a question out; and so does one that does not take its answer, when there are more than a few
 * of these. Confined to the event loop.
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

    private final int places;
    private final List<Holder> holders = new ArrayList<>();

    ReservedPlaces(int places) {
        this.places = places;
    }

    /** Whether there is a place for it; it may have been that of another. */
    boolean take(Holder holder) {
        if (holders.size() >= places) {
            var loser = loser();
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

    /** The oldest one that asks nothing, of the client that has most places; before that, one that does not take its answer. */
    private Optional<Holder> loser() {
        var unread = holders.stream().filter(Holder::isUnread).toList();
        if (unread.size() > places / UNREAD_PART) {
            return mostOf(unread);
        }
        var silent = mostOf(holders.stream().filter(holder -> !holder.isBusy()).toList());
        return silent.isPresent() ? silent : mostOf(unread);
    }

    private Optional<Holder> mostOf(List<Holder> some) {
        var shares = holders.stream().collect(Collectors.groupingBy(Holder::client, Collectors.counting()));
        Function<Holder, Long> share = holder -> shares.getOrDefault(holder.client(), 0L);
        return some.stream().min(Comparator.comparing(share.andThen(n -> -n)));
    }
}
