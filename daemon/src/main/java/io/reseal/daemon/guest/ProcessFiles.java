package io.reseal.daemon.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;

/**
 * Finds files as another process sees them, through its {@code root} and {@code cwd} under {@code /proc}. Links are followed
 * one by one: the kernel would take an absolute one for a path of ours. It reads files, so call it on a virtual thread, never
 * on an event loop.
 *
 * @param root of that process's file system
 * @param workingDirectory of that process
 */
record ProcessFiles(Path root, Path workingDirectory) {
    /** As many as Linux follows in one path. */
    private static final int MOST_LINKS = 40;

    /** Where {@code path} of that process is for us; the result is no symbolic link, and may not exist. */
    Path find(Path path) throws IOException {
        return way(path).end();
    }

    /** The same, with what the path leads through. */
    Way way(Path path) throws IOException {
        var ahead = new ArrayDeque<Path>();
        var steps = new ArrayList<Way.Step>();
        var found = enter(path, workingDirectory, ahead);
        int links = 0;
        while (!ahead.isEmpty()) {
            var next = found.resolve(ahead.pop());
            if (!next.endsWith(".")) {
                steps.add(new Way.Step(found, next));
            }
            if (!Files.isSymbolicLink(next)) {
                found = next;
            } else if (++links > MOST_LINKS) {
                throw new IOException(path + " leads through more than " + MOST_LINKS + " symbolic links");
            } else {
                found = enter(Files.readSymbolicLink(next), found, ahead);
            }
        }
        return new Way(found, steps);
    }

    /** Puts the names of {@code path} in front, and tells where it begins. */
    private Path enter(Path path, Path from, Deque<Path> ahead) {
        for (int i = path.getNameCount() - 1; i >= 0; i--) {
            ahead.push(path.getName(i));
        }
        return path.isAbsolute() ? root : from;
    }

    /** Whether that process, and what it sees, can be looked at. */
    boolean visible() {
        return Files.isDirectory(root.resolve("."));
    }
}
