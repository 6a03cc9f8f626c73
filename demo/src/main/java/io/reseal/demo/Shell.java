package io.reseal.demo;

import java.util.List;
import java.util.stream.Collectors;

/** Commands as one would type them. */
final class Shell {
    /** The words on one line, quoted where a shell needs it. */
    static String line(List<String> words) {
        return words.stream().map(Shell::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    private Shell() {}
}
