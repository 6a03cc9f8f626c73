package io.reseal.daemon.discovery;

import io.reseal.config.ResealConfig.NamedGuest;
import io.reseal.daemon.status.GuestName;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    static List<Path> directories(List<NamedGuest> named) {
        return named.stream()
                .flatMap(guest -> Stream.ofNullable(guest.qmp().getParent()))
                .distinct()
                .toList();
    }

    void look(Map<NamedGuest, Optional<SocketIdentity>> present) {
        seen.keySet().retainAll(present.keySet());
        present.forEach((guest, now) -> {
            var before = seen.put(guest, now);
            if (before != null && now.isPresent() && !now.equals(before)) {
                listener.recreated(new GuestName(guest.name(), guest.qmp()));
            }
        });
    }
}
