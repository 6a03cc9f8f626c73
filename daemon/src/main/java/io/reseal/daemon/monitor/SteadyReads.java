package io.reseal.daemon.monitor;

import io.reseal.policy.supervision.SteadyReading;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Reads that take several commands. A read is repeated when an event arrived during it: its values would be from before and after the event.
 * Confined to the event loop.
 */
public final class SteadyReads {
    private final Path socket;
    private final LongSupplier lifecycleEvents;

    /** @param lifecycleEvents how many events that change the run state have arrived so far */
    SteadyReads(Path socket, LongSupplier lifecycleEvents) {
        this.socket = socket;
        this.lifecycleEvents = lifecycleEvents;
    }

    /**
     * What was read.
     *
     * @param since how many events had come when the oldest part of it was answered, or a little before
     */
    record Read<T>(T value, long since) {
        /** A later part of the same reading. */
        <R> Read<R> with(R other) {
            return new Read<>(other, since);
        }
    }

    <T> Read<T> asOfNow(T value) {
        return new Read<>(value, lifecycleEvents.getAsLong());
    }

    /** Fails with {@link UnstableReadException} when events come during each of several readings. */
    public <T> CompletableFuture<T> undisturbed(Supplier<CompletableFuture<T>> reading) {
        return read(() -> {
            var begun = asOfNow(reading);
            return reading.get().thenApply(begun::with);
        });
    }

    /** What was read since {@code begun}; read {@code again} where an event came in between. */
    <T> CompletableFuture<T> unlessDisturbed(
            CompletableFuture<? extends Read<?>> begun,
            CompletableFuture<T> read,
            Supplier<CompletableFuture<T>> again) {
        return begun.thenCombine(
                        read,
                        (since, value) -> since.since() == lifecycleEvents.getAsLong()
                                ? CompletableFuture.completedFuture(value)
                                : again.get())
                .thenCompose(steady -> steady);
    }

    <T> CompletableFuture<T> read(Supplier<CompletableFuture<Read<T>>> reading) {
        return read(reading, SteadyReading.begin(lifecycleEvents.getAsLong()));
    }

    private <T> CompletableFuture<T> read(Supplier<CompletableFuture<Read<T>>> reading, SteadyReading begun) {
        return reading.get().thenCompose(read -> {
            long now = lifecycleEvents.getAsLong();
            return begun.answeredSince(read.since()).undisturbed(now)
                    ? CompletableFuture.completedFuture(read.value())
                    : begun.again(now)
                            .map(again -> read(reading, again))
                            .orElseGet(() -> CompletableFuture.failedFuture(neverSteady()));
        });
    }

    private UnstableReadException neverSteady() {
        return new UnstableReadException(socket, "it changed during each of %d reads".formatted(SteadyReading.MOST));
    }

    /** Events arrived during each read, so the values that were read belong to different times. */
    public static final class UnstableReadException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public UnstableReadException(Path socket, String came) {
            super("%s: expected a steady state, but %s; Reseal reads it again".formatted(socket, came));
        }
    }
}
