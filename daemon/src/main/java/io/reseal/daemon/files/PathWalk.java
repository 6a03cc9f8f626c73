package io.reseal.daemon.files;

import io.reseal.daemon.work.Looks;
import io.reseal.qmp.SocketPath;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Goes along a path one component at a time, as the process does whose root that is: links are followed by their text, an absolute one from that root,
 * and {@code ..} does not lead out of it. Before it touches a file system it tells {@link Looks}. Used by one thread, which closes what it gets.
 */
public final class PathWalk implements AutoCloseable {
    /** As many as Linux follows in one path. */
    private static final int MOST_LINKS = 40;

    private static final Roots OWN = new Roots(Path.of("/"), Path.of("/"), true);

    /**
     * Where paths begin.
     *
     * @param root of absolute ones
     * @param start of the others
     * @param own whether that is what this process sees, so that links in {@code /proc} may be followed
     */
    public record Roots(Path root, Path start, boolean own) {}

    /** A directory on the way. */
    public interface Directory {
        Path path();

        /** An entry, itself where it is a link; empty where there is none. */
        Optional<FileStatus> entry(Path name);
    }

    private record Node(FileHandle handle, FileStatus status, Path path) implements Directory, AutoCloseable {
        @Override
        public Optional<FileStatus> entry(Path name) {
            try {
                return Optional.of(handle.status(SocketPath.bytes(name)));
            } catch (IOException _) {
                return Optional.empty();
            }
        }

        @Override
        public void close() {
            handle.close();
        }
    }

    private final Roots roots;
    private final Path wanted;
    private final Predicate<Directory> kept;
    private final Deque<byte[]> ahead = new ArrayDeque<>();
    private final Deque<Node> nodes = new ArrayDeque<>();
    private final List<PathStep> steps = new ArrayList<>();
    private Path missing = Path.of("");
    private boolean isMissing;
    private int links;

    private PathWalk(Roots roots, Path wanted, Predicate<Directory> kept) {
        this.roots = roots;
        this.wanted = wanted;
        this.kept = kept;
    }

    /**
     * Goes there.
     *
     * @param kept directories that are known not to have been exchanged
     * @throws IOException if the way cannot be gone; a file that is not there is {@link FoundFile#isThere told}
     */
    public static FoundFile to(Path path, Roots roots, Predicate<Directory> kept) throws IOException {
        var walk = new PathWalk(roots, path, kept);
        try {
            walk.go();
            return walk.found();
        } finally {
            walk.close();
        }
    }

    /** Goes to a file of our own. */
    public static FoundFile to(Path path) throws IOException {
        return to(path, OWN, _ -> false);
    }

    /** Whether paths may begin at that directory; nothing on its file system is touched. */
    public static boolean opens(Path root) {
        try (var _ = FileHandle.directory(root)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private void go() throws IOException {
        enter(SocketPath.bytes(wanted));
        while (!ahead.isEmpty()) {
            var name = ahead.pop();
            if (isMissing) {
                missing = missing.resolve(PathBytes.name(name));
            } else if (PathBytes.is(name, "..")) {
                up();
            } else if (!PathBytes.is(name, ".")) {
                down(name);
            }
        }
    }

    /** Puts the names of {@code path} in front, and goes where it begins. */
    private void enter(byte[] path) throws IOException {
        var names = PathBytes.names(path);
        for (int i = names.size() - 1; i >= 0; i--) {
            ahead.push(names.get(i));
        }
        if (PathBytes.isAbsolute(path)) {
            closeAll();
            begin(roots.root());
        } else if (nodes.isEmpty()) {
            begin(roots.start());
        }
    }

    private void begin(Path directory) throws IOException {
        nodes.push(arrived(FileHandle.directory(directory), directory));
    }

    private Node arrived(FileHandle handle, Path path) throws IOException {
        try {
            Looks.enter(MountTable.OWN.placeOf(handle.known()), SocketPath.text(path));
            return new Node(handle, handle.status(), path);
        } catch (IOException | RuntimeException failure) {
            handle.close();
            throw failure;
        }
    }

    private void stay(Node node) throws IOException {
        Looks.enter(MountTable.OWN.placeOf(node.handle().known()), SocketPath.text(node.path()));
    }

    private void up() throws IOException {
        if (nodes.size() > 1) {
            nodes.pop().close();
            stay(nodes.getFirst());
        } else if (!isRoot(nodes.getFirst())) {
            var below = nodes.pop();
            try (below) {
                var parent = Optional.ofNullable(below.path().getParent()).orElse(below.path());
                nodes.push(arrived(below.handle().entry(new byte[] {'.', '.'}), parent));
            }
            steps.add(new PathStep(below.status(), Optional.of(nodes.getFirst().status()), false));
        }
    }

    private boolean isRoot(Node node) throws IOException {
        try (var root = FileHandle.directory(roots.root())) {
            return root.known().isSame(node.status());
        }
    }

    private void down(byte[] name) throws IOException {
        var directory = nodes.getFirst();
        var path = directory.path().resolve(PathBytes.name(name));
        Node next;
        try {
            next = arrived(directory.handle().entry(name), path);
        } catch (AccessDeniedException _) {
            throw new AccessDeniedException(SocketPath.text(directory.path()));
        } catch (NoSuchFileException _) {
            steps.add(new PathStep(directory.status(), Optional.empty(), false));
            isMissing = true;
            missing = path;
            return;
        }
        boolean keeps = next.status().isDirectory() && kept.test(next);
        steps.add(new PathStep(directory.status(), Optional.of(next.status()), keeps));
        if (next.status().isLink()) {
            follow(next, name);
        } else {
            nodes.push(next);
        }
    }

    private void follow(Node link, byte[] name) throws IOException {
        try (link) {
            if (++links > MOST_LINKS) {
                throw new IOException(wanted + " leads through more than " + MOST_LINKS + " symbolic links");
            }
            if (!SystemCalls.isOnProc(link.handle().descriptor())) {
                var text = link.handle().link();
                stay(nodes.getFirst());
                enter(text);
                return;
            }
            if (!roots.own()) {
                throw new IOException("it leads through a link of /proc, which is not followed");
            }
        }
        var directory = nodes.getFirst();
        stay(directory);
        nodes.push(arrived(directory.handle().followed(name), link.path()));
    }

    private FoundFile found() {
        if (isMissing) {
            return new FoundFile(missing, steps, Optional.empty(), Optional.empty());
        }
        var end = nodes.pop();
        var parent = Optional.ofNullable(nodes.poll());
        return new FoundFile(
                end.path(),
                steps,
                Optional.of(new FoundFile.Entry(end.handle(), end.status(), roots.root())),
                parent.map(Node::handle));
    }

    private void closeAll() {
        nodes.forEach(Node::close);
        nodes.clear();
    }

    @Override
    public void close() {
        closeAll();
    }
}
