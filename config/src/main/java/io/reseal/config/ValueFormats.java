package io.reseal.config;

import static io.reseal.config.TextForm.unlike;

import io.reseal.policy.Nearest;
import io.reseal.policy.ResetPolicy.Glob;
import io.reseal.policy.Spelled;
import java.util.regex.Pattern;

/** Forms of names and words. */
final class ValueFormats {
    static final ValueFormat<String> NAME = matching(
            "name",
            "a name of at most 63 letters, digits, `.`, `_` or `-` that begins with a letter or a digit",
            "[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    static final ValueFormat<String> GROUP =
            matching("group", "the name of a group of users", "[A-Za-z_][A-Za-z0-9_.-]{0,31}");

    static final ValueFormat<String> LIBVIRT_URI =
            matching("URI", "a URI of libvirt such as qemu:///system", "[a-z][a-z0-9+-]*://[!-~]*");

    private static final String GLOB_EXPECTED = "at most 63 letters, digits, `.`, `_`, `-`, `*` and `?`";
    private static final Pattern GLOB_SYNTAX = Pattern.compile("[A-Za-z0-9._*?-]{1,63}");

    static final ValueFormat<Glob> NAME_GLOB = new TextForm<>("name glob", GLOB_EXPECTED, ValueFormats::nameGlob);

    private ValueFormats() {}

    /** One spelling of {@code words}. */
    static <W extends Enum<W> & Spelled> ValueFormat<W> word(Class<W> words) {
        var known = Spelled.texts(words);
        var list = "`" + String.join("`, `", known) + "`";
        var expected = "one of " + list;
        return new TextForm<>(
                list,
                expected,
                text -> Spelled.find(words, text)
                        .map(Parsed::good)
                        .orElseGet(() -> Parsed.bad(
                                "must be " + expected + ", but is " + Quoted.text(text) + Nearest.hint(text, known))));
    }

    private static ValueFormat<String> matching(String type, String expected, String syntax) {
        var pattern = Pattern.compile(syntax);
        return new TextForm<>(
                type, expected, text -> pattern.matcher(text).matches() ? Parsed.good(text) : unlike(expected, text));
    }

    private static Parsed<Glob> nameGlob(String text) {
        return GLOB_SYNTAX.matcher(text).matches() ? Parsed.good(new Glob(text)) : unlike(GLOB_EXPECTED, text);
    }
}
