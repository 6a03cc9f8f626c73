package io.reseal.daemon.cli.arguments;

import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;

/**
 * Words of a command line, given to the command that they name. Commons CLI reads the options and operands of a command; the
 * commands below a command are found here. For one thread.
 */
public final class ParsedCommand {
    private final List<String> words;
    private Command command;
    private String path;
    private Optional<ArgumentException> fault = Optional.empty();

    private ParsedCommand(String name, Command root, String... words) {
        this.words = List.of(words);
        this.command = root;
        this.path = name;
    }

    /** Reads all words; a fault among them is kept for {@link #check}, as help may be asked for all the same. */
    public static ParsedCommand read(String name, Command root, String... words) {
        var line = new ParsedCommand(name, root, words);
        try {
            line.descend(line.words);
        } catch (ArgumentException wrong) {
            line.fault = Optional.of(wrong);
        }
        return line;
    }

    /** The command that is named. */
    public Command command() {
        return command;
    }

    /** All words of its name. */
    public String path() {
        return path;
    }

    public boolean helpAsked() {
        return asked(command.syntax().help());
    }

    public boolean versionAsked() {
        return asked(command.syntax().version());
    }

    /** Throws where the words are not what the command takes. */
    public void check() {
        fault.ifPresent(wrong -> {
            throw wrong;
        });
        command.syntax().checkOperands();
    }

    private boolean asked(Argument<Boolean> flag) {
        return flag.given()
                || words.stream().takeWhile(word -> !word.equals("--")).anyMatch(flag.names()::contains);
    }

    private void descend(List<String> rest) {
        var syntax = command.syntax();
        var line = parse(rest);
        for (var option : line.getOptions()) {
            var argument = syntax.option(option);
            argument.take(argument.isFlag() ? "" : option.getValue());
        }
        var others = line.getArgList();
        if (syntax.commands().isEmpty()) {
            take(others);
        } else if (!others.isEmpty()
                && !syntax.help().given()
                && !syntax.version().given()) {
            command = below(others.getFirst());
            path += " " + others.getFirst();
            descend(others.subList(1, others.size()));
        }
    }

    private CommandLine parse(List<String> rest) {
        var syntax = command.syntax();
        var options = new Options();
        syntax.options().forEach(option -> options.addOption(option.option()));
        // names and values are taken as they are: a name in full, a value with its quotes
        var parser = DefaultParser.builder()
                .setAllowPartialMatching(false)
                .setStripLeadingAndTrailingQuotes(false)
                .get();
        try {
            return parser.parse(
                    options, rest.toArray(String[]::new), !syntax.commands().isEmpty());
        } catch (ParseException wrong) {
            throw Faults.of(wrong, syntax);
        }
    }

    private Command below(String word) {
        var known = command.syntax().commands().get(word);
        if (known == null) {
            throw word.startsWith("-") ? Faults.unknown(word, command.syntax()) : unmatched(word);
        }
        return known.get();
    }

    private void take(List<String> given) {
        var operands = command.syntax().operands().iterator();
        for (var word : given) {
            if (!operands.hasNext()) {
                throw unmatched(word);
            }
            operands.next().take(word);
        }
    }

    private ArgumentException unmatched(String word) {
        return Faults.unmatched(place(word), word, command.syntax());
    }

    /** The library passes words on as they are, but not where they were. */
    @SuppressWarnings("ReferenceEquality")
    private int place(String word) {
        int place = 0;
        while (words.get(place) != word) {
            place++;
        }
        return place;
    }
}
