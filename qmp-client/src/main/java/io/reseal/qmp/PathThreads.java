package io.reseal.qmp;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for what touches a path: the kernel blocks it for as long as the path's file system does not answer, also a connect that is not to block. Safe
 * for any thread.
 */
@FunctionalInterface
public interface PathThreads {
    /** Does the work on a thread that may block. The future fails as the work does, or with the reason why that was not begun. */
    <T> CompletableFuture<T> call(Path path, Callable<T> work);

    /** Whatever the path is, on threads of that executor. */
    static PathThreads of(Executor threads) {
        return new PathThreads() {
            @Override
            public <T> CompletableFuture<T> call(Path path, Callable<T> work) {
                return CompletableFuture.supplyAsync(() -> result(work), threads);
            }
        };
    }

    /** Platform threads of its own, at most so many, which end when they are idle. */
    static PathThreads bounded(int threads) {
        var named = Thread.ofPlatform().name("qmp-connect-", 1).daemon().factory();
        var pool = new ThreadPoolExecutor(threads, threads, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named);
        pool.allowCoreThreadTimeOut(true);
        return of(pool);
    }

    private static <T> T result(Callable<T> work) {
        try {
            return work.call();
        } catch (Exception failure) {
            throw new CompletionException(failure);
        }
    }
}
