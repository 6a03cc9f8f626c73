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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directories that inotify watches. Confined to the thread of the discovery, but for {@link #close}. */
final class Watches implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("reseal.discovery");

    private final WatchService inotify;
    private final Map<Path, WatchKey> watched = new HashMap<>();
    private final Set<Path> unwatchable = new HashSet<>();
    private boolean vanished;

    Watches(WatchService inotify) {
        this.inotify = inotify;
    }

    /** Watches these directories and no others; tells whether one of them is new to it, or has gone meanwhile. */
    boolean watch(Collection<Path> directories) {
        var wanted = Set.copyOf(directories);
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
        return watched.size() > before || vanished || !wanted.stream().allMatch(Files::isDirectory);
    }

    private @Nullable WatchKey register(Path directory) {
        try {
            var key = directory.register(
                    inotify, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);
            unwatchable.remove(directory);
            return key;
        } catch (NoSuchFileException _) {
            // it may be there again by now, and nobody would tell of what is made in it
            vanished = true;
            return null;
        } catch (IOException refused) {
            if (unwatchable.add(directory)) {
                LOG.warn("{}: cannot be watched, only rescanned: {}", directory, refused.getMessage());
            }
            return null;
        }
    }

    /** Returns when something changed, when {@code patience} is over or when the thread is interrupted. */
    void awaitChange(Duration patience) {
        try {
            var key = inotify.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            while (key != null) {
                key.pollEvents();
                if (!key.reset()) {
                    watched.values().remove(key);
                }
                key = inotify.poll();
            }
        } catch (InterruptedException _) {
            LOG.debug("told to look for something else");
        }
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
