package io.reseal.daemon.discovery;

import io.reseal.daemon.status.Hindrances.Hindrance;
import io.reseal.qmp.SocketPath;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories that inotify watches. Confined to the thread of the discovery, but for {@link #close}.
 *
 * <p>The parent of each is watched too: a directory that is moved away, or removed while a socket that was bound in it is
 * still open, keeps its watch and tells nothing, though another one takes its place.
 */
final class DirectoryWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("reseal.discovery");

    private final SocketLooks looks;
    private volatile Optional<WatchService> inotify = Optional.empty();
    private final Map<Path, WatchKey> watched = new HashMap<>();
    private final List<Hindrance> hindrances = new CopyOnWriteArrayList<>();
    private Set<Path> looked = Set.of();
    private volatile boolean vanished;
    private volatile boolean closed;

    DirectoryWatcher(SocketLooks looks) {
        this.looks = looks;
    }

    /** What keeps it from watching; then only rescans find what comes. */
    List<Hindrance> hindrances() {
        return hindrances;
    }

    /** Each time again: the process that has used inotify up may have ended. */
    private Optional<WatchService> inotify() {
        if (inotify.isEmpty() && !closed) {
            try {
                inotify = Optional.of(FileSystems.getDefault().newWatchService());
            } catch (IOException usedUp) {
                hindrances.add(new Hindrance(
                        "inotify instances",
                        "no directory is watched, sockets are found by rescans only: inotify cannot be had (%s): raise fs.inotify.max_user_instances, or the limit of open files"
                                .formatted(usedUp.getMessage())));
            }
        }
        return inotify;
    }

    /** Watches these directories and no others; returns whether one of them is new, or no longer exists. */
    boolean watch(Collection<Path> directories) {
        hindrances.clear();
        looked = Set.copyOf(directories);
        var service = inotify();
        var wanted = withParents(looked);
        watched.entrySet().removeIf(entry -> {
            boolean stale = !wanted.contains(entry.getKey());
            if (stale) {
                entry.getValue().cancel();
            }
            return stale;
        });
        int before = watched.size();
        vanished = false;
        service.ifPresent(there ->
                wanted.forEach(directory -> watched.computeIfAbsent(directory, each -> register(there, each))));
        return watched.size() > before || vanished;
    }

    private static Set<Path> withParents(Set<Path> directories) {
        var wanted = new HashSet<>(directories);
        directories.forEach(
                directory -> Stream.ofNullable(directory.getParent()).forEach(wanted::add));
        return wanted;
    }

    /** On a thread that may block: the kernel looks the path up. */
    private @Nullable WatchKey register(WatchService service, Path directory) {
        var key = new AtomicReference<@Nullable WatchKey>();
        if (!looks.did(directory, () -> key.set(registered(service, directory)))) {
            vanished |= looked.contains(directory);
        }
        return key.get();
    }

    private @Nullable WatchKey registered(WatchService service, Path directory) {
        try {
            return directory.register(
                    service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);
        } catch (NoSuchFileException _) {
            // it may exist again by now, and no event would report the files made in it
            vanished = true;
        } catch (AccessDeniedException _) {
            // that is told by who looks into it
        } catch (IOException refused) {
            hindrances.add(new Hindrance(
                    "inotify watches",
                    "%s, and perhaps more, is not watched, its sockets are found by rescans only: %s: raise fs.inotify.max_user_watches"
                            .formatted(SocketPath.text(directory), refused.getMessage())));
        }
        return null;
    }

    /** Returns when something changed, when {@code patience} is over or when the thread is interrupted. */
    void awaitChange(Duration patience) {
        try {
            if (inotify.isPresent()) {
                awaitChange(inotify.get(), patience);
            } else {
                Thread.sleep(patience);
            }
        } catch (InterruptedException _) {
            LOG.debug("told to look for something else");
        }
    }

    private void awaitChange(WatchService service, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        boolean changed = false;
        while (!changed) {
            var key = service.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            changed = key == null || changed(key);
        }
        for (var key = service.poll(); key != null; key = service.poll()) {
            changed(key);
        }
    }

    /** Whether it is more than a neighbour of a directory that came or went. */
    private boolean changed(WatchKey key) {
        var directory = (Path) key.watchable();
        boolean changed = looked.contains(directory);
        for (var event : key.pollEvents()) {
            changed |= !(event.context() instanceof Path entry) || replaced(directory.resolve(entry));
        }
        if (!key.reset()) {
            watched.values().remove(key);
            return true;
        }
        return changed;
    }

    /** A watched directory went or came, so its watch may be that of another one. */
    private boolean replaced(Path directory) {
        var key = watched.remove(directory);
        if (key != null) {
            key.cancel();
        }
        return key != null;
    }

    @Override
    public void close() {
        closed = true;
        inotify.ifPresent(DirectoryWatcher::close);
    }

    private static void close(WatchService service) {
        try {
            service.close();
        } catch (IOException unclosable) {
            LOG.debug("inotify: {}", unclosable.getMessage());
        }
    }
}
