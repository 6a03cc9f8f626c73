package io.reseal.daemon.discovery;

import io.reseal.daemon.status.GuestName;
import io.reseal.policy.supervision.GuestDiff;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** A reload changes the scope of the discovery: which of the watched guests stay, and under which names. */
public record ScopeChange(Discovery.Scope before, Discovery.Scope after) {
    /** Of guests that are there for another reason, such as domains of libvirt, nothing is said. */
    public GuestDiff<GuestName> of(Collection<GuestName> watched) {
        var was = new LinkedHashMap<Object, GuestName>();
        watched.stream()
                .filter(guest ->
                        before.guest(guest.socket()).filter(guest::equals).isPresent())
                .forEach(guest -> was.put(place(guest.socket()), guest));
        return GuestDiff.of(was, shallBe(was));
    }

    /** Named guests come first, also one whose socket is named by another path. */
    private Map<Object, GuestName> shallBe(Map<Object, GuestName> was) {
        var shallBe = new LinkedHashMap<Object, GuestName>();
        after.named().forEach(guest -> shallBe.put(place(guest.qmp()), new GuestName(guest.name(), guest.qmp())));
        was.forEach((place, guest) -> {
            if (!shallBe.containsKey(place)) {
                after.guest(guest.socket()).ifPresent(found -> shallBe.put(place, keeps(guest) ? guest : found));
            }
        });
        return shallBe;
    }

    /** Who was found keeps the name, whatever other patterns stand for, unless that is another's now. */
    private boolean keeps(GuestName guest) {
        boolean named = before.named().stream().anyMatch(each -> each.name().equals(guest.name()));
        return !named && !after.naming().reserves(guest.name());
    }

    /** The socket itself, by whatever path, while it is there. */
    private static Object place(Path socket) {
        return SocketIdentity.of(socket).map(SocketIdentity::inode).orElse(socket);
    }
}
