package io.reseal.daemon.files;

import io.reseal.daemon.work.Looks;
import io.reseal.qmp.SocketPath;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where a path leads to, and the way there. Its finder closes it. */
public final class FoundFile implements AutoCloseable {
    /** What is there. */
    record Entry(FileHandle handle, FileStatus status, Path root) {}

    private final Path path;
    private final List<PathStep> steps;
    private final Optional<Entry> entry;
    private final Optional<FileHandle> parent;

    FoundFile(Path path, List<PathStep> steps, Optional<Entry> entry, Optional<FileHandle> parent) {
        this.path = path;
        this.steps = List.copyOf(steps);
        this.entry = entry;
        this.parent = parent;
    }

    /** No symbolic link; it may not exist. */
    public Path path() {
        return path;
    }

    public List<PathStep> steps() {
        return steps;
    }

    public boolean isThere() {
        return entry.isPresent();
    }

    /** As it was found; empty where there is none. */
    public Optional<FileStatus> status() {
        return entry.map(Entry::status);
    }

    /** An entry of this directory, itself where it is a link, by what is known without asking its file system; empty where there is none. */
    public Optional<FileStatus> entry(Path name) throws IOException {
        try {
            var found = there();
            goTo(found);
            return Optional.of(found.handle().known(SocketPath.bytes(name)));
        } catch (AccessDeniedException _) {
            throw new AccessDeniedException(SocketPath.text(path));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Devices are refused as such; this is for the files beside them. Shared memory is a file system of its own. */
    boolean isInDev() {
        return entry.map(found -> found.root().resolve("dev"))
                .filter(dev -> path.startsWith(dev) && !path.startsWith(dev.resolve("shm")))
                .isPresent();
    }

    private Entry there() throws NoSuchFileException {
        return entry.orElseThrow(() -> new NoSuchFileException(path.toString()));
    }

    /**
     * Opens it, if it is a regular file with content, on a file system that holds files.
     *
     * @throws UnfitFileException if it is something else; nothing else is opened
     */
    public OpenFile open() throws IOException {
        var found = there();
        if (!found.status().isRegular()) {
            throw new UnfitFileException("it is not a regular file");
        }
        goTo(found);
        var special = found.handle().specialFileSystem();
        if (special.isPresent()) {
            throw new UnfitFileException("it is on " + special.get() + ", a file system that holds no data");
        }
        if (isInDev()) {
            throw new UnfitFileException("it is in /dev, where there are devices and no files");
        }
        var directory = parent.orElseThrow(() -> new UnfitFileException("it is not a regular file"));
        var opened = directory.open(SocketPath.bytes(path.getFileName()));
        try {
            check(found, opened);
            return opened;
        } catch (IOException | RuntimeException unfit) {
            opened.close();
            throw unfit;
        }
    }

    /** The task may have been elsewhere since it was found. */
    private void goTo(Entry found) {
        Looks.enter(MountTable.OWN.placeOf(found.status()), SocketPath.text(path));
    }

    private static void check(Entry found, OpenFile opened) throws IOException {
        var status = opened.status();
        if (!status.isSame(found.status()) || !status.isRegular()) {
            throw new IOException("it was exchanged while it was opened");
        }
        if (status.size() == 0) {
            throw new UnfitFileException("it is empty");
        }
    }

    @Override
    public void close() {
        entry.ifPresent(found -> found.handle().close());
        parent.ifPresent(FileHandle::close);
    }
}
