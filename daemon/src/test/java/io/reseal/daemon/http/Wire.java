package io.reseal.daemon.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client that sends exactly the bytes it is told, over TCP or a Unix socket. */
final class Wire implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final SocketChannel channel;
    private final StringBuilder read = new StringBuilder();

    private Wire(SocketChannel channel) {
        this.channel = channel;
    }

    static Wire to(SocketAddress address) throws IOException {
        var channel = address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
        // both families answer at once or refuse: the peer is on this machine
        channel.connect(address);
        return new Wire(channel);
    }

    static String exchange(SocketAddress address, String request) throws IOException {
        try (var wire = to(address)) {
            wire.send(request);
            return wire.untilClosed();
        }
    }

    static String get(SocketAddress address, String path) throws IOException {
        return exchange(address, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }

    static String post(SocketAddress address, String path, String body, String... headers) throws IOException {
        var more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        return exchange(
                address,
                "POST " + path
                        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                        + more + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body);
    }

    static String body(String response) {
        return response.substring(response.indexOf("\r\n\r\n") + 4);
    }

    static int status(String response) {
        return Integer.parseInt(response.substring(9, 12));
    }

    void send(String text) throws IOException {
        var bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Sends no more, and still reads. */
    void end() throws IOException {
        channel.shutdownOutput();
    }

    /** Everything up to and with {@code end}, which must come in time. */
    String until(String end) throws IOException {
        while (read.indexOf(end) < 0) {
            var more = some();
            if (more.isEmpty()) {
                throw new IOException("closed before '" + end + "': " + read);
            }
            read.append(more);
        }
        int length = read.indexOf(end) + end.length();
        var text = read.substring(0, length);
        read.delete(0, length);
        return text;
    }

    String untilClosed() throws IOException {
        for (var more = some(); !more.isEmpty(); more = some()) {
            read.append(more);
        }
        return read.toString();
    }

    private String some() throws IOException {
        var reading = new CompletableFuture<String>();
        Thread.ofVirtual().start(() -> {
            try {
                var buffer = ByteBuffer.allocate(8192);
                int n = channel.read(buffer);
                var bytes = new ByteArrayOutputStream();
                bytes.write(buffer.array(), 0, Math.max(n, 0));
                reading.complete(bytes.toString(StandardCharsets.UTF_8));
            } catch (IOException reset) {
                reading.complete("");
            }
        });
        try {
            return reading.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException silent) {
            throw new IOException("nothing came for " + PATIENCE + " after: " + read, silent);
        } catch (InterruptedException | ExecutionException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
