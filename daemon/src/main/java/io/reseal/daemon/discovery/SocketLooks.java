package io.reseal.daemon.discovery;

import io.reseal.config.ResealConfig.NamedGuest;
import io.reseal.daemon.files.FileStatus;
import io.reseal.daemon.files.PathWalk;
import io.reseal.daemon.work.BlockingPool;
import io.reseal.daemon.work.Subject;
import io.reseal.qmp.SocketPath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Looks at sockets and their folders on threads that may block, and waits for them no longer than a moment. Safe for any thread. */
public final class SocketLooks {
    /** After that a place that hangs is known to, and the next look passes it over. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final BlockingPool threads;

    public SocketLooks(BlockingPool threads) {
        this.threads = threads;
    }

    /** What each of the globs finds, in their order. */
    List<GlobMatches> find(List<SocketGlob> globs, SocketOwners owners) {
        var searches = new ArrayList<CompletableFuture<GlobMatches>>();
        for (var glob : globs) {
            searches.add(begun(glob.toString(), () -> GlobSearch.find(glob, owners), GlobMatches.unknown(glob)));
        }
        return searches.stream().map(CompletableFuture::join).toList();
    }

    /** The sockets of these guests; empty where there is none, or none can be seen. */
    Map<NamedGuest, Optional<SocketIdentity>> named(List<NamedGuest> guests) {
        var looks = new LinkedHashMap<NamedGuest, CompletableFuture<Optional<SocketIdentity>>>();
        guests.forEach(guest -> looks.put(guest, identity(guest.qmp())));
        var seen = new LinkedHashMap<NamedGuest, Optional<SocketIdentity>>();
        looks.forEach((guest, look) -> seen.put(guest, look.join()));
        return seen;
    }

    /** The socket at that path; empty where there is none, or none can be seen. */
    CompletableFuture<Optional<SocketIdentity>> identity(Path socket) {
        return begun(
                SocketPath.text(socket),
                () -> status(socket).map(SocketIdentity::of),
                Optional.<SocketIdentity>empty());
    }

    /** Which of these are directories that can be seen. */
    List<Path> directories(List<Path> paths) {
        var looks = new LinkedHashMap<Path, CompletableFuture<Boolean>>();
        for (var path : paths) {
            looks.computeIfAbsent(
                    path,
                    _ -> begun(
                            SocketPath.text(path),
                            () -> status(path).filter(FileStatus::isDirectory).isPresent(),
                            false));
        }
        return looks.entrySet().stream()
                .filter(look -> look.getValue().join())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Does that, on a thread that may block; tells whether it came to its end. */
    boolean did(Path path, Runnable work) {
        return begun(
                        SocketPath.text(path),
                        () -> status(path).map(_ -> done(work)).orElse(false),
                        false)
                .join();
    }

    private static boolean done(Runnable work) {
        work.run();
        return true;
    }

    private <T> CompletableFuture<T> begun(String path, Supplier<T> look, T otherwise) {
        return CompletableFuture.supplyAsync(look, threads.on(new Subject("", path)))
                .completeOnTimeout(otherwise, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(_ -> otherwise);
    }

    private static Optional<FileStatus> status(Path path) {
        try (var found = PathWalk.to(path)) {
            return found.status();
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
