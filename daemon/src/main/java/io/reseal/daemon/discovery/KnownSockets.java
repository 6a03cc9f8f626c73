package io.reseal.daemon.discovery;

import static io.reseal.daemon.discovery.Discovery.Removal.NOT_COVERED;
import static io.reseal.daemon.discovery.Discovery.Removal.OTHER_NAME;
import static io.reseal.daemon.discovery.Discovery.Removal.OTHER_PATH;

import io.reseal.config.ResealConfig.NamedGuest;
import io.reseal.daemon.discovery.Discovery.Removal;
import io.reseal.daemon.status.GuestName;
import io.reseal.qmp.SocketPath;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sockets that were found, by path, and what the guests behind them are called. Confined to the thread of the discovery. */
final class KnownSockets {
    private static final Logger LOG = LoggerFactory.getLogger("reseal.discovery");

    /** Identity is empty while the socket is not there. */
    private record Known(GuestName guest, Optional<SocketIdentity> identity) {}

    private final Discovery.Listener listener;
    private final Map<Path, Known> known = new HashMap<>();
    /** Of two paths with one hash, which takes some 65,000 guests or somebody who wants it, only one is watched. */
    private final Set<Path> unwatchable = new HashSet<>();

    private int beyondLimit;

    KnownSockets(Discovery.Listener listener) {
        this.listener = listener;
    }

    /** Where those that are known are. */
    Set<Path> sockets() {
        return known.keySet();
    }

    /** How many sockets are not used since there are as many guests as may be. */
    int beyondLimit() {
        return beyondLimit;
    }

    /** Compares what is known with what is there now, and tells the difference. */
    void look(Map<NamedGuest, Optional<SocketIdentity>> named, Naming naming, List<GlobMatches> matches) {
        var present = present(named, naming, matches);
        letGo(named, naming, present);
        miss(present.keySet());
        beyondLimit = 0;
        present.forEach((socket, identity) -> called(socket, naming).ifPresent(guest -> see(guest, identity, naming)));
        unwatchable.retainAll(present.keySet());
    }

    /**
     * What is there, without the guests of the configuration. Of several paths to one socket the first in the order of paths
     * counts: which one came first says nothing after the next start.
     */
    private Map<Path, SocketIdentity> present(
            Map<NamedGuest, Optional<SocketIdentity>> named, Naming naming, List<GlobMatches> matches) {
        var inodes = inodes(named);
        var found = new TreeMap<Path, SocketIdentity>();
        for (var match : matches) {
            for (var socket : match.sockets()) {
                found.put(naming.guest(socket.real()).isPresent() ? socket.real() : socket.path(), socket.identity());
            }
            if (!match.counts().complete()) {
                keep(match.glob(), found);
            }
        }
        var present = new LinkedHashMap<Path, SocketIdentity>();
        found.forEach((socket, identity) -> {
            if (inodes.add(identity.inode())) {
                present.put(socket, identity);
            }
        });
        return present;
    }

    /** Where not all could be looked at, what is not seen may be there as before. */
    private void keep(SocketGlob glob, Map<Path, SocketIdentity> found) {
        known.forEach((socket, each) -> each.identity()
                .filter(_ -> glob.covers(PathText.of(socket)))
                .ifPresent(identity -> found.putIfAbsent(socket, identity)));
    }

    private static Set<Object> inodes(Map<NamedGuest, Optional<SocketIdentity>> named) {
        var inodes = new HashSet<>();
        named.values().forEach(seen -> seen.ifPresent(socket -> inodes.add(socket.inode())));
        return inodes;
    }

    /** Who is known keeps name and connection when the configuration changes, see {@link #letGo}. */
    private Optional<GuestName> called(Path socket, Naming naming) {
        return Optional.ofNullable(known.get(socket)).map(Known::guest).or(() -> naming.guest(socket));
    }

    /** Of what nobody looks for any more, of another path to one socket, and of whose name is another guest's now. */
    private void letGo(
            Map<NamedGuest, Optional<SocketIdentity>> named, Naming naming, Map<Path, SocketIdentity> present) {
        var sockets = new HashSet<>(present.values());
        named.values().forEach(seen -> seen.ifPresent(sockets::add));
        var names = new HashMap<String, Path>();
        present.keySet().forEach(socket -> naming.guest(socket).ifPresent(guest -> names.put(guest.name(), socket)));
        known.entrySet().removeIf(entry -> {
            var guest = entry.getValue().guest();
            var why = whyLeft(entry.getKey(), guest.name(), named.keySet(), naming)
                    .or(() -> Optional.of(OTHER_NAME)
                            .filter(_ -> !names.getOrDefault(guest.name(), entry.getKey())
                                    .equals(entry.getKey())))
                    // the number of an inode is used again at once: another birth is another socket
                    .or(() -> entry.getValue()
                            .identity()
                            .filter(socket -> !present.containsKey(entry.getKey()) && sockets.contains(socket))
                            .map(_ -> OTHER_PATH));
            why.filter(_ -> named.keySet().stream().noneMatch(each -> isSame(each, guest)))
                    .ifPresent(reason -> listener.removed(guest, reason));
            return why.isPresent();
        });
    }

    /** Since the configuration was changed. */
    private static Optional<Removal> whyLeft(Path socket, String name, Set<NamedGuest> named, Naming naming) {
        if (named.stream().anyMatch(each -> each.qmp().equals(socket)) || naming.reserves(name)) {
            return Optional.of(OTHER_NAME);
        }
        return naming.guest(socket).isEmpty() ? Optional.of(NOT_COVERED) : Optional.empty();
    }

    /** Then it is watched on as before, only for another reason. */
    private static boolean isSame(NamedGuest named, GuestName guest) {
        return named.name().equals(guest.name()) && named.qmp().equals(guest.socket());
    }

    private void see(GuestName guest, SocketIdentity identity, Naming naming) {
        var socket = guest.socket();
        var before = known.get(socket);
        if (before != null && before.identity().equals(Optional.of(identity)) && !listener.forgotten(guest)) {
            return;
        }
        if (before == null && !listener.admits(guest)) {
            beyondLimit++;
            return;
        }
        if (before == null && !announce(guest, naming)) {
            return;
        }
        known.put(socket, new Known(guest, Optional.of(identity)));
        listener.found(guest);
    }

    /** Logs a name that differs from what the wildcards match; returns whether the guest can be watched under it. */
    private boolean announce(GuestName guest, Naming naming) {
        var path = SocketPath.text(guest.socket());
        boolean taken =
                known.values().stream().anyMatch(each -> each.guest().name().equals(guest.name()));
        if (!taken) {
            unwatchable.remove(guest.socket());
            naming.changed(guest.socket()).ifPresent(why -> LOG.info("{}: called {}: {}", path, guest.name(), why));
        } else if (unwatchable.add(guest.socket())) {
            LOG.warn("{}: not watched: another guest is called {}: rename one of their sockets", path, guest.name());
        }
        return !taken;
    }

    private void miss(Set<Path> present) {
        known.replaceAll((socket, each) -> present.contains(socket) ? each : new Known(each.guest(), Optional.empty()));
        known.values().removeIf(each -> {
            if (each.identity().isPresent()) {
                return false;
            }
            listener.gone(each.guest());
            return listener.forgotten(each.guest());
        });
    }
}
