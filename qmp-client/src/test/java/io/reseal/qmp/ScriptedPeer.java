package io.reseal.qmp;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A QMP monitor on a real Unix socket that follows a script, one client after the other. */
final class ScriptedPeer implements AutoCloseable {
    static final String GREETING = "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 3, \"minor\": 1, \"major\": 11},"
            + " \"package\": \"Debian\"}, \"capabilities\": [\"oob\"]}}\r\n";

    /** What the peer does with one client; when it ends the peer closes. */
    interface Script {
        void play(Client client) throws IOException, InterruptedException;
    }

    private final Path socket;
    private final ServerSocketChannel server;
    private final Thread thread;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    private ScriptedPeer(Path socket, Script script) throws IOException {
        this.socket = socket;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        this.thread = Thread.ofVirtual().start(() -> serve(script));
    }

    static ScriptedPeer in(Path folder, Script script) throws IOException {
        return at(folder.resolve("qmp"), script);
    }

    static ScriptedPeer at(Path socket, Script script) throws IOException {
        return new ScriptedPeer(socket, script);
    }

    Path socket() {
        return socket;
    }

    /** Every byte that any client sent so far. */
    String received() {
        synchronized (received) {
            return received.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private void serve(Script script) {
        while (server.isOpen()) {
            try (var channel = server.accept()) {
                script.play(new Client(channel));
            } catch (IOException | InterruptedException _) { // the client left in the middle: the next one, please
            }
        }
    }

    /** Takes no further client; returns when the one being served has been played to the end and closed. */
    void closeAfterScript() throws IOException, InterruptedException {
        server.close();
        thread.join();
    }

    @Override
    public void close() throws IOException {
        server.close();
        thread.interrupt();
    }

    final class Client {
        private final SocketChannel channel;
        private final ByteBuffer unread = ByteBuffer.allocate(4096).limit(0);

        Client(SocketChannel channel) {
            this.channel = channel;
        }

        void say(String text) throws IOException {
            say(text.getBytes(StandardCharsets.UTF_8));
        }

        void say(byte[] bytes) throws IOException {
            var buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }

        void greetAndNegotiate() throws IOException {
            say(GREETING);
            answer(hear(), "{}");
        }

        void answer(String command, String value) throws IOException {
            say("{\"return\": " + value + ", \"id\": \"" + id(command) + "\"}\r\n");
        }

        /** The next line of the client. */
        String hear() throws IOException {
            var line = new StringBuilder();
            for (int next = read(); next != '\n'; next = read()) {
                line.append((char) next);
            }
            return line.toString();
        }

        /** Reads on until the client leaves. */
        void stay() throws IOException {
            while (true) {
                read();
            }
        }

        private int read() throws IOException {
            if (!unread.hasRemaining()) {
                unread.clear();
                int count = channel.read(unread);
                unread.flip();
                if (count < 0) {
                    throw new EOFException("the client left");
                }
                synchronized (received) {
                    received.write(unread.array(), 0, count);
                }
            }
            return unread.get() & 0xff;
        }
    }

    static String id(String command) {
        int end = command.lastIndexOf('"');
        return command.substring(command.lastIndexOf('"', end - 1) + 1, end);
    }
}
