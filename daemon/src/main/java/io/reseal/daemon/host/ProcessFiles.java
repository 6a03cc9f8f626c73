package io.reseal.daemon.host;

import io.reseal.daemon.files.FoundFile;
import io.reseal.daemon.files.PathWalk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds files as another process sees them, through its {@code root} and {@code cwd} under {@code /proc}. Links are followed
 * one by one: the kernel would take an absolute one for a path of ours. It reads files, so call it on a thread that may block, never
 * on an event loop.
 *
 * @param root of that process's file system
 * @param workingDirectory of that process
 */
public record ProcessFiles(Path root, Path workingDirectory) {
    /** Where {@code path} of that process is for us; there may be nothing. The caller closes it. */
    FoundFile find(Path path) throws IOException {
        return find(path, Optional.empty());
    }

    /** The same, where a directory with that socket is known to be the one that was there when QEMU started. */
    FoundFile find(Path path, Optional<OwnSocket> socket) throws IOException {
        return PathWalk.to(
                path,
                new PathWalk.Roots(root, workingDirectory, false),
                directory -> socket.filter(own -> own.isIn(directory, root)).isPresent());
    }

    /** Whether that process, and what it sees, can be looked at. */
    public boolean visible() {
        return PathWalk.opens(root);
    }
}
