package io.reseal.policy.supervision;

import java.util.List;
import java.util.Map;

/**
 * What another configuration changes about who is watched. A guest is known by its place, the socket of its monitor: the process
 * behind that stays the same whatever it is called. To be carried out in this order: removals free names and places, two guests may
 * exchange their names, and a new guest may get a name that was freed.
 *
 * @param removed nobody watches them any more: what is open ends
 * @param renamed watched on under another name, with the connection and what is open
 * @param added watched from now on
 * @param <N> what guests are called
 */
public record GuestDiff<N>(List<N> removed, List<Rename<N>> renamed, List<N> added) {
    /** A guest and its new name. */
    public record Rename<N>(N before, N after) {}

    /**
     * Compares who is watched with who shall be; the results are in the order of the maps.
     *
     * @param <P> a place
     */
    public static <P, N> GuestDiff<N> of(Map<P, N> before, Map<P, N> after) {
        return new GuestDiff<>(
                only(before, after),
                before.entrySet().stream()
                        .filter(guest -> after.containsKey(guest.getKey()))
                        .map(guest ->
                                new Rename<>(guest.getValue(), after.getOrDefault(guest.getKey(), guest.getValue())))
                        .filter(rename -> !rename.before().equals(rename.after()))
                        .toList(),
                only(after, before));
    }

    private static <P, N> List<N> only(Map<P, N> these, Map<P, N> notThose) {
        return these.entrySet().stream()
                .filter(guest -> !notThose.containsKey(guest.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }
}
