package io.reseal.benchmarks.client;

import io.reseal.benchmarks.report.Samples;
import io.reseal.qmp.QmpClient;
import io.reseal.qmp.QmpCommand;
import io.reseal.qmp.QmpConnection;
import io.reseal.qmp.QmpEvent;
import io.reseal.qmp.QmpException;
import io.reseal.qmp.QmpListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Asks {@code query-status} again when answered, over a connection of its own. Confined to the connection's event loop. */
public final class Series {
    private static final QmpCommand QUESTION = QmpCommand.of("query-status");
    private static final double NANOS_PER_MICRO = 1e3;

    private final int times;
    private final Supplier<CompletableFuture<?>> batch;
    private final List<Double> micros = new ArrayList<>();
    private final CompletableFuture<List<Double>> done = new CompletableFuture<>();

    private Series(int times, Supplier<CompletableFuture<?>> batch) {
        this.times = times;
        this.batch = batch;
    }

    /** How long each question took, in microseconds, one after the other. */
    public static Samples ofOne(QmpClient client, Path monitor, int times) {
        return singly(client, monitor, new Batches(1, times));
    }

    /**
     * How much is asked.
     *
     * @param questions of each batch
     */
    public record Batches(int questions, int times) {}

    /** How long each batch took, its questions one after the other. */
    public static Samples singly(QmpClient client, Path monitor, Batches batches) {
        try (var connection = Connected.to(client, monitor)) {
            return run(connection, batches.times(), () -> after(connection.qmp(), batches.questions()));
        }
    }

    /** The same, its questions in one write. */
    public static Samples together(QmpClient client, Path monitor, Batches batches) {
        var questions = Collections.nCopies(batches.questions(), QUESTION);
        try (var connection = Connected.to(client, monitor)) {
            return run(connection, batches.times(), () -> last(connection.qmp().executeTogether(questions)));
        }
    }

    /** QEMU answers in order. */
    private static <T> CompletableFuture<?> last(List<CompletableFuture<T>> replies) {
        return replies.getLast();
    }

    private static CompletableFuture<?> after(QmpConnection connection, int questions) {
        var reply = connection.execute(QUESTION);
        return questions == 1 ? reply : reply.thenCompose(_ -> after(connection, questions - 1));
    }

    private static Samples run(Connected connection, int times, Supplier<CompletableFuture<?>> batch) {
        var series = new Series(times, batch);
        connection.qmp().eventLoop().execute(series::next);
        return Samples.of(series.done.join());
    }

    private void next() {
        long asked = System.nanoTime();
        batch.get().whenComplete((_, failure) -> {
            micros.add((System.nanoTime() - asked) / NANOS_PER_MICRO);
            if (failure != null) {
                done.completeExceptionally(failure);
            } else if (micros.size() == times) {
                done.complete(micros);
            } else {
                next();
            }
        });
    }

    private record Connected(QmpConnection qmp) implements AutoCloseable {
        static Connected to(QmpClient client, Path monitor) {
            return new Connected(client.connect(monitor, new Deaf()).join());
        }

        @Override
        public void close() {
            qmp.close();
        }
    }

    /** Hears nothing. */
    private static final class Deaf implements QmpListener {
        @Override
        public void onEvent(QmpEvent event) {}

        @Override
        public void onClosed(QmpException cause) {}
    }
}
