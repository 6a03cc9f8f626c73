package io.reseal.daemon.host;

import io.reseal.config.Utf8Path;
import io.reseal.daemon.files.FileStatus;
import io.reseal.daemon.files.PathWalk;
import io.reseal.policy.QemuIdentity.SocketId;
import io.reseal.qmp.SocketPath;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * The socket that QEMU makes when it starts, by the path on its command line. A directory that has it under that path is the one that was there when
 * QEMU started: had it been exchanged, the socket would be in the other one.
 *
 * @param name of the file
 * @param commandLine as QEMU was given it
 */
public record OwnSocket(SocketId id, String name, List<String> commandLine) {
    /** A socket that was moved was changed later than it was made. */
    private static final Duration AT_ONCE = Duration.ofMillis(50);

    private static final List<String> OPTIONS = List.of("unix:", "path=");

    /**
     * Whether that directory has it.
     *
     * @param root of the file system as QEMU sees it
     */
    boolean isIn(PathWalk.Directory directory, Path root) {
        if (!directory.path().startsWith(root)) {
            return false;
        }
        var path = pathOf(directory, root);
        return paths().anyMatch(path::equals)
                && directory.entry(Utf8Path.of(name)).filter(this::isThis).isPresent();
    }

    /** As QEMU calls it; made of texts, as a locale may lack characters that it has. */
    private String pathOf(PathWalk.Directory directory, Path root) {
        var below = SocketPath.text(directory.path())
                .substring(SocketPath.text(root).length());
        return "/" + (below + "/" + name).replaceFirst("^/+", "");
    }

    /** Whether QEMU itself was told to make it, so that it cannot be older than QEMU. */
    boolean isAskedFor() {
        return paths().anyMatch(path -> path.equals(name) || path.endsWith("/" + name));
    }

    /** A comma is written twice in a value. */
    private Stream<String> paths() {
        return commandLine.stream()
                .flatMap(argument -> Stream.of(argument.replace(",,", "\0").split(",", -1)))
                .map(part -> part.replace('\0', ','))
                .flatMap(part ->
                        OPTIONS.stream().filter(part::startsWith).map(option -> part.substring(option.length())));
    }

    private boolean isThis(FileStatus found) {
        return found.device() == id.device()
                && found.inode() == id.inode()
                && Duration.between(Instant.EPOCH, found.changed()).toNanos() - id.bornNanos() < AT_ONCE.toNanos();
    }
}
