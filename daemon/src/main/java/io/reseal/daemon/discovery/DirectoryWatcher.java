package io.reseal.daemon.discovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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

    private final WatchService inotify;
    private final Map<Path, WatchKey> watched = new HashMap<>();
    private final Set<Path> unwatchable = new HashSet<>();
    private Set<Path> looked = Set.of();
    private boolean vanished;

    DirectoryWatcher(WatchService inotify) {
        this.inotify = inotify;
    }

    /** Watches these directories and no others; returns whether one of them is new, or no longer exists. */
    boolean watch(Collection<Path> directories) {
        looked = Set.copyOf(directories);
        var wanted = withParents(looked);
        unwatchable.retainAll(wanted);
        watched.entrySet().removeIf(entry -> {
            boolean stale = !wanted.contains(entry.getKey());
            if (stale) {
                entry.getValue().cancel();
            }
            return stale;
        });
        int before = watched.size();
        vanished = false;
        wanted.forEach(directory -> watched.computeIfAbsent(directory, this::register));
        return watched.size() > before || vanished || !looked.stream().allMatch(Files::isDirectory);
    }

    private static Set<Path> withParents(Set<Path> directories) {
        var wanted = new HashSet<>(directories);
        directories.forEach(
                directory -> Stream.ofNullable(directory.getParent()).forEach(wanted::add));
        return wanted;
    }

    private @Nullable WatchKey register(Path directory) {
        try {
            var key = directory.register(
                    inotify, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);
            unwatchable.remove(directory);
            return key;
        } catch (NoSuchFileException _) {
            // it may exist again by now, and no event would report the files made in it
            vanished = true;
            return null;
        } catch (IOException refused) {
            if (unwatchable.add(directory) && looked.contains(directory)) {
                LOG.warn("{}: cannot be watched, only rescanned: {}", directory, refused.getMessage());
            }
            return null;
        }
    }

    /** Returns when something changed, when {@code patience} is over or when the thread is interrupted. */
    void awaitChange(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        try {
            boolean changed = false;
            while (!changed) {
                var key = inotify.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                changed = key == null || changed(key);
            }
            for (var key = inotify.poll(); key != null; key = inotify.poll()) {
                changed(key);
            }
        } catch (InterruptedException _) {
            LOG.debug("told to look for something else");
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
        try {
            inotify.close();
        } catch (IOException unclosable) {
            LOG.debug("inotify: {}", unclosable.getMessage());
        }
    }
}
