package io.reseal.qmp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The bytes of a path as the directory gave them. {@link Path#toString} decodes them in the character set of the process's
 * locale, which under {@code LC_ALL=C} is ASCII, and so loses what it does not have.
 */
public final class SocketPath {
    /** {@code sun_path} of Linux's {@code sockaddr_un} has 108 bytes, the last of which is a NUL. */
    public static final int MOST_BYTES = 107;

    private static final int TYPE_MASK = 0170000;
    private static final int TYPE_SOCKET = 0140000;

    /** The kernel goes no further than to this device. */
    private static final String NOWHERE = "/dev/null";

    private static final boolean DECODES_UTF_8 = "UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding"));

    private static final char REPLACEMENT = '\uFFFD';

    /** Its bytes. */
    public static byte[] bytes(Path path) {
        return plain(path).map(text -> text.getBytes(StandardCharsets.UTF_8)).orElseGet(() -> rawBytes(path));
    }

    /**
     * The text that the JDK has of the path already, where nothing was lost as it was decoded: ASCII is the same in every character set of Linux, and
     * what is no UTF-8 becomes U+FFFD.
     */
    private static Optional<String> plain(Path path) {
        var text = path.toString();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80 && (!DECODES_UTF_8 || text.charAt(i) == REPLACEMENT)) {
                return Optional.empty();
            }
        }
        return Optional.of(text);
    }

    /**
     * A URI of the JDK's default file system has them, each one escaped or itself. {@link Path#toUri} looks whether the path is a directory, and
     * so would block where its file system does; below a file there is nothing to look at. Even so that is a system call.
     */
    private static byte[] rawBytes(Path path) {
        var uri = nowhere(path).toUri().getRawPath();
        var bytes = new ByteArrayOutputStream(uri.length());
        int begin = NOWHERE.length() + (path.isAbsolute() ? 0 : 1);
        if (path.isAbsolute() && path.getNameCount() == 0) {
            bytes.write('/');
        }
        for (int i = begin; i < uri.length(); i++) {
            if (uri.charAt(i) == '%') {
                bytes.write(HexFormat.fromHexDigits(uri, i + 1, i + 3));
                i += 2;
            } else {
                bytes.write(uri.charAt(i));
            }
        }
        return bytes.toByteArray();
    }

    /** A copy: buffers of the JDK keep the last paths that a thread had looked at, and toUri() does that. */
    private static Path nowhere(Path path) {
        var base = Path.of(NOWHERE);
        return path.getNameCount() == 0 ? base : base.resolve(path.subpath(0, path.getNameCount()));
    }

    /** Whether there is a socket at the path. */
    public static boolean isSocket(Path path, LinkOption... options) throws IOException {
        return ((int) Files.getAttribute(path, "unix:mode", options) & TYPE_MASK) == TYPE_SOCKET;
    }

    /** The path, where its bytes are UTF-8. */
    public static Optional<String> utf8(Path path) {
        return plain(path).or(() -> utf8(rawBytes(path)));
    }

    /** The path for people: in UTF-8, and other bytes as {@code \xNN}. */
    public static String text(Path path) {
        return plain(path).orElseGet(() -> text(rawBytes(path)));
    }

    /** The same of a path that was given as bytes. */
    public static String text(byte[] bytes) {
        return utf8(bytes).orElseGet(() -> escaped(bytes));
    }

    private static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    private static String escaped(byte[] bytes) {
        var text = new StringBuilder();
        var rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            int length = characterLength(rest);
            if (length == 0) {
                text.append("\\x").append(HexFormat.of().toHexDigits(rest.get()));
            } else {
                var character = new byte[length];
                rest.get(character);
                text.append(new String(character, StandardCharsets.UTF_8));
            }
        }
        return text.toString();
    }

    /** How many bytes the next character has; 0 where there is none. */
    private static int characterLength(ByteBuffer rest) {
        for (int length = 1; length <= Math.min(4, rest.remaining()); length++) {
            var bytes = new byte[length];
            rest.get(rest.position(), bytes);
            if (utf8(bytes).isPresent()) {
                return length;
            }
        }
        return 0;
    }

    private SocketPath() {}
}
