package io.reseal.daemon.files;

import io.reseal.daemon.work.BlockingPool;
import io.reseal.daemon.work.Subject;
import io.reseal.qmp.PathThreads;
import io.reseal.qmp.SocketPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Work on paths of ours, on the threads of a pool: where the file system of a path is known to hang, it is not begun. Safe for any thread. */
public record OwnPaths(BlockingPool threads) implements PathThreads {
    @Override
    public <T> CompletableFuture<T> call(Path path, Callable<T> work) {
        return CompletableFuture.supplyAsync(
                () -> result(path, work), threads.on(new Subject("", SocketPath.text(path))));
    }

    private static <T> T result(Path path, Callable<T> work) {
        try {
            goTo(path);
            return work.call();
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new CompletionException(failure);
        }
    }

    /** So that the task is known to be where the path leads. */
    private static void goTo(Path path) {
        try (var _ = PathWalk.to(path)) {
            return;
        } catch (IOException _) {
            // the work itself finds that out, in its own words
        }
    }
}
