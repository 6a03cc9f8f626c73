package io.reseal.daemon.discovery;

import io.reseal.daemon.status.GuestName;
import io.reseal.policy.supervision.GuestDiff;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A reload changes the scope of the discovery: which of the watched guests stay, and under which names.
 *
 * @param looks at their sockets
 */
public record ScopeChange(Discovery.Scope before, Discovery.Scope after, SocketLooks looks) {
    /** Of guests that are there for another reason, such as domains of libvirt, nothing is said. */
    public GuestDiff<GuestName> of(Collection<GuestName> watched) {
        var sockets = identities(watched);
        var was = new LinkedHashMap<Object, GuestName>();
        watched.stream()
                .filter(guest -> before.guest(guest.socket(), sockets.containsKey(guest.socket()))
                        .filter(guest::equals)
                        .isPresent())
                .forEach(guest -> was.put(place(guest.socket(), sockets), guest));
        return GuestDiff.of(was, shallBe(was, sockets));
    }

    private Map<Path, SocketIdentity> identities(Collection<GuestName> watched) {
        var begun = new LinkedHashMap<Path, CompletableFuture<Optional<SocketIdentity>>>();
        watched.forEach(guest -> begun.computeIfAbsent(guest.socket(), looks::identity));
        after.named().forEach(guest -> begun.computeIfAbsent(guest.qmp(), looks::identity));
        var seen = new LinkedHashMap<Path, SocketIdentity>();
        begun.forEach((socket, look) -> look.join().ifPresent(identity -> seen.put(socket, identity)));
        return seen;
    }

    /** Named guests come first, also one whose socket is named by another path. */
    private Map<Object, GuestName> shallBe(Map<Object, GuestName> was, Map<Path, SocketIdentity> sockets) {
        var shallBe = new LinkedHashMap<Object, GuestName>();
        after.named()
                .forEach(guest -> shallBe.put(place(guest.qmp(), sockets), new GuestName(guest.name(), guest.qmp())));
        was.forEach((place, guest) -> {
            if (!shallBe.containsKey(place)) {
                after.guest(guest.socket(), sockets.containsKey(guest.socket()))
                        .ifPresent(found -> shallBe.put(place, keeps(guest) ? guest : found));
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
    private static Object place(Path socket, Map<Path, SocketIdentity> sockets) {
        return Optional.ofNullable(sockets.get(socket))
                .<Object>map(SocketIdentity::inode)
                .orElse(socket);
    }
}
