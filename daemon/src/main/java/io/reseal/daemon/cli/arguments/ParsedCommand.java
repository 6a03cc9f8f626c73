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
    private boolean helpAsked;
    private boolean versionAsked;
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
        return helpAsked;
    }

    public boolean versionAsked() {
        return versionAsked;
    }

    /** Throws where the words are not what the command takes. */
    public void check() {
        fault.ifPresent(wrong -> {
            throw wrong;
        });
        command.syntax().checkOperands();
    }

    private void descend(List<String> rest) {
        var syntax = command.syntax();
        var line = parse(rest);
        if (syntax.commands().isEmpty()) {
            take(line);
            return;
        }
        if (line.getArgList().isEmpty()) {
            return;
        }
        var word = line.getArgList().getFirst();
        var below = syntax.commands().get(word);
        if (below == null) {
            throw word.startsWith("-") && word.length() > 1 ? Faults.unknown(word, syntax) : unmatched(word);
        }
        command = below.get();
        path += " " + word;
        descend(line.getArgList().subList(1, line.getArgList().size()));
    }

    private CommandLine parse(List<String> rest) {
        var syntax = command.syntax();
        var options = new Options();
        syntax.options().forEach(option -> options.addOption(option.option()));
        // values are taken as they are: neither a part of a name nor quotes are anything else
        var parser = DefaultParser.builder()
                .setAllowPartialMatching(false)
                .setStripLeadingAndTrailingQuotes(false)
                .get();
        try {
            var line = parser.parse(
                    options, rest.toArray(String[]::new), !syntax.commands().isEmpty());
            asked(syntax.help().in(line), syntax.version().in(line));
            return line;
        } catch (ParseException wrong) {
            var readable = rest.stream().takeWhile(word -> !word.equals("--")).toList();
            asked(syntax.help().among(readable), syntax.version().among(readable));
            throw Faults.of(wrong, syntax);
        }
    }

    private void asked(boolean help, boolean version) {
        helpAsked |= help;
        versionAsked |= version;
    }

    private void take(CommandLine line) {
        var syntax = command.syntax();
        for (var option : line.getOptions()) {
            var argument = syntax.option(option);
            argument.take(argument.isFlag() ? "" : option.getValue());
        }
        var operands = syntax.operands().iterator();
        for (var word : line.getArgList()) {
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
