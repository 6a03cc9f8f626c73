package io.reseal.daemon.guest;

import io.reseal.policy.QemuIdentity.SocketId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The socket that QEMU makes when it starts, by the path on its command line. A directory that has it under that path is the one that was there when
 * QEMU started: had it been exchanged, the socket would be in the other one.
 *
 * @param name of the file
 * @param commandLine as QEMU was given it
 */
record OwnSocket(SocketId id, String name, List<String> commandLine) {
    /** A socket that was moved was changed later than it was made. */
    private static final Duration AT_ONCE = Duration.ofMillis(50);

    private static final List<String> OPTIONS = List.of("unix:", "path=");

    /**
     * Whether that directory has it.
     *
     * @param root of the file system as QEMU sees it
     */
    boolean isIn(Path directory, Path root) {
        if (!directory.startsWith(root)) {
            return false;
        }
        var path = "/" + root.relativize(directory).resolve(name);
        return paths().anyMatch(path::equals) && isAt(directory.resolve(name));
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

    private boolean isAt(Path file) {
        try {
            var told = Files.readAttributes(file, "unix:dev,ino,ctime", LinkOption.NOFOLLOW_LINKS);
            return told.get("dev") instanceof Number device
                    && told.get("ino") instanceof Number inode
                    && told.get("ctime") instanceof FileTime changed
                    && device.longValue() == id.device()
                    && inode.longValue() == id.inode()
                    && changed.to(TimeUnit.NANOSECONDS) - id.bornNanos() < AT_ONCE.toNanos();
        } catch (IOException | RuntimeException _) {
            return false;
        }
    }
}
