package io.reseal.config;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Paths whose bytes are those of a text in UTF-8. {@link Path#of(String, String...)} encodes in the character set of the
 * process's locale, and refuses what that does not have: under {@code LC_ALL=C} all but ASCII.
 */
public final class Utf8Path {
    private static final String UNRESERVED = "/-._~";

    /**
     * The path, relative where {@code text} is.
     *
     * @throws IllegalArgumentException where it has a NUL, which no path can have
     */
    public static Path of(String text) {
        if (text.isEmpty()) {
            return Path.of("");
        }
        if (text.startsWith("/")) {
            return Path.of(URI.create("file://" + encoded(text)));
        }
        var absolute = Path.of(URI.create("file:///" + encoded(text)));
        return absolute.subpath(0, absolute.getNameCount());
    }

    /** A URI of the JDK's default file system is its path's bytes, each one escaped or itself. */
    private static String encoded(String text) {
        var uri = new StringBuilder();
        for (byte each : text.replaceAll("/+", "/").getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            boolean ascii = c < 0x80;
            if ((ascii && Character.isLetterOrDigit(c)) || UNRESERVED.indexOf(c) >= 0) {
                uri.append(c);
            } else {
                uri.append("%%%02X".formatted((int) c));
            }
        }
        return uri.toString();
    }

    private Utf8Path() {}
}
