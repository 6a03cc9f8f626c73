package io.reseal.daemon.files;

import io.reseal.qmp.SocketPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file by a descriptor that is for its place only ({@code O_PATH}): nothing of it is opened, so that a device does nothing and a FIFO does not
 * block. Its opener closes it.
 */
final class FileHandle implements AutoCloseable {
    private final int descriptor;

    private FileHandle(int descriptor) {
        this.descriptor = descriptor;
    }

    /** A directory, by a path of ours; links are followed. */
    static FileHandle directory(Path path) throws IOException {
        var flags = SystemCalls.O_PATH | SystemCalls.O_DIRECTORY;
        return new FileHandle(SystemCalls.open(SystemCalls.AT_FDCWD, SocketPath.bytes(path), flags));
    }

    /** An entry of this directory, itself where it is a symbolic link. */
    FileHandle entry(byte[] name) throws IOException {
        return new FileHandle(SystemCalls.open(descriptor, name, SystemCalls.O_PATH | SystemCalls.O_NOFOLLOW));
    }

    /** What an entry of {@code /proc} stands for, which its text does not tell. */
    FileHandle followed(byte[] name) throws IOException {
        return new FileHandle(SystemCalls.open(descriptor, name, SystemCalls.O_PATH));
    }

    /** What is known of it without asking its file system. */
    FileStatus known() throws IOException {
        return SystemCalls.known(descriptor);
    }

    /** The same of an entry of this directory, itself where it is a symbolic link. */
    FileStatus known(byte[] entry) throws IOException {
        return SystemCalls.known(descriptor, entry);
    }

    FileStatus status() throws IOException {
        return SystemCalls.status(descriptor);
    }

    FileStatus status(byte[] entry) throws IOException {
        return SystemCalls.status(descriptor, entry);
    }

    /** The name of its file system where that is one that holds no data; empty for all others. */
    Optional<String> specialFileSystem() throws IOException {
        return SpecialFileSystems.name(SystemCalls.fileSystem(descriptor));
    }

    int descriptor() {
        return descriptor;
    }

    byte[] link() throws IOException {
        return SystemCalls.link(descriptor);
    }

    /** Opens an entry of this directory for reading, and nothing but that entry. */
    OpenFile open(byte[] name) throws IOException {
        var flags = SystemCalls.O_NONBLOCK | SystemCalls.O_NOFOLLOW | SystemCalls.O_NOCTTY;
        return new OpenFile(SystemCalls.open(descriptor, name, flags));
    }

    @Override
    public void close() {
        SystemCalls.close(descriptor);
    }
}
