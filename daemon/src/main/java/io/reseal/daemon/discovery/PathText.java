package io.reseal.daemon.discovery;

import io.reseal.qmp.SocketPath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The components of an absolute path as text: UTF-8 whatever the locale is. A byte that is none becomes U+FFFD, which no glob
 * and no name has.
 */
record PathText(List<String> parts) {
    static final PathText ROOT = new PathText(List.of());

    PathText {
        parts = List.copyOf(parts);
    }

    static PathText of(Path path) {
        var text = new String(SocketPath.bytes(path), StandardCharsets.UTF_8);
        return new PathText(
                Arrays.stream(text.split("/")).filter(part -> !part.isEmpty()).toList());
    }

    /** The last component. */
    static String nameOf(Path path) {
        return of(path).parts().getLast();
    }

    PathText resolve(String name) {
        return new PathText(Stream.concat(parts.stream(), Stream.of(name)).toList());
    }

    @Override
    public String toString() {
        return "/" + String.join("/", parts);
    }
}
