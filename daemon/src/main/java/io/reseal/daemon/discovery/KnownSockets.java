package io.reseal.daemon.discovery;

import io.reseal.config.ResealConfig.NamedGuest;
import io.reseal.daemon.guest.GuestName;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sockets that were found, by path, and what the guests behind them are called. Confined to the thread of the discovery. */
final class KnownSockets {
    private static final Logger LOG = LoggerFactory.getLogger("reseal.discovery");

    /** Identity is empty while the socket is not there. */
    private record Known(GuestName guest, Optional<SocketIdentity> identity) {
        boolean is(Object inode) {
            return identity.map(now -> now.inode().equals(inode)).orElse(false);
        }
    }

    private final Discovery.Listener listener;
    private final Map<Path, Known> known = new HashMap<>();

    KnownSockets(Discovery.Listener listener) {
        this.listener = listener;
    }

    /** Compares what is known with what is there now, and tells the difference. */
    void look(List<NamedGuest> named, List<SocketGlob> globs, List<SocketGlob.Matches> matches) {
        var inodes = new HashSet<Object>();
        named.forEach(guest -> SocketIdentity.of(guest.qmp()).ifPresent(socket -> inodes.add(socket.inode())));
        letGo(named, globs, inodes);
        var names = new HashSet<String>();
        named.forEach(guest -> names.add(guest.name()));
        known.values().forEach(each -> names.add(each.guest().name()));
        var present = new HashSet<Path>();
        candidates(globs, matches)
                .forEach((socket, glob) -> SocketIdentity.of(socket)
                        .filter(identity -> inodes.add(identity.inode()))
                        .ifPresent(identity -> {
                            present.add(socket);
                            see(socket, identity, () -> name(socket, glob, names));
                        }));
        miss(present);
    }

    /** Those that are known come first, so that of two paths to one socket the one that is watched stays. */
    private Map<Path, SocketGlob> candidates(List<SocketGlob> globs, List<SocketGlob.Matches> matches) {
        var candidates = new TreeMap<Path, SocketGlob>(Comparator.comparing((Path socket) -> !known.containsKey(socket))
                .thenComparing(socket -> socket));
        for (int i = 0; i < globs.size(); i++) {
            for (var socket : matches.get(i).sockets()) {
                candidates.putIfAbsent(socket, globs.get(i));
            }
        }
        return candidates;
    }

    /** Of what no glob covers any more, and of what the configuration names now. */
    private void letGo(List<NamedGuest> named, List<SocketGlob> globs, Set<Object> namedInodes) {
        known.entrySet().removeIf(entry -> {
            var socket = entry.getKey();
            var guest = entry.getValue().guest();
            boolean isNamed = named.stream().anyMatch(each -> each.qmp().equals(socket))
                    || namedInodes.stream().anyMatch(entry.getValue()::is);
            boolean nameTaken = named.stream().anyMatch(each -> each.name().equals(guest.name()));
            boolean covered = globs.stream().anyMatch(glob -> glob.covers(socket));
            boolean leaves = isNamed || nameTaken || !covered;
            if (leaves && !nameTaken) {
                listener.unwanted(guest);
            }
            return leaves;
        });
    }

    private void see(Path socket, SocketIdentity identity, Supplier<GuestName> newName) {
        var before = known.get(socket);
        if (before != null
                && before.equals(new Known(before.guest(), Optional.of(identity)))
                && !listener.forgotten(before.guest())) {
            return;
        }
        var guest = before == null ? newName.get() : before.guest();
        known.put(socket, new Known(guest, Optional.of(identity)));
        listener.found(guest);
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

    /** Two sockets may match to the same name: the later one gets a number. */
    private static GuestName name(Path socket, SocketGlob glob, Set<String> taken) {
        var wanted = glob.nameOf(socket);
        var name = wanted;
        for (int i = 2; !taken.add(name); i++) {
            name = SocketGlob.numbered(wanted, i);
        }
        if (!name.equals(wanted)) {
            LOG.warn("the name {} is taken, so another guest is called {}", wanted, name);
        }
        return new GuestName(name, socket);
    }
}
