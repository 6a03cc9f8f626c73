package io.reseal.config;

import static io.reseal.config.ValueFormats.Text.unlike;

import io.reseal.config.ValueFormat.Parsed;
import io.reseal.policy.ResetPolicy.Glob;
import io.reseal.policy.Spelled;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Formats of texts, names, words, numbers and flags. */
final class ValueFormats {
    static final ValueFormat<String> NAME = matching(
            "name",
            "a name of at most 63 letters, digits, `.`, `_` or `-` that begins with a letter or a digit",
            "[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    static final ValueFormat<String> GROUP =
            matching("group", "the name of a group of users", "[A-Za-z_][A-Za-z0-9_.-]{0,31}");

    static final ValueFormat<String> USER =
            matching("user", "the name of a user, or its number in quotes", "[A-Za-z_][A-Za-z0-9_.-]{0,31}|[0-9]{1,9}");

    static final ValueFormat<String> LIBVIRT_URI =
            matching("URI", "a URI of libvirt such as qemu:///system", "[a-z][a-z0-9+-]*://[!-~]*");

    static final ValueFormat<Boolean> FLAG = new Flag();

    private static final String GLOB_EXPECTED = "at most 63 letters, digits, `.`, `_`, `-`, `*` and `?`";
    private static final Pattern GLOB_SYNTAX = Pattern.compile("[A-Za-z0-9._*?-]{1,63}");

    static final ValueFormat<Glob> NAME_GLOB = new Text<>("name glob", GLOB_EXPECTED, ValueFormats::nameGlob);

    private ValueFormats() {}

    /** One spelling of {@code words}. */
    static <W extends Enum<W> & Spelled> ValueFormat<W> word(Class<W> words) {
        var known = Spelled.texts(words);
        var list = "`" + String.join("`, `", known) + "`";
        var expected = "one of " + list;
        return new Text<>(
                list,
                expected,
                text -> Spelled.find(words, text)
                        .map(Parsed::good)
                        .orElseGet(() -> Parsed.bad("must be " + expected + ", but is " + Quoted.text(text)
                                + Suggestion.hint(text, known))));
    }

    private static ValueFormat<String> matching(String type, String expected, String syntax) {
        var pattern = Pattern.compile(syntax);
        return new Text<>(
                type, expected, text -> pattern.matcher(text).matches() ? Parsed.good(text) : unlike(expected, text));
    }

    private static Parsed<Glob> nameGlob(String text) {
        return GLOB_SYNTAX.matcher(text).matches() ? Parsed.good(new Glob(text)) : unlike(GLOB_EXPECTED, text);
    }

    /** A value that is text. Unquoted numbers and booleans are not text in YAML. */
    record Text<T>(String type, String expected, Function<String, Parsed<T>> reading) implements ValueFormat<T> {
        @Override
        public Parsed<T> check(Node.Scalar value) {
            var read = reading.apply(value.text());
            if (value.type() == Node.Type.TEXT) {
                return read;
            }
            return Parsed.bad(complaint(value) + (read instanceof Parsed.Good ? ": put it in quotes" : ""));
        }

        /** {@code "must be <expected>, but is <text>"}. */
        static <T> Parsed<T> unlike(String expected, String text) {
            return Parsed.bad("must be " + expected + ", but is " + Quoted.text(text));
        }
    }

    /** A whole number from 1, in decimal digits. */
    record Count(int most) implements ValueFormat<Integer> {
        // nine digits fit an int
        private static final Pattern DECIMAL = Pattern.compile("\\+?0*([0-9]{1,9})");

        @Override
        public String type() {
            return "whole number";
        }

        @Override
        public String expected() {
            return "a whole number from 1 to " + most;
        }

        @Override
        public Parsed<Integer> check(Node.Scalar value) {
            var digits = DECIMAL.matcher(value.text());
            if (!digits.matches() || outOfRange(Integer.parseInt(digits.group(1)))) {
                return Parsed.bad(complaint(value));
            }
            return value.type() == Node.Type.WHOLE_NUMBER
                    ? Parsed.good(Integer.parseInt(digits.group(1)))
                    : Parsed.bad(complaint(value) + ": remove the quotes");
        }

        private boolean outOfRange(int count) {
            return count < 1 || count > most;
        }
    }

    /** Yes or no, as YAML 1.2 writes it. */
    record Flag() implements ValueFormat<Boolean> {
        @Override
        public String type() {
            return "boolean";
        }

        @Override
        public String expected() {
            return "true or false";
        }

        @Override
        public Parsed<Boolean> check(Node.Scalar value) {
            if (value.type() == Node.Type.BOOLEAN) {
                return Parsed.good(Boolean.parseBoolean(value.text()));
            }
            boolean quoted = value.text().equals("true") || value.text().equals("false");
            return Parsed.bad(complaint(value) + (quoted ? ": remove the quotes" : ""));
        }
    }
}
