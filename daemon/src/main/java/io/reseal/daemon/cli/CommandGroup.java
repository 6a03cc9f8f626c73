package io.reseal.daemon.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that does nothing but have others below it. */
@Command(mixinStandardHelpOptions = true)
final class CommandGroup implements Callable<Integer> {
    /** More than these are too many for a line; the help lists them. */
    private static final int FEW = 3;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    static CommandLine of(String name, String description, String example) {
        var group = new CommandLine(new CommandGroup());
        group.getCommandSpec()
                .name(name)
                .usageMessage()
                .description(description)
                .footer("", "Example: " + example);
        return group;
    }

    @Override
    public Integer call() {
        var below = spec.subcommands().keySet();
        var named = below.size() > FEW ? "" : ": " + String.join(" or ", below);
        throw new ParameterException(spec.commandLine(), "a command is missing" + named);
    }
}
