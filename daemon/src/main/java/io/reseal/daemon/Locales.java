package io.reseal.daemon;

import io.reseal.qmp.SocketPath;
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
final class Locales {
    private static final Path ARGUMENTS = Path.of("/proc/self/cmdline");

    /**
     * The arguments as they were given: the JVM puts U+FFFD in place of what its character set does not have. Bytes that are not UTF-8 become {@code \xNN},
     * as Reseal shows them in paths.
     */
    static String[] arguments(String[] decoded) {
        boolean whole = Arrays.stream(decoded).noneMatch(argument -> argument.indexOf('\uFFFD') >= 0);
        if (whole) {
            return decoded;
        }
        try {
            return last(decoded.length, Files.readAllBytes(ARGUMENTS));
        } catch (IOException | IndexOutOfBoundsException _) {
            return decoded;
        }
    }

    /** The last so many arguments, each of which ends with NUL. */
    static String[] last(int count, byte[] commandLine) {
        var all = new String(commandLine, StandardCharsets.ISO_8859_1).split("\0", -1);
        int end = all.length - 1;
        return Arrays.stream(Arrays.copyOfRange(all, end - count, end))
                .map(argument -> SocketPath.text(argument.getBytes(StandardCharsets.ISO_8859_1)))
                .toArray(String[]::new);
    }

    /** What to say at the start; empty where the character set is UTF-8. */
    static Optional<String> complaint() {
        return complaint(System.getProperty("sun.jnu.encoding", "unknown"), System.getenv());
    }

    static Optional<String> complaint(String characters, Map<String, String> environment) {
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
