package io.reseal.daemon.qemu;

import io.reseal.testbed.junit.Testbed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@code reseal} command in a JVM of its own, as a script calls it. */
record ResealCommand(Process process, Path out, Path err) implements AutoCloseable {
    /** Ended after the test. */
    static ResealCommand start(Testbed testbed, Path adminSocket, String... arguments) {
        try {
            var out = Files.createTempFile(testbed.folder(), "command-", ".out");
            var err = Files.createTempFile(testbed.folder(), "command-", ".err");
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.reseal.daemon.Reseal"));
            command.addAll(List.of(arguments));
            command.addAll(List.of("--admin-socket", adminSocket.toString()));
            var process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            return testbed.own(new ResealCommand(process, out, err));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    int awaitExit(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("it still runs after " + patience + ": " + output());
            }
            return process.exitValue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    String output() {
        return text(out) + text(err);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
