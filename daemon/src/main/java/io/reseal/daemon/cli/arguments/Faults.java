package io.reseal.daemon.cli.arguments;

import io.reseal.config.Suggestion;
import java.util.ArrayList;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.MissingOptionException;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/** What is wrong with the words of a command, said with what was expected. */
final class Faults {
    private Faults() {}

    /** What the library does not take. */
    static ArgumentException of(ParseException wrong, Syntax syntax) {
        return switch (wrong) {
            case UnrecognizedOptionException unknown -> unknown(unknown.getOption(), syntax);
            case MissingArgumentException missing -> {
                var option = syntax.option(missing.getOption());
                yield new ArgumentException("Missing required parameter for option '" + option.name() + "' ("
                        + option.label() + "): give it as " + option.named());
            }
            case MissingOptionException missing -> {
                var option = syntax.options().stream()
                        .filter(each -> missing.getMissingOptions()
                                .contains(each.option().getKey()))
                        .findFirst()
                        .orElseThrow();
                yield new ArgumentException("Missing required option: '" + option.named() + "'");
            }
            default -> new ArgumentException(String.valueOf(wrong.getMessage()));
        };
    }

    /** A word that begins like an option. */
    static ArgumentException unknown(String word, Syntax syntax) {
        int equals = word.indexOf('=');
        var name = equals < 0 ? word : word.substring(0, equals);
        var names = new ArrayList<String>();
        syntax.options().forEach(option -> names.addAll(option.names()));
        if (names.contains(name)) {
            return new ArgumentException("Invalid value for option '" + name + "': it takes none, but has '"
                    + word.substring(equals + 1) + "'");
        }
        // letters are all alike
        var hint = name.startsWith("--") ? Suggestion.hint(name, names) : "";
        return new ArgumentException("Unknown option: '" + name + "'" + hint);
    }

    /** A word for which there is no operand and no command. */
    static ArgumentException unmatched(int place, String word, Syntax syntax) {
        return new ArgumentException("Unmatched argument at index " + place + ": '" + word + "'"
                + Suggestion.hint(word, syntax.commands().keySet()));
    }
}
