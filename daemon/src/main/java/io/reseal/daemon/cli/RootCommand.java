package io.reseal.daemon.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code reseal} without a command. */
@Command(
        name = "reseal",
        mixinStandardHelpOptions = true,
        description = "Resets of confidential QEMU guests: asked for, watched, proven and counted.",
        footer = {"", "Example: reseal reset web-1 --prove rebuilt --within 30s --reason 'new kernel'"})
final class RootCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
