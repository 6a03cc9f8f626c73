package io.reseal.daemon.cli;

import io.reseal.config.yaml.ConfigException;
import io.reseal.config.yaml.ConfigFile;
import io.reseal.config.yaml.Problem;
import io.reseal.daemon.api.Json;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.cli.terminal.ExitCode;
import io.reseal.policy.CleanText;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code reseal config check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Checks a configuration file and names every fault with its line.",
        footer = {"", "Example: reseal config check reseal.yaml"})
final class ConfigCheckCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "the configuration")
    private Path file = Path.of("");

    @Option(names = "--json", description = "one JSON document on standard output")
    private boolean json;

    ConfigCheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        List<Problem> faults = List.of();
        List<Problem> warnings = List.of();
        try {
            warnings = ConfigFile.load(file).warnings();
        } catch (ConfigException wrong) {
            faults = wrong.problems();
        }
        if (json) {
            document(faults, warnings);
        } else {
            lines(faults, warnings);
        }
        return (faults.isEmpty() ? ExitCode.OK : ExitCode.USAGE).code();
    }

    private void document(List<Problem> faults, List<Problem> warnings) {
        var document = Json.list("faults", faults, ConfigCheckCommand::json);
        document.setAll(Json.list("warnings", warnings, ConfigCheckCommand::json));
        console.json(document.put("file", file.toString()).put("valid", faults.isEmpty()));
    }

    private static ObjectNode json(Problem problem) {
        return Json.object()
                .put("line", problem.line())
                .put("column", problem.column())
                .put("path", problem.path())
                .put("message", problem.message());
    }

    private void lines(List<Problem> faults, List<Problem> warnings) {
        faults.forEach(fault -> console.err().println(CleanText.line(fault.toString())));
        warnings.forEach(warning -> console.err().println("warning: " + CleanText.line(warning.toString())));
        if (faults.isEmpty()) {
            console.line(file + ": ok");
        }
    }
}
