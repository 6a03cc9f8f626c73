package io.reseal.daemon.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code reseal igvm} without a command. */
@Command(
        name = "igvm",
        mixinStandardHelpOptions = true,
        description = "Reads IGVM bundles.",
        footer = {"", "Example: reseal igvm inspect OVMF.igvm"})
final class IgvmCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a command is missing: inspect or measure");
    }
}
