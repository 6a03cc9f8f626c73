package io.reseal.daemon.files;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Paths as their bytes, which they keep in every locale. */
final class PathBytes {
    private static final HexFormat ESCAPES = HexFormat.of().withUpperCase().withPrefix("%");

    /** The components, without empty ones. */
    static List<byte[]> names(byte[] path) {
        var names = new ArrayList<byte[]>();
        int begin = 0;
        for (int i = 0; i <= path.length; i++) {
            if (i == path.length || path[i] == '/') {
                if (i > begin) {
                    names.add(Arrays.copyOfRange(path, begin, i));
                }
                begin = i + 1;
            }
        }
        return names;
    }

    static boolean isAbsolute(byte[] path) {
        return path.length > 0 && path[0] == '/';
    }

    /** One component as a path. ASCII is the same in the character set of every locale. */
    static Path name(byte[] name) {
        boolean isAscii = true;
        for (byte each : name) {
            isAscii &= each >= 0;
        }
        return isAscii ? Path.of(new String(name, StandardCharsets.US_ASCII)) : ofUri(name);
    }

    /** A URI of the JDK's default file system is its path's bytes, each one escaped or itself. */
    private static Path ofUri(byte[] name) {
        return Path.of(URI.create("file:///" + ESCAPES.formatHex(name))).getFileName();
    }

    static boolean is(byte[] name, String text) {
        return Arrays.equals(name, text.getBytes(StandardCharsets.US_ASCII));
    }

    private PathBytes() {}
}
