package io.reseal.daemon.cli;

import io.reseal.config.Utf8Path;
import io.reseal.daemon.cli.arguments.Argument;
import io.reseal.daemon.cli.arguments.Command;
import io.reseal.daemon.cli.arguments.Syntax;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** {@code reseal run}. */
final class RunCommand implements Command {
    private final ToIntFunction<Optional<Path>> daemon;

    private final Syntax syntax = new Syntax(
            "Runs the daemon until it is told to stop.", "", "Example: reseal run -c /etc/reseal/reseal.yaml");
    private final Argument<Path> config = syntax.option(
            List.of("-c", "--config"), "FILE", "the configuration; without it the defaults hold", Utf8Path::of);

    RunCommand(ToIntFunction<Optional<Path>> daemon) {
        this.daemon = daemon;
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run() {
        return daemon.applyAsInt(config.value());
    }
}
