package io.reseal.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Takes connections on a socket and passes on what comes to another, as socat does; its process is this one. */
record Relay(ServerSocketChannel server, Path target) implements AutoCloseable {
    static Relay start(Path socket, Path target) {
        try {
            var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
            var relay = new Relay(server, target);
            Thread.ofVirtual().start(relay::serve);
            return relay;
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private void serve() {
        try {
            while (true) {
                pass(server.accept());
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void pass(SocketChannel client) throws IOException {
        var there = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            there.connect(UnixDomainSocketAddress.of(target));
        } catch (IOException _) {
            there.close();
            client.close();
            return;
        }
        Thread.ofVirtual().start(() -> pump(client, there));
        Thread.ofVirtual().start(() -> pump(there, client));
    }

    private static void pump(SocketChannel from, SocketChannel to) {
        try (from;
                to) {
            var bytes = ByteBuffer.allocate(65_536);
            while (from.read(bytes) >= 0) {
                bytes.flip();
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
                bytes.clear();
            }
        } catch (IOException _) {
            // the other end has gone
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
