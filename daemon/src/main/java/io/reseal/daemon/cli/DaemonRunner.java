package io.reseal.daemon.cli;

import java.nio.file.Path;
import java.util.Optional;

/** Runs the daemon until it is told to stop. */
@FunctionalInterface
public interface DaemonRunner {
    /**
     * Runs.
     *
     * @param config the configuration file, where one was named
     * @return the exit code
     */
    int run(Optional<Path> config);
}
