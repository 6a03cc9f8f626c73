package io.reseal.daemon.discovery;

import io.reseal.config.ResealConfig;
import io.reseal.daemon.health.Heartbeats.Work;
import io.reseal.daemon.status.GuestName;
import io.reseal.daemon.status.Hindrances;
import io.reseal.daemon.status.Hindrances.Hindrance;
import io.reseal.policy.ResetPolicy;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds sockets and reports each that appeared, was recreated, or disappeared. inotify makes that fast; the rescan makes it
 * complete, since the queue of inotify can overflow.
 */
public final class Discovery implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("reseal.discovery");
    private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(2);

    /** Who is told; on the thread of the discovery. */
    public interface Listener {
        /** A socket is there, or another one is in its place. */
        void found(GuestName guest);

        /** The socket of a guest that the configuration names came, or another one is in its place. */
        void recreated(GuestName named);

        /** A socket is no longer there; told again at each scan until {@link #forgotten} says yes. */
        void gone(GuestName guest);

        /** A guest is let go of, whether its socket exists or not; returns when it is no longer supervised. */
        void removed(GuestName guest, Removal why);

        /** Whether one more guest may be watched. */
        boolean admits(GuestName guest);

        /** Whether a guest is not watched any more. */
        boolean forgotten(GuestName guest);
    }

    /** Why a guest is let go of that may be there. */
    public enum Removal {
        NOT_COVERED("the configuration does not name or cover it any more"),
        OTHER_NAME("it, or its name, is that of another guest now"),
        OTHER_PATH("another path leads to its socket now");

        private final String text;

        Removal(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /**
     * What to look for.
     *
     * @param globs of sockets
     * @param named guests of the configuration: neither their sockets nor their names are given to discovered ones
     * @param domains of libvirt, which have their names to themselves
     * @param rescan how often to look without being told
     * @param owners whose sockets are used in folders that others may write to
     */
    public record Scope(
            List<String> globs,
            List<ResealConfig.NamedGuest> named,
            List<ResetPolicy.Glob> domains,
            Duration rescan,
            List<String> owners) {
        public Scope {
            globs = List.copyOf(globs);
            named = List.copyOf(named);
            domains = List.copyOf(domains);
            owners = List.copyOf(owners);
        }

        public Scope(List<String> globs, List<ResealConfig.NamedGuest> named, Duration rescan) {
            this(globs, named, List.of(), rescan, List.of());
        }

        public Naming naming() {
            return new Naming(globs, named, domains);
        }

        /**
         * The guest at this socket: the one that the configuration names, else the one that was found.
         *
         * @param isThere whether the socket is
         */
        public Optional<GuestName> guest(Path socket, boolean isThere) {
            return named.stream()
                    .filter(guest -> guest.qmp().equals(socket))
                    .findFirst()
                    .map(guest -> new GuestName(guest.name(), socket))
                    .or(() -> isThere ? naming().guest(socket) : Optional.empty());
        }
    }

    private final DirectoryWatcher watches;
    private final KnownSockets known;
    private final NamedSockets named;
    private final SocketLooks looks;
    private final Hindrances hindrances;
    private final Work scanning;
    private final Thread thread;
    private SocketOwners owners;
    private @Nullable Naming naming;
    private @Nullable Scope namedFor;
    private volatile boolean closed;
    private volatile Scope scope;
    private volatile boolean scanned;
    private volatile CompletableFuture<Void> looked = CompletableFuture.completedFuture(null);

    /**
     * What it works with.
     *
     * @param looks at sockets and their folders
     * @param hindrances is told what cannot be found or used
     * @param scanning is told when a scan begins and ends
     */
    public record Parts(SocketLooks looks, Hindrances hindrances, Work scanning) {}

    /** A discovery that has not begun. */
    public Discovery(Scope scope, Listener listener, Parts parts) {
        this.scanning = parts.scanning();
        this.scope = scope;
        this.looks = parts.looks();
        this.hindrances = parts.hindrances();
        this.owners = new SocketOwners(scope.owners());
        this.watches = new DirectoryWatcher(parts.looks());
        this.known = new KnownSockets(listener);
        this.named = new NamedSockets(listener);
        this.thread = Thread.ofPlatform().name("discovery").daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** What is looked for now. For any thread. */
    public Scope scope() {
        return scope;
    }

    /** Whether every socket that was there at the start has been found. */
    public boolean scanned() {
        return scanned;
    }

    /**
     * Looks for something else from now on; what was found already stays if it is still looked for. The future completes once
     * what does not stay was let go of.
     */
    public CompletableFuture<Void> look(Scope changed) {
        var done = new CompletableFuture<Void>();
        scope = changed;
        looked = done;
        thread.interrupt();
        return done;
    }

    /** Ends the thread; nobody is told anything afterwards. */
    @Override
    public void close() {
        closed = true;
        watches.close();
        thread.interrupt();
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        try {
            if (!thread.join(PATIENCE_AT_CLOSE)) {
                LOG.warn("reading a directory takes long: not waiting for it");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closed) {
                scanUntilSettled();
                watches.awaitChange(scope.rescan());
            }
        } catch (ClosedWatchServiceException _) {
            LOG.debug("closed");
        }
    }

    /** What is made before a directory is watched is missed, so it looks once more after watching another one. */
    private void scanUntilSettled() {
        scanning.begins();
        try {
            while (!closed && scan()) {
                LOG.debug("other directories are watched");
            }
            scanned = true;
        } catch (ClosedWatchServiceException closed) {
            throw closed;
        } catch (RuntimeException unforeseen) {
            LOG.error("a scan failed, the next one is at the rescan time", unforeseen);
        } finally {
            scanning.ends();
        }
    }

    /** Watches before it tells: what comes after the look is told by inotify. */
    private boolean scan() {
        var done = looked;
        var now = scope;
        if (!owners.areOf(now.owners())) {
            owners = new SocketOwners(now.owners());
        }
        var naming = namingOf(now);
        var matches = looks.find(naming.globs(), owners);
        boolean unsettled = watches.watch(Stream.concat(
                        matches.stream().flatMap(match -> match.directories().stream()),
                        looks.directories(NamedSockets.directories(now.named())).stream())
                .toList());
        var present = looks.named(now.named());
        named.look(present);
        known.look(present, naming, matches);
        naming.remember(known.sockets());
        tell(matches);
        done.complete(null);
        return unsettled || matches.stream().anyMatch(match -> match.counts().late());
    }

    /** What was worked out for the same scope serves again. */
    private Naming namingOf(Scope wanted) {
        if (naming == null || !wanted.equals(namedFor)) {
            naming = wanted.naming();
            namedFor = wanted;
        }
        return naming;
    }

    private void tell(List<GlobMatches> matches) {
        int beyond = known.beyondLimit();
        hindrances.unused(Hindrances.Unused.LIMIT, beyond);
        hindrances.unused(
                Hindrances.Unused.OWNER,
                matches.stream().mapToInt(match -> match.counts().foreign()).sum());
        var limit = beyond == 0
                ? Stream.<Hindrance>empty()
                : Stream.of(
                        new Hindrance(
                                "limits.guests",
                                beyond
                                        + " sockets are not used, since there are as many guests as limits.guests allows: raise that, or remove what is no guest"));
        hindrances.are(Stream.of(
                        watches.hindrances().stream(),
                        matches.stream().flatMap(match -> match.hindrances().stream()),
                        limit)
                .flatMap(Function.identity())
                .toList());
    }
}
