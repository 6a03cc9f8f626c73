package io.reseal.daemon.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/**
 * How a path leads to its file: through directories and symbolic links, each an entry of the directory before. Who renames a directory or
 * exchanges a link has the path lead to another file, and leaves the times of both files as they were.
 *
 * @param end the file, no symbolic link; it may not exist
 */
record Way(Path end, List<Step> steps) {
    /** An entry and the directory that has it. */
    record Step(Path directory, Path entry) {}

    Way {
        steps = List.copyOf(steps);
    }

    /**
     * When the path can last have begun to lead to this file; the end of time where that cannot be told. An entry that is put in its place
     * changes the time of its directory (always) and its own (ext4, XFS, Btrfs, tmpfs: {@code rename} sets the ctime of what it moves), and so the
     * older of both bounds it. Only ctimes count: everybody can set the others back.
     *
     * @param kept directories that are known not to have been exchanged
     */
    Instant since(Predicate<Path> kept) {
        return steps.stream()
                .filter(step -> !kept.test(step.entry()))
                .map(Way::since)
                .max(Instant::compareTo)
                .orElse(Instant.MIN);
    }

    private static Instant since(Step step) {
        var directory = changed(step.directory().resolve("."));
        var entry = changed(step.entry());
        return directory.isBefore(entry) ? directory : entry;
    }

    private static Instant changed(Path path) {
        try {
            var told = Files.readAttributes(path, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
            return told.get("ctime") instanceof FileTime time ? time.toInstant() : Instant.MAX;
        } catch (IOException | RuntimeException _) {
            return Instant.MAX;
        }
    }
}
