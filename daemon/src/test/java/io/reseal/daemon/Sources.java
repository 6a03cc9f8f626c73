package io.reseal.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Java sources of all modules. */
final class Sources {
    private static final Path PROJECT = Path.of("..");
    private static final Pattern TEXT = Pattern.compile(
            "\"\"\"(?:\\\\.|[^\\\\])*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])+'|//[^\\n]*|/\\*.*?\\*/",
            Pattern.DOTALL);
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_]\\w*");
    private static final Pattern WORD = Pattern.compile("[A-Z]?[a-z0-9]+|[A-Z0-9]+(?![a-z])");

    /**
     * One file.
     *
     * @param module its directory in the project
     * @param path from the project's directory
     */
    record Source(String module, Path path) {
        String className() {
            return path.getFileName().toString().replace(".java", "");
        }

        boolean isMain() {
            return path.toString().contains("/src/main/");
        }

        /** Its code without comments and literals. */
        String code() {
            return TEXT.matcher(text()).replaceAll(" ");
        }

        String text() {
            try {
                return Files.readString(PROJECT.resolve(path));
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
    }

    static List<Source> all() {
        try (var files = Files.walk(PROJECT, 20)) {
            return files.map(PROJECT::relativize)
                    .filter(path -> path.toString().matches("[a-z-]+/src/.*\\.java"))
                    .map(path -> new Source(path.getName(0).toString(), path))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The words of the identifiers in some code, in lower case. */
    static Set<String> words(String code) {
        var words = new TreeSet<String>();
        IDENTIFIER
                .matcher(code)
                .results()
                .map(MatchResult::group)
                .distinct()
                .forEach(identifier -> wordsOf(identifier).forEach(words::add));
        return words;
    }

    private static Stream<String> wordsOf(String identifier) {
        return Arrays.stream(identifier.split("_"))
                .flatMap(part -> WORD.matcher(part).results())
                .map(match -> match.group().toLowerCase(Locale.ROOT));
    }

    private Sources() {}
}
