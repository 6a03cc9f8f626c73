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
 * @param <P> a place
 */
public record GuestDiff<P>(List<Guest<P>> removed, List<Rename<P>> renamed, List<Guest<P>> added) {
    public record Guest<P>(P place, String name) {}

    public record Rename<P>(P place, String before, String after) {}

    /** Both by place; the results are in the order of the maps. */
    public static <P> GuestDiff<P> of(Map<P, String> before, Map<P, String> after) {
        return new GuestDiff<>(
                only(before, after),
                before.entrySet().stream()
                        .filter(guest -> after.containsKey(guest.getKey()))
                        .map(guest -> new Rename<>(guest.getKey(), guest.getValue(), name(after, guest.getKey())))
                        .filter(rename -> !rename.before().equals(rename.after()))
                        .toList(),
                only(after, before));
    }

    private static <P> String name(Map<P, String> guests, P place) {
        return guests.getOrDefault(place, "");
    }

    private static <P> List<Guest<P>> only(Map<P, String> these, Map<P, String> notThose) {
        return these.entrySet().stream()
                .filter(guest -> !notThose.containsKey(guest.getKey()))
                .map(guest -> new Guest<>(guest.getKey(), guest.getValue()))
                .toList();
    }
}
