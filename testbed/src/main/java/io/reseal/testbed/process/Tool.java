package io.reseal.testbed.process;

import io.reseal.testbed.TestbedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Runs a short-lived helper program to its end. */
public final class Tool {
    private static final long PATIENCE_SECONDS = 60;
    /** Not virtual: callers that wait for a class to be initialised hold on to the carriers that these would need. */
    private static final Executor THREADS = task -> Thread.ofPlatform().daemon().start(task);

    public record Result(int exitCode, String output, String errors) {}

    /**
     * Runs it and waits for its end.
     *
     * @throws IOException when there is no such program
     */
    public static Result run(List<String> command) throws IOException {
        var process = new ProcessBuilder(command).start();
        process.getOutputStream().close();
        var output = CompletableFuture.supplyAsync(() -> text(process.getInputStream()), THREADS);
        var errors = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()), THREADS);
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new TestbedException(command.getFirst() + " has not ended within " + PATIENCE_SECONDS + " s");
            }
            return new Result(process.exitValue(), output.join(), errors.join());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while running " + command.getFirst());
        } finally {
            process.destroyForcibly();
        }
    }

    private static String text(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException closed) {
            return "";
        }
    }

    private Tool() {}
}
