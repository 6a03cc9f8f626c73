package io.reseal.daemon.discovery;

import io.reseal.config.ResealConfig;
import io.reseal.daemon.health.Heartbeats.Work;
import io.reseal.daemon.status.GuestName;
import io.reseal.policy.ResetPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
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

        /** A guest is no longer in the scope, whether its socket exists or not; returns when it is no longer supervised. */
        void removed(GuestName guest);

        /** Whether a guest is not watched any more. */
        boolean forgotten(GuestName guest);
    }

    /**
     * What to look for.
     *
     * @param globs of sockets
     * @param named guests of the configuration: neither their sockets nor their names are given to discovered ones
     * @param domains of libvirt, which have their names to themselves
     * @param rescan how often to look without being told
     */
    public record Scope(
            List<String> globs, List<ResealConfig.NamedGuest> named, List<ResetPolicy.Glob> domains, Duration rescan) {
        public Scope {
            globs = List.copyOf(globs);
            named = List.copyOf(named);
            domains = List.copyOf(domains);
        }

        public Scope(List<String> globs, List<ResealConfig.NamedGuest> named, Duration rescan) {
            this(globs, named, List.of(), rescan);
        }

        public Naming naming() {
            return new Naming(globs, named, domains);
        }

        /** The guest at this socket: the one that the configuration names, else the one that was found. */
        public Optional<GuestName> guest(Path socket) {
            return named.stream()
                    .filter(guest -> guest.qmp().equals(socket))
                    .findFirst()
                    .map(guest -> new GuestName(guest.name(), socket))
                    .or(() -> Files.exists(socket) ? naming().guest(socket) : Optional.empty());
        }
    }

    private final DirectoryWatcher watches;
    private final KnownSockets known;
    private final NamedSockets named;
    private final Work scanning;
    private final Thread thread;
    private volatile Scope scope;
    private volatile boolean scanned;
    private volatile CompletableFuture<Void> looked = CompletableFuture.completedFuture(null);

    public Discovery(Scope scope, Listener listener) {
        this(scope, listener, Work.UNWATCHED);
    }

    /** @param scanning told when a scan begins and ends */
    public Discovery(Scope scope, Listener listener, Work scanning) {
        this.scanning = scanning;
        this.scope = scope;
        this.watches = new DirectoryWatcher(inotify());
        this.known = new KnownSockets(listener);
        this.named = new NamedSockets(listener);
        this.thread = Thread.ofPlatform().name("discovery").daemon().unstarted(this::run);
    }

    private static WatchService inotify() {
        try {
            return FileSystems.getDefault().newWatchService();
        } catch (IOException noInotify) {
            throw new UncheckedIOException("cannot watch directories: raise fs.inotify.max_user_instances", noInotify);
        }
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
        watches.close();
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
            while (true) {
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
            while (scan()) {
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

    /** Watches first: what comes after the look is told by inotify. */
    private boolean scan() {
        var done = looked;
        var now = scope;
        var naming = now.naming();
        var matches = naming.globs().stream().map(SocketGlob::find).toList();
        boolean unsettled = watches.watch(Stream.concat(
                        matches.stream().flatMap(match -> match.directories().stream()),
                        NamedSockets.directories(now.named()))
                .toList());
        named.look(now.named());
        known.look(now.named(), naming, matches);
        done.complete(null);
        return unsettled;
    }
}
