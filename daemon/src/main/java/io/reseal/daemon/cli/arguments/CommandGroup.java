package io.reseal.daemon.cli.arguments;

import java.util.function.Supplier;

/** A command that does nothing but have others below it. */
public record CommandGroup(Syntax syntax) implements Command {
    /** More than these are too many for a line; the help lists them. */
    private static final int FEW = 3;

    /** A command below this one. */
    public CommandGroup with(String name, Supplier<? extends Command> command) {
        syntax.command(name, command);
        return this;
    }

    @Override
    public int run() {
        var below = syntax.commands().keySet();
        throw new ArgumentException(
                "a command is missing" + (below.size() > FEW ? "" : ": " + String.join(" or ", below)));
    }
}
