package io.reseal.daemon.host;

import io.reseal.daemon.files.FileStatus;
import io.reseal.daemon.files.PathStep;
import java.time.Instant;
import java.util.List;

/**
 * How a path leads to its file: through directories and symbolic links, each an entry of the directory before. Who renames a directory or
 * exchanges a link has the path lead to another file, and leaves the times of both files as they were.
 */
record ResolvedPath(List<PathStep> steps) {
    ResolvedPath {
        steps = List.copyOf(steps);
    }

    /**
     * When the path can last have begun to lead to this file; the end of time where that cannot be told. An entry that is put in its place
     * changes the time of its directory (always) and its own (ext4, XFS, Btrfs, tmpfs: {@code rename} sets the ctime of what it moves), and so the
     * older of both bounds it. Only ctimes count: everybody can set the others back.
     */
    Instant since() {
        return steps.stream()
                .filter(step -> !step.kept())
                .map(ResolvedPath::since)
                .max(Instant::compareTo)
                .orElse(Instant.MIN);
    }

    private static Instant since(PathStep step) {
        var directory = step.directory().changed();
        var entry = step.entry().map(FileStatus::changed).orElse(Instant.MAX);
        return directory.isBefore(entry) ? directory : entry;
    }
}
