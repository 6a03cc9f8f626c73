package io.reseal.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A constant with the one spelling that YAML, JSON, metrics and the command line share. */
public interface Spelled {
    /** The spelling, in kebab-case, for example {@code sev-snp}. */
    String text();

    /** The constant of {@code words} that is spelled {@code text}, if there is one. */
    static <W extends Enum<W> & Spelled> Optional<W> find(Class<W> words, String text) {
        return Arrays.stream(words.getEnumConstants())
                .filter(word -> word.text().equals(text))
                .findFirst();
    }

    /** Every spelling of {@code words}, in order. */
    static <W extends Enum<W> & Spelled> List<String> texts(Class<W> words) {
        return Arrays.stream(words.getEnumConstants()).map(Spelled::text).toList();
    }
}
