package io.reseal.daemon.cli.arguments;

import io.reseal.config.Suggestion;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Words of a command line, given to the command that they name. Options and operands may come in any order; {@code --} ends
 * the options. For one thread.
 */
public final class ParsedCommand {
    private static final String END_OF_OPTIONS = "--";

    private final Deque<String> words;
    private final int count;
    private Command command;
    private String path;
    private int operands;
    private boolean onlyOperands;
    private Optional<String> fault = Optional.empty();

    private ParsedCommand(String name, Command root, String... words) {
        this.words = new ArrayDeque<>(List.of(words));
        this.count = words.length;
        this.command = root;
        this.path = name;
    }

    /** Reads all words; a fault among them is kept for {@link #check}, as help may be asked for all the same. */
    public static ParsedCommand read(String name, Command root, String... words) {
        var line = new ParsedCommand(name, root, words);
        while (!line.words.isEmpty()) {
            try {
                line.next(line.words.remove());
            } catch (ArgumentException wrong) {
                line.fault = line.fault.or(() -> Optional.of(String.valueOf(wrong.getMessage())));
            }
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
        return command.syntax().helpAsked();
    }

    public boolean versionAsked() {
        return command.syntax().versionAsked();
    }

    /** Throws where the words are not what the command takes. */
    public void check() {
        fault.ifPresent(text -> {
            throw new ArgumentException(text);
        });
        var syntax = command.syntax();
        for (var option : syntax.options()) {
            if (option.isRequired() && !option.given()) {
                throw new ArgumentException("Missing required option: '" + option.name() + "=" + option.label() + "'");
            }
        }
        if (operands < syntax.operands().size()) {
            throw new ArgumentException("Missing required parameter: '"
                    + syntax.operands().get(operands).label() + "'");
        }
    }

    private void next(String word) {
        if (onlyOperands || word.equals("-") || !word.startsWith("-")) {
            operand(word);
        } else if (word.equals(END_OF_OPTIONS)) {
            onlyOperands = true;
        } else if (word.startsWith("--")) {
            named(word);
        } else {
            letters(word);
        }
    }

    private void operand(String word) {
        var syntax = command.syntax();
        var below = syntax.commands().get(word);
        if (below != null) {
            command = below.get();
            path += " " + word;
        } else if (operands < syntax.operands().size()) {
            syntax.operands().get(operands++).take(word);
        } else {
            throw new ArgumentException("Unmatched argument at index " + (count - words.size() - 1) + ": '" + word + "'"
                    + Suggestion.hint(word, syntax.commands().keySet()));
        }
    }

    private void named(String word) {
        int equals = word.indexOf('=');
        var option = known(equals < 0 ? word : word.substring(0, equals));
        if (equals >= 0) {
            option.take(word.substring(equals + 1));
        } else {
            option.take(option.isFlag() ? "true" : value(option));
        }
    }

    /** Such as {@code -hV}, {@code -c FILE} and {@code -cFILE}. */
    private void letters(String word) {
        for (int i = 1; i < word.length(); i++) {
            var option = known("-" + word.charAt(i));
            var rest = word.substring(i + 1);
            if (!option.isFlag()) {
                option.take(rest.isEmpty() ? value(option) : rest.startsWith("=") ? rest.substring(1) : rest);
                return;
            }
            option.take("true");
        }
    }

    private String value(Argument<?> option) {
        var next = words.peek();
        var said = "'" + option.name() + "'";
        if (next == null) {
            throw new ArgumentException("Missing required parameter for option " + said + " (" + option.label() + ")");
        }
        if (next.startsWith("-") && command.syntax().option(next).isPresent()) {
            throw new ArgumentException("Expected parameter for option " + said + " but found '" + next + "'");
        }
        return words.remove();
    }

    private Argument<?> known(String name) {
        var syntax = command.syntax();
        return syntax.option(name).orElseThrow(() -> {
            var names = new ArrayList<String>();
            syntax.options().forEach(option -> names.addAll(option.names()));
            // letters are all alike
            var hint = name.startsWith("--") ? Suggestion.hint(name, names) : "";
            return new ArgumentException("Unknown option: '" + name + "'" + hint);
        });
    }
}
