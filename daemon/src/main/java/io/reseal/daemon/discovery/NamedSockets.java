package io.reseal.daemon.discovery;

import io.reseal.config.ResealConfig.NamedGuest;
import io.reseal.daemon.status.GuestName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The sockets of guests that the configuration names. They are watched whether their sockets exist or not, so the
 * only report is that a socket was recreated. Confined to the thread of the discovery.
 */
final class NamedSockets {
    private final Discovery.Listener listener;
    private final Map<NamedGuest, Optional<SocketIdentity>> seen = new HashMap<>();

    NamedSockets(Discovery.Listener listener) {
        this.listener = listener;
    }

    /** Where they are made; a directory that is missing is looked for at each rescan. */
    static Stream<Path> directories(List<NamedGuest> named) {
        return named.stream()
                .map(guest -> guest.qmp().getParent())
                .filter(Objects::nonNull)
                .filter(Files::isDirectory);
    }

    void look(List<NamedGuest> named) {
        seen.keySet().retainAll(named);
        for (var guest : named) {
            var now = SocketIdentity.of(guest.qmp());
            var before = seen.put(guest, now);
            if (before != null && now.isPresent() && !now.equals(before)) {
                listener.recreated(new GuestName(guest.name(), guest.qmp()));
            }
        }
    }
}
