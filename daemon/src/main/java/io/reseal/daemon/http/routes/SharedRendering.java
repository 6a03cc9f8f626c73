package io.reseal.daemon.http.routes;

import io.reseal.daemon.http.message.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A document that is the same for all who want it at a time: one rendering runs, and those who come during it share the next one. So
 * any number of clients costs no more than one. Safe for any thread.
 */
final class SharedRendering {
    private final Executor workers;
    private final Supplier<Response> render;
    private boolean running;
    private @Nullable CompletableFuture<Response> waiting;

    SharedRendering(Executor workers, Supplier<Response> render) {
        this.workers = workers;
        this.render = render;
    }

    /** One that begins from now on; the copy of each client is its own to cancel. */
    CompletableFuture<Response> next() {
        CompletableFuture<Response> mine;
        synchronized (this) {
            if (waiting == null) {
                waiting = new CompletableFuture<>();
            }
            mine = waiting.copy();
            if (running) {
                return mine;
            }
            running = true;
        }
        begin();
        return mine;
    }

    private void begin() {
        var current = taken();
        if (current == null) {
            return;
        }
        try {
            workers.execute(() -> render(current));
        } catch (RejectedExecutionException full) {
            current.completeExceptionally(full);
            begin();
        }
    }

    private synchronized @Nullable CompletableFuture<Response> taken() {
        var taken = waiting;
        waiting = null;
        running = taken != null;
        return taken;
    }

    private void render(CompletableFuture<Response> current) {
        try {
            current.complete(render.get());
        } catch (RuntimeException | Error failure) {
            current.completeExceptionally(failure);
        } finally {
            begin();
        }
    }
}
