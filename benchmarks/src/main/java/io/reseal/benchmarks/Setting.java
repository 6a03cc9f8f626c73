package io.reseal.benchmarks;

import io.reseal.benchmarks.host.CClient;
import io.reseal.benchmarks.host.CProgram;
import io.reseal.testbed.TestbedException;
import io.reseal.testbed.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What every measurement is told.
 *
 * @param launcher the file {@code reseal}
 * @param quick few rounds, to try whether the benchmark works
 */
record Setting(Path launcher, CClient c, boolean quick) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    int choose(int quickly, int thoroughly) {
        return quick ? quickly : thoroughly;
    }

    /** A program of {@code benchmarks/src/main/c}, compiled into this folder. */
    CProgram program(String source, Path folder) {
        return CProgram.compile(launcher.resolveSibling("benchmarks/src/main/c").resolve(source), folder);
    }

    /** Whether a daemon takes these lines of configuration. */
    boolean knows(String settings) {
        try {
            var file = Files.createTempFile("reseal-", ".yaml");
            try (var check = ChildProcess.start(List.of(
                    launcher.toString(),
                    "config",
                    "check",
                    Files.writeString(file, settings).toString()))) {
                return check.awaitExit(PATIENCE) == 0;
            } finally {
                Files.delete(file);
            }
        } catch (IOException refused) {
            throw new TestbedException("no configuration can be written: " + refused.getMessage(), refused);
        }
    }

    /** Progress, as some measurements take minutes. */
    static void say(String text) {
        System.err.println("bench: " + text);
    }
}
