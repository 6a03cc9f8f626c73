package io.reseal.daemon.cli.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.commons.cli.Option;

/** An option or operand of a command, and the values that were given for it. For one thread. */
public final class Argument<T> {
    private final List<String> names;
    private final String label;
    private final String description;
    private final Function<String, T> reader;
    private final List<T> values = new ArrayList<>();
    private boolean required;
    private boolean repeatable;

    /**
     * @param names of an option, the one that messages use last; none for an operand
     * @param label what stands for the value in the help; empty for a flag
     * @param reader makes a value of a text, or throws {@link ArgumentException}
     */
    Argument(List<String> names, String label, String description, Function<String, T> reader) {
        this.names = List.copyOf(names);
        this.label = label;
        this.description = description;
        this.reader = reader;
    }

    /** It must be given. */
    public Argument<T> required() {
        required = true;
        return this;
    }

    /** It may be given several times. */
    public Argument<T> repeatable() {
        repeatable = true;
        return this;
    }

    public boolean given() {
        return !values.isEmpty();
    }

    /** What was given, if anything. */
    public Optional<T> value() {
        return values.stream().findFirst();
    }

    /** What was given for a required argument. */
    public T get() {
        return values.getFirst();
    }

    /** All that was given. */
    public List<T> values() {
        return List.copyOf(values);
    }

    void take(String text) {
        if (given() && !repeatable) {
            throw new ArgumentException(shown() + " should be specified only once");
        }
        try {
            values.add(reader.apply(text));
        } catch (ArgumentException wrong) {
            throw new ArgumentException("Invalid value for " + shown() + ": " + wrong.getMessage());
        }
    }

    private String shown() {
        return names.isEmpty() ? "`" + label + "`" : "option '" + name() + "'";
    }

    List<String> names() {
        return names;
    }

    /** The name of an option that messages use. */
    String name() {
        return names.getLast();
    }

    String label() {
        return label;
    }

    /** The option, as it is given. */
    String named() {
        return name() + "=" + label;
    }

    /** What the library has to know of an option. */
    Option option() {
        var option = Option.builder().required(required).hasArg(!isFlag());
        for (var name : names) {
            if (name.startsWith("--")) {
                option.longOpt(name.substring(2));
            } else {
                option.option(name.substring(1));
            }
        }
        return option.get();
    }

    String description() {
        return description;
    }

    boolean isFlag() {
        return label.isEmpty();
    }

    boolean isRequired() {
        return required;
    }

    boolean isRepeatable() {
        return repeatable;
    }
}
