package io.reseal.daemon.cli.terminal;

import io.reseal.config.Suggestion;
import io.reseal.daemon.cli.arguments.ArgumentException;
import io.reseal.policy.Durations;
import io.reseal.policy.Spelled;
import java.time.Duration;

/** Reads arguments that have a fixed spelling. */
public final class ArgumentTypes {
    private ArgumentTypes() {}

    public static <W extends Enum<W> & Spelled> W parse(Class<W> words, String text) {
        var known = Spelled.texts(words);
        return Spelled.find(words, text)
                .orElseThrow(() -> new ArgumentException("must be one of " + String.join(", ", known) + ", but is `"
                        + text + "`" + Suggestion.hint(text, known)));
    }

    public static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            throw new ArgumentException("'" + text + "' is not a number");
        }
    }

    public static Duration duration(String text) {
        return Durations.parse(text)
                .filter(Duration::isPositive)
                .orElseThrow(() -> new ArgumentException(
                        "must be " + Durations.EXPECTED + ", longer than zero, but is `" + text + "`"));
    }
}
