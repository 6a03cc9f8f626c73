package io.reseal.daemon.cli.arguments;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.commons.cli.Option;

/** What a command takes. For one thread. */
public final class Syntax {
    private final String description;
    private final List<String> footer;
    private final List<Argument<?>> options = new ArrayList<>();
    private final List<Argument<?>> operands = new ArrayList<>();
    private final Map<String, Supplier<? extends Command>> commands = new LinkedHashMap<>();
    private final Argument<Boolean> help;
    private final Argument<Boolean> version;

    /** @param footer lines that end the help, an example among them */
    public Syntax(String description, String... footer) {
        this.description = description;
        this.footer = List.of(footer);
        this.help = option(List.of("-h", "--help"), "", "Show this help message and exit.", _ -> true)
                .repeatable();
        this.version = option(List.of("-V", "--version"), "", "Print version information and exit.", _ -> true)
                .repeatable();
    }

    /** An option without a value. */
    public Argument<Boolean> flag(String name, String description) {
        return option(List.of(name), "", description, _ -> true);
    }

    /** An option with a value. */
    public <T> Argument<T> option(String name, String label, String description, Function<String, T> reader) {
        return option(List.of(name), label, description, reader);
    }

    /** An option with a value that has several names, the one that messages use last. */
    public <T> Argument<T> option(List<String> names, String label, String description, Function<String, T> reader) {
        var option = new Argument<>(names, label, description, reader);
        options.add(option);
        return option;
    }

    /** What is given without a name, and has to be. */
    public <T> Argument<T> operand(String label, String description, Function<String, T> reader) {
        var operand = new Argument<>(List.of(), label, description, reader).required();
        operands.add(operand);
        return operand;
    }

    /** A command below this one; it is made when it is asked for, or when the help tells of it. */
    public Syntax command(String name, Supplier<? extends Command> command) {
        commands.put(name, command);
        return this;
    }

    Argument<Boolean> help() {
        return help;
    }

    Argument<Boolean> version() {
        return version;
    }

    String description() {
        return description;
    }

    List<String> footer() {
        return footer;
    }

    List<Argument<?>> options() {
        return options;
    }

    List<Argument<?>> operands() {
        return operands;
    }

    Map<String, Supplier<? extends Command>> commands() {
        return commands;
    }

    /** What was declared as {@code option}. */
    Argument<?> option(Option option) {
        return options.stream()
                .filter(each -> each.option().equals(option))
                .findFirst()
                .orElseThrow();
    }

    /** Throws where one is missing. */
    void checkOperands() {
        for (var operand : operands) {
            if (!operand.given()) {
                throw new ArgumentException("Missing required parameter: '" + operand.label() + "'");
            }
        }
    }
}
