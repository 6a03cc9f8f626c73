package io.reseal.daemon.discovery;

import io.reseal.config.ResealConfig;
import io.reseal.daemon.guest.GuestName;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds sockets and tells of each that came, that was made anew, or that went. inotify makes it quick; the rescan makes it
 * certain, since inotify's queue can overflow.
 */
public final class Discovery implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("reseal.discovery");

    /** Who is told. */
    public interface Listener {
        /** A socket is there, or another one is in its place. */
        void found(GuestName guest);

        /**
         * A socket is no longer there. Whether the guest is not watched any more; if it is, this is told again at each scan. The
         * answer may not be overtaken by the next {@link #found}, or nobody would watch a socket that was made anew at once.
         */
        boolean gone(GuestName guest);

        /** A guest that was found is not to be watched any more: nothing looks for it, or the configuration names it. */
        void released(GuestName guest);
    }

    /**
     * What to look for.
     *
     * @param globs of sockets
     * @param named guests of the configuration: neither their sockets nor their names are given to discovered ones
     * @param rescan how often to look without being told
     */
    public record Scope(List<String> globs, List<ResealConfig.NamedGuest> named, Duration rescan) {
        public Scope {
            globs = List.copyOf(globs);
            named = List.copyOf(named);
        }

        private boolean isNamed(Path socket) {
            return named.stream().anyMatch(guest -> guest.qmp().equals(socket));
        }

        private boolean isNamed(String name) {
            return named.stream().anyMatch(guest -> guest.name().equals(name));
        }

        /** Whether a guest that was found may stay under the name that it has. */
        private boolean keeps(GuestName guest) {
            return !isNamed(guest.socket())
                    && !isNamed(guest.name())
                    && globs.stream().anyMatch(glob -> SocketGlob.of(glob).matches(guest.socket()));
        }

        /** Whether the configuration names exactly that guest, so that it changes hands but not its connection. */
        private boolean takesOver(GuestName guest) {
            return named.contains(new ResealConfig.NamedGuest(guest.name(), guest.socket()));
        }

        /** Whether this guest, now that nobody names it, is there to be found and called the same. */
        public boolean wouldFind(GuestName guest) {
            return keeps(guest)
                    && Files.exists(guest.socket())
                    && globs.stream()
                            .map(SocketGlob::of)
                            .filter(glob -> glob.matches(guest.socket()))
                            .findFirst()
                            .map(glob -> glob.nameOf(guest.socket()).equals(guest.name()))
                            .orElse(false);
        }
    }

    /** One socket: another inode or another birth is another QEMU. */
    private record Seen(GuestName guest, Object identity) {}

    private final Listener listener;
    private final WatchService inotify;
    private final Thread thread;
    private final Map<Path, Seen> known = new HashMap<>();
    private final Map<Path, GuestName> missing = new HashMap<>();
    private final Map<Path, WatchKey> watched = new HashMap<>();
    private volatile Scope scope;
    private volatile boolean scanned;
    private volatile CompletableFuture<Void> looked = CompletableFuture.completedFuture(null);

    public Discovery(Scope scope, Listener listener) {
        this.scope = scope;
        this.listener = listener;
        try {
            this.inotify = FileSystems.getDefault().newWatchService();
        } catch (IOException noInotify) {
            throw new java.io.UncheckedIOException(
                    "cannot watch directories: raise fs.inotify.max_user_instances", noInotify);
        }
        this.thread = Thread.ofPlatform().name("discovery").daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Whether every socket that was there at the start has been found. */
    public boolean scanned() {
        return scanned;
    }

    /**
     * Looks for something else from now on; what was found already stays if it is still looked for. The future completes once
     * what does not stay was released.
     */
    public CompletableFuture<Void> look(Scope changed) {
        var done = new CompletableFuture<Void>();
        scope = changed;
        looked = done;
        thread.interrupt();
        return done;
    }

    @Override
    public void close() {
        try {
            inotify.close();
        } catch (IOException unclosable) {
            LOG.debug("inotify: {}", unclosable.getMessage());
        }
    }

    private void run() {
        while (true) {
            try {
                // what is made before a directory is watched is missed, so look once more after watching a new one
                while (scan()) {
                    LOG.debug("new directories are watched");
                }
                scanned = true;
                awaitChange();
            } catch (java.nio.file.ClosedWatchServiceException _) {
                return;
            } catch (InterruptedException _) {
                LOG.debug("told to look for something else");
            } catch (RuntimeException unforeseen) {
                LOG.error("a scan did not succeed, trying again after the rescan time: {}", unforeseen.toString());
            }
        }
    }

    private void awaitChange() throws InterruptedException {
        var key = inotify.poll(scope.rescan().toMillis(), TimeUnit.MILLISECONDS);
        while (key != null) {
            key.pollEvents();
            if (!key.reset()) {
                watched.values().remove(key);
            }
            key = inotify.poll();
        }
    }

    private boolean scan() {
        var done = looked;
        var now = scope;
        release(now);
        done.complete(null);
        var present = new HashSet<Path>();
        var directories = new HashSet<Path>();
        for (var text : now.globs()) {
            var glob = SocketGlob.of(text);
            var matches = glob.find();
            directories.addAll(matches.directories());
            for (var socket : matches.sockets()) {
                if (!now.isNamed(socket) && present.add(socket)) {
                    see(socket, glob);
                }
            }
        }
        known.entrySet().removeIf(entry -> {
            boolean gone = !present.contains(entry.getKey());
            if (gone) {
                missing.put(entry.getKey(), entry.getValue().guest());
            }
            return gone;
        });
        missing.values().removeIf(listener::gone);
        return watch(directories);
    }

    private void release(Scope now) {
        var found = Stream.concat(known.values().stream().map(Seen::guest), missing.values().stream());
        for (var guest : found.filter(guest -> !now.keeps(guest)).toList()) {
            known.remove(guest.socket());
            missing.remove(guest.socket());
            if (!now.takesOver(guest)) {
                listener.released(guest);
            }
        }
    }

    private void see(Path socket, SocketGlob glob) {
        Object identity;
        try {
            var attributes = Files.readAttributes(socket, BasicFileAttributes.class);
            identity = List.of(String.valueOf(attributes.fileKey()), attributes.lastModifiedTime());
        } catch (IOException _) {
            return; // gone already; the next scan tells
        }
        var before = known.get(socket);
        if (before != null && before.identity().equals(identity)) {
            return;
        }
        var returned = missing.remove(socket);
        var guest = before != null ? before.guest() : returned != null ? returned : name(socket, glob);
        known.put(socket, new Seen(guest, identity));
        listener.found(guest);
    }

    /** Two sockets may match to the same name: the later one gets a number. */
    private GuestName name(Path socket, SocketGlob glob) {
        var taken = new HashSet<String>();
        known.values().forEach(seen -> taken.add(seen.guest().name()));
        missing.values().forEach(guest -> taken.add(guest.name()));
        scope.named().forEach(guest -> taken.add(guest.name()));
        var wanted = glob.nameOf(socket);
        var name = wanted;
        for (int i = 2; taken.contains(name); i++) {
            name = wanted + "-" + i;
        }
        if (!name.equals(wanted)) {
            LOG.warn("{}: the name {} is taken, so this guest is called {}", socket, wanted, name);
        }
        return new GuestName(name, socket);
    }

    /** Whether a directory is watched now that was not before. */
    private boolean watch(Set<Path> directories) {
        watched.entrySet().removeIf(entry -> {
            boolean stale = !directories.contains(entry.getKey());
            if (stale) {
                entry.getValue().cancel();
            }
            return stale;
        });
        int before = watched.size();
        for (var directory : directories) {
            watched.computeIfAbsent(directory, this::register);
        }
        return watched.size() > before;
    }

    private @org.jspecify.annotations.Nullable WatchKey register(Path directory) {
        try {
            return directory.register(
                    inotify, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);
        } catch (IOException unwatchable) {
            LOG.warn("{}: cannot be watched, only rescanned: {}", directory, unwatchable.getMessage());
            return null;
        }
    }
}
