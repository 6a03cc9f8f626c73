package io.reseal.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The locale of the process, from which the JVM takes the character set of file names and arguments: {@code LC_ALL=C}, which a
 * systemd service has, means ASCII. Reseal takes both as UTF-8.
 */
public final class Locales {
    private static final Path ARGUMENTS = Path.of("/proc/self/cmdline");

    /** The arguments as they were given: the JVM puts U+FFFD in place of what its character set does not have. */
    static String[] arguments(String[] decoded) {
        boolean whole = Arrays.stream(decoded).noneMatch(argument -> argument.indexOf('\uFFFD') >= 0);
        if (whole) {
            return decoded;
        }
        try {
            var all = new String(Files.readAllBytes(ARGUMENTS), StandardCharsets.UTF_8).split("\0", -1);
            int end = all.length - 1; // each one ends with NUL
            return Arrays.copyOfRange(all, end - decoded.length, end);
        } catch (IOException | IndexOutOfBoundsException _) {
            return decoded;
        }
    }

    /** What to say at the start; empty where the character set is UTF-8. */
    public static Optional<String> complaint() {
        return complaint(System.getProperty("sun.jnu.encoding", "unknown"), System.getenv());
    }

    public static Optional<String> complaint(String characters, Map<String, String> environment) {
        if (characters.equalsIgnoreCase(StandardCharsets.UTF_8.name())) {
            return Optional.empty();
        }
        var locale = Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                .filter(name -> !environment.getOrDefault(name, "").isEmpty())
                .findFirst()
                .map(name -> name + "=" + environment.get(name))
                .orElse("no LC_ALL, LC_CTYPE or LANG");
        return Optional.of(
                ("the locale (%s) has the character set %s: Reseal takes file names as UTF-8 all the same, but"
                                + " messages of the system may show them with ? for what that has not: set LC_ALL=C.UTF-8")
                        .formatted(locale, characters));
    }

    private Locales() {}
}
