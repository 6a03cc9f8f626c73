package io.reseal.daemon.cli;

import io.reseal.daemon.feed.Json;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.StringNode;

/** {@code reseal config check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Checks a configuration file and names every fault with its line.",
        footer = {"", "Example: reseal config check reseal.yaml"})
final class ConfigCheckCommand implements Callable<Integer> {
    private final ConfigCheck check;
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "the configuration")
    private Path file = Path.of("");

    @Option(names = "--json", description = "one JSON document on standard output")
    private boolean json;

    ConfigCheckCommand(ConfigCheck check, Console console) {
        this.check = check;
        this.console = console;
    }

    @Override
    public Integer call() {
        var faults = check.faults(file);
        if (json) {
            var document = Json.list("faults", faults, StringNode::valueOf);
            console.json(document.put("file", file.toString()).put("valid", faults.isEmpty()));
        } else if (faults.isEmpty()) {
            console.line(file + ": ok");
        } else {
            faults.forEach(fault -> console.err().println(Text.clean(fault)));
        }
        return (faults.isEmpty() ? ExitCode.OK : ExitCode.USAGE).code();
    }
}
