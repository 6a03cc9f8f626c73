package io.reseal.daemon.cli;

import io.reseal.policy.Durations;
import io.reseal.policy.Nearest;
import io.reseal.policy.Word;
import java.time.Duration;
import picocli.CommandLine.TypeConversionException;

/** Reads arguments that have a fixed spelling. */
final class Words {
    private Words() {}

    static <W extends Enum<W> & Word> W parse(Class<W> words, String text) {
        var known = Word.texts(words);
        return Word.find(words, text)
                .orElseThrow(() -> new TypeConversionException("must be one of " + String.join(", ", known)
                        + ", but is `" + text + "`" + Nearest.hint(text, known)));
    }

    static Duration duration(String text) {
        return Durations.parse(text)
                .filter(Duration::isPositive)
                .orElseThrow(() -> new TypeConversionException(
                        "must be " + Durations.EXPECTED + ", longer than zero, but is `" + text + "`"));
    }
}
