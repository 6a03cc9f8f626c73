package io.reseal.testbed.hostile;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A connection to the daemon's TCP port from an address of loopback: the daemon shares by address. */
record HostileClient(Socket socket) implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 15_000;

    /** @param from the last number of 127.0.0.x */
    static HostileClient connect(URI daemon, int from) throws IOException {
        return connect(daemon, from, 64 << 10);
    }

    /** With a window of so many bytes, for one that does not read. */
    static HostileClient connect(URI daemon, int from, int window) throws IOException {
        var socket = new Socket();
        try {
            socket.setReceiveBufferSize(window);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0." + from), 0));
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(daemon.getHost(), daemon.getPort()), PATIENCE_MILLIS);
            return new HostileClient(socket);
        } catch (IOException refused) {
            socket.close();
            throw refused;
        }
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** All that comes until the daemon closes, or this text has come so many times. */
    String readUntil(String text, int times) throws IOException {
        var all = new StringBuilder();
        var buffer = new byte[16 << 10];
        InputStream in = socket.getInputStream();
        for (int came = 0; came < times; came = occurrences(all, text)) {
            int length = in.read(buffer);
            if (length < 0) {
                break;
            }
            all.append(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
        }
        return all.toString();
    }

    static int occurrences(CharSequence all, String text) {
        int count = 0;
        var whole = all.toString();
        for (int at = whole.indexOf(text); at >= 0; at = whole.indexOf(text, at + text.length())) {
            count++;
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
