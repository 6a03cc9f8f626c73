package io.reseal.daemon.monitor;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Readings of one thing, one after the other: whoever asks while one is under way shares the next, which begins after that.
 * So many who ask cost at most two readings, and what each is told was read after it had asked. Confined to the event loop.
 */
public final class OneAtATime<T> {
    private final Supplier<CompletableFuture<T>> reading;
    private final Executor loop;
    private boolean busy;
    private @Nullable CompletableFuture<T> next;

    /**
     * None is made yet.
     *
     * @param loop the event loop to which it is confined
     */
    public OneAtATime(Supplier<CompletableFuture<T>> reading, Executor loop) {
        this.reading = reading;
        this.loop = loop;
    }

    public CompletableFuture<T> read() {
        if (!busy) {
            return begin();
        }
        if (next == null) {
            next = new CompletableFuture<>();
        }
        return next;
    }

    private CompletableFuture<T> begin() {
        busy = true;
        var begun = reading.get();
        begun.whenCompleteAsync((_, _) -> over(), loop);
        return begun;
    }

    private void over() {
        busy = false;
        var waiting = next;
        if (waiting != null) {
            next = null;
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
