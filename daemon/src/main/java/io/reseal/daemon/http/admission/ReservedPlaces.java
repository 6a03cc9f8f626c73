package io.reseal.daemon.http.admission;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Places for questions of health and metrics, when all others are taken. A client that asks nothing loses its place to the next
 * one, so that no number of silent connections keeps a question out. Confined to the event loop.
 */
final class ReservedPlaces {
    /** Who holds one. */
    interface Holder {
        String client();

        /** Whether it is being answered: then it is not displaced. */
        boolean isBusy();

        void displaced();
    }

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

    /** The oldest one that asks nothing, of the client that has most places. */
    private Optional<Holder> loser() {
        var shares = holders.stream().collect(Collectors.groupingBy(Holder::client, Collectors.counting()));
        Function<Holder, Long> share = holder -> shares.getOrDefault(holder.client(), 0L);
        return holders.stream().filter(holder -> !holder.isBusy()).min(Comparator.comparing(share.andThen(n -> -n)));
    }
}
