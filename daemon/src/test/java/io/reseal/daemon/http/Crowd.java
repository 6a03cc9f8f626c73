package io.reseal.daemon.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** Clients at 24 addresses of loopback that hold connections, never read, and close them only to open others. */
final class Crowd implements AutoCloseable {
    private static final int FIRST = 20;
    private static final int ADDRESSES = 24;
    private static final int SMALL_WINDOW = 2048;

    private final InetSocketAddress server;
    private final String words;
    private final Deque<Client> held = new ArrayDeque<>();
    private int next;

    /** A client that tells a reset from an end. */
    record Client(Socket socket) implements AutoCloseable {
        private static final int OWN_ADDRESS = 1;
        private static final int LARGE_WINDOW = 64 << 10;
        private static final int PATIENCE_MILLIS = 10_000;

        /** At an address that nobody of the crowd has. */
        static Client to(InetSocketAddress server) throws IOException {
            return to(server, OWN_ADDRESS, LARGE_WINDOW);
        }

        private static Client to(InetSocketAddress server, int from, int window) throws IOException {
            var socket = new Socket();
            socket.setReceiveBufferSize(window);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0." + from), 0));
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(server, PATIENCE_MILLIS);
            return new Client(socket);
        }

        void say(String words) throws IOException {
            socket.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
        }

        /** Up to the end; fails where the connection is reset. */
        String ask(String words) throws IOException {
            say(words);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** @param words that each of them says */
    Crowd(InetSocketAddress server, String words) {
        this.server = server;
        this.words = words;
    }

    /** So many more connections. */
    Crowd open(int more) throws IOException {
        for (int i = 0; i < more; i++) {
            var client = Client.to(server, FIRST + next++ % ADDRESSES, SMALL_WINDOW);
            held.addLast(client);
            try {
                client.say(words);
            } catch (IOException _) {
                // who is refused cannot speak
            }
        }
        return this;
    }

    /** So many of the oldest are closed, and as many others opened. */
    void renew(int some) throws IOException {
        for (int i = 0; i < some; i++) {
            held.removeFirst().close();
            open(1);
        }
    }

    @Override
    public void close() throws IOException {
        for (var client : held) {
            client.close();
        }
    }
}
