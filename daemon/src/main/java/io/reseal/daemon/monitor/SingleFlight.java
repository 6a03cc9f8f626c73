package io.reseal.daemon.monitor;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Coalesces reads of one thing. At most one is in flight; callers that arrive during it share the next one, so each result
 * is of a read that began after the call. Confined to the event loop.
 */
public final class SingleFlight<T> {
    /** For files of the host: a file system that hangs must not hold up the guests. */
    public static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * Bounds a read that may block.
     *
     * @param within from the begin of the read
     * @param fallback the result when the time is up, or the read fails
     */
    public record Deadline<T>(Duration within, T fallback) {}

    private enum State {
        IDLE,
        IN_FLIGHT,
        /** The deadline has passed and the read still blocks its thread: no other is begun, callers get the fallback at once. */
        OVERDUE
    }

    private final Supplier<CompletableFuture<T>> read;
    private final Executor loop;
    private final Optional<Deadline<T>> deadline;
    private State state = State.IDLE;
    private @Nullable CompletableFuture<T> next;

    private SingleFlight(Supplier<CompletableFuture<T>> read, Executor loop, Optional<Deadline<T>> deadline) {
        this.read = read;
        this.loop = loop;
        this.deadline = deadline;
    }

    /** Of reads that complete on {@code loop}; a failure is the result of those who shared the read. */
    public static <T> SingleFlight<T> of(Supplier<CompletableFuture<T>> read, Executor loop) {
        return new SingleFlight<>(read, loop, Optional.empty());
    }

    /** Of reads that may block, on threads of {@code blocking}; results complete on {@code loop}. */
    public static <T> SingleFlight<T> blocking(
            Supplier<T> read, Deadline<T> deadline, Executor blocking, Executor loop) {
        return new SingleFlight<>(() -> CompletableFuture.supplyAsync(read, blocking), loop, Optional.of(deadline));
    }

    public CompletableFuture<T> read() {
        return switch (state) {
            case IDLE -> begin();
            case IN_FLIGHT -> shared();
            case OVERDUE ->
                CompletableFuture.completedFuture(deadline.orElseThrow().fallback());
        };
    }

    private CompletableFuture<T> shared() {
        if (next == null) {
            next = new CompletableFuture<>();
        }
        return next;
    }

    private CompletableFuture<T> begin() {
        state = State.IN_FLIGHT;
        var flight = read.get();
        var result = deadline.map(each -> bounded(flight, each)).orElse(flight);
        flight.whenCompleteAsync((_, _) -> land(), loop);
        return result;
    }

    private CompletableFuture<T> bounded(CompletableFuture<T> flight, Deadline<T> bound) {
        return flight.copy()
                .completeOnTimeout(bound.fallback(), bound.within().toNanos(), TimeUnit.NANOSECONDS)
                .exceptionally(_ -> bound.fallback())
                .thenApplyAsync(
                        value -> {
                            if (!flight.isDone()) {
                                overdue(bound);
                            }
                            return value;
                        },
                        loop);
    }

    private void overdue(Deadline<T> bound) {
        state = State.OVERDUE;
        var waiting = next;
        next = null;
        if (waiting != null) {
            waiting.complete(bound.fallback());
        }
    }

    private void land() {
        state = State.IDLE;
        var waiting = next;
        next = null;
        if (waiting != null) {
            begin().whenComplete((value, failure) -> {
                if (failure == null) {
                    waiting.complete(value);
                } else {
                    waiting.completeExceptionally(failure);
                }
            });
        }
    }
}
