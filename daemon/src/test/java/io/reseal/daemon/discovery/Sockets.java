package io.reseal.daemon.discovery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Listening sockets below one folder. For the thread of one test. */
final class Sockets implements AutoCloseable {
    private final Path folder;
    private final List<ServerSocketChannel> open = new ArrayList<>();

    Sockets(Path folder) {
        this.folder = folder;
    }

    Path make(String path) {
        var socket = folder.resolve(path);
        try {
            Files.createDirectories(socket.getParent());
            open.add(ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket)));
            return socket;
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    Path remove(String path) {
        var socket = folder.resolve(path);
        try {
            Files.delete(socket);
            return socket;
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    @Override
    public void close() throws IOException {
        for (var each : open) {
            each.close();
        }
    }
}
