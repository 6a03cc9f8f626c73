package io.reseal.config;

import static io.reseal.config.ValueFormats.Text.unlike;

import io.reseal.config.ValueFormat.Parsed;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;

/** Formats of paths and of globs of paths. */
final class PathFormats {
    /** {@code sun_path} of Linux's {@code sockaddr_un} has 108 bytes, the last of which ends the text. */
    static final int SOCKET_PATH_BYTES = 107;

    private static final String PATH_EXPECTED = "an absolute path";
    private static final String GLOB_EXPECTED = "an absolute glob such as /run/qemu/*.qmp";

    static final ValueFormat<Path> DIRECTORY =
            new ValueFormats.Text<>("path", PATH_EXPECTED, text -> path(text, PATH_EXPECTED));
    static final ValueFormat<Path> SOCKET = new ValueFormats.Text<>("path", PATH_EXPECTED, PathFormats::socket);
    static final ValueFormat<String> SOCKET_GLOB = new ValueFormats.Text<>("glob", GLOB_EXPECTED, PathFormats::glob);

    private static final List<String> DEAD_PARTS = List.of("", ".", "..");

    private PathFormats() {}

    static Parsed<Path> absolute(String text) {
        return path(text, PATH_EXPECTED);
    }

    private static Parsed<Path> path(String text, String expected) {
        if (!text.startsWith("/")) {
            return unlike(expected, text);
        }
        try {
            return Parsed.good(Utf8Path.of(text));
        } catch (IllegalArgumentException _) {
            return Parsed.bad("has characters that no path on this system can have: " + Quoted.text(text));
        }
    }

    private static Parsed<Path> socket(String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > SOCKET_PATH_BYTES) {
            return Parsed.bad("is " + bytes + " bytes long, but the kernel allows " + SOCKET_PATH_BYTES
                    + " for the path of a socket: choose a shorter path");
        }
        return path(text, PATH_EXPECTED);
    }

    private static Parsed<String> glob(String text) {
        return switch (path(text, GLOB_EXPECTED)) {
            case Parsed.Bad<Path>(String complaint) -> Parsed.bad(complaint);
            case Parsed.Good<Path> _ ->
                flaw(text)
                        .<Parsed<String>>map(flaw -> Parsed.bad("is not a usable glob: " + flaw))
                        .orElseGet(() -> Parsed.good(text));
        };
    }

    private static Optional<String> flaw(String glob) {
        try {
            FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (PatternSyntaxException e) {
            return Optional.of(Quoted.plain(e.getDescription().replace("'", "")) + " in " + Quoted.text(glob));
        }
        if (glob.contains("**")) {
            return Optional.of("`**` is not supported, write one `*` for each level of directories");
        }
        var parts = Arrays.asList(glob.substring(1).split("/", -1));
        if (parts.stream().anyMatch(DEAD_PARTS::contains)) {
            return Optional.of("an empty part, `.` or `..` matches nothing in " + Quoted.text(glob));
        }
        return parts.stream().allMatch(PathFormats::closed)
                ? Optional.empty()
                : Optional.of("`{` and `}` must stand in one part, without `/` between them, in " + Quoted.text(glob));
    }

    private static boolean closed(String part) {
        var bare = part.replaceAll("\\\\.|\\[[^]]*]", "");
        return bare.indexOf('{') < 0 == bare.indexOf('}') < 0;
    }
}
