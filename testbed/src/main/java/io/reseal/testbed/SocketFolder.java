package io.reseal.testbed;

import java.nio.file.Path;

/** A new folder for sockets, with a short path; gone once closed. */
public record SocketFolder(Path path) implements AutoCloseable {
    public static SocketFolder create() {
        return new SocketFolder(TestbedPaths.socketFolder());
    }

    @Override
    public void close() {
        TestbedPaths.deleteFolder(path);
    }
}
