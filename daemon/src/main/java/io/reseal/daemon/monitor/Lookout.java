package io.reseal.daemon.monitor;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Looks at what may block, and answers in time whatever happens: a file system that hangs costs the first who asks a few
 * seconds, those after it nothing, and one thread. Confined to the event loop.
 *
 * @param <T> what is seen
 */
public final class Lookout<T> {
    public static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Supplier<T> look;
    private final T nothing;
    private final Duration patience;
    private final Executor blocking;
    private CompletableFuture<T> underWay;
    private long begun = System.nanoTime() - 1;

    /**
     * A look that is not made yet.
     *
     * @param nothing the answer when the time is up, or looking fails
     */
    public Lookout(Supplier<T> look, T nothing, Duration patience, Executor blocking) {
        this.look = look;
        this.nothing = nothing;
        this.patience = patience;
        this.blocking = blocking;
        this.underWay = CompletableFuture.completedFuture(nothing);
    }

    /** Completes on {@code loop}, with what was seen by a look that began after this call. */
    public CompletableFuture<T> look(Executor loop) {
        return lookAfter(System.nanoTime(), loop);
    }

    /** One look serves everyone who asked before it began. */
    private CompletableFuture<T> lookAfter(long asked, Executor loop) {
        if (underWay.isDone() && begun - asked < 0) {
            begun = System.nanoTime();
            underWay = CompletableFuture.supplyAsync(look, blocking);
        }
        long left = begun + patience.toNanos() - System.nanoTime();
        if (left <= 0) {
            return CompletableFuture.completedFuture(nothing);
        }
        var seen = underWay.copy()
                .completeOnTimeout(nothing, left, TimeUnit.NANOSECONDS)
                .exceptionally(_ -> nothing);
        return begun - asked >= 0
                ? seen.thenApplyAsync(answer -> answer, loop)
                : seen.thenComposeAsync(_ -> lookAfter(asked, loop), loop);
    }
}
