package io.reseal.daemon.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code reseal report} without a command. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = "Reads attestation reports and quotes.",
        footer = {"", "Example: reseal report inspect report.bin"})
final class ReportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a command is missing: inspect");
    }
}
