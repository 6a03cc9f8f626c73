package io.reseal.daemon.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code reseal run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Runs the daemon until it is told to stop.",
        footer = {"", "Example: reseal run -c /etc/reseal/reseal.yaml"})
final class RunCommand implements Callable<Integer> {
    private final ToIntFunction<Optional<Path>> daemon;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "the configuration; without it the defaults hold")
    private Optional<Path> config = Optional.empty();

    RunCommand(ToIntFunction<Optional<Path>> daemon) {
        this.daemon = daemon;
    }

    @Override
    public Integer call() {
        return daemon.applyAsInt(config);
    }
}
