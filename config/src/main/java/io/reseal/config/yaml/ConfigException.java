package io.reseal.config.yaml;

import static java.util.stream.Collectors.joining;

import java.util.List;

/** A file that cannot be used. The message has one line for each fault. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    ConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** Every fault, in the order of the file; never empty. */
    public List<Problem> problems() {
        return problems;
    }
}
