package io.reseal.daemon.cli;

import io.reseal.config.Utf8Path;
import io.reseal.config.yaml.ConfigException;
import io.reseal.config.yaml.ConfigFile;
import io.reseal.config.yaml.Problem;
import io.reseal.daemon.api.Json;
import io.reseal.daemon.cli.arguments.Argument;
import io.reseal.daemon.cli.arguments.Command;
import io.reseal.daemon.cli.arguments.Syntax;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.cli.terminal.ExitCode;
import io.reseal.policy.CleanText;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** {@code reseal config check}. */
final class ConfigCheckCommand implements Command {
    private final Console console;

    private final Syntax syntax = new Syntax(
            "Checks a configuration file and names every fault with its line.",
            "",
            "Example: reseal config check reseal.yaml");
    private final Argument<Path> file = syntax.operand("FILE", "the configuration", Utf8Path::of);
    private final Argument<Boolean> json = syntax.flag("--json", "one JSON document on standard output");

    ConfigCheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run() {
        List<Problem> faults = List.of();
        List<Problem> warnings = List.of();
        try {
            warnings = ConfigFile.load(file.get()).warnings();
        } catch (ConfigException wrong) {
            faults = wrong.problems();
        }
        if (json.given()) {
            document(faults, warnings);
        } else {
            lines(faults, warnings);
        }
        return (faults.isEmpty() ? ExitCode.OK : ExitCode.USAGE).code();
    }

    private void document(List<Problem> faults, List<Problem> warnings) {
        var document = Json.list("faults", faults, ConfigCheckCommand::json);
        document.setAll(Json.list("warnings", warnings, ConfigCheckCommand::json));
        console.json(document.put("file", file.get().toString()).put("valid", faults.isEmpty()));
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
            console.line(file.get() + ": ok");
        }
    }
}
