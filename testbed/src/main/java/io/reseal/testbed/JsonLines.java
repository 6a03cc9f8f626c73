package io.reseal.testbed;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One JSON object per line over a Unix socket, as QMP has it. One thread reads; any thread writes. */
public final class JsonLines {
    public static final JsonMapper JSON = JsonMapper.shared();

    private final SocketChannel channel;
    private final OutputStream copy;
    private final ByteBuffer input = ByteBuffer.allocate(16 << 10).flip();
    private final ReentrantLock writing = new ReentrantLock();

    public JsonLines(SocketChannel channel) {
        this(channel, OutputStream.nullOutputStream());
    }

    /** The same; all bytes that are read are written to {@code copy}, too. */
    public JsonLines(SocketChannel channel, OutputStream copy) {
        this.channel = channel;
        this.copy = copy;
    }

    /** The next line without its end and without blanks around it, or empty at the end of the stream. */
    public Optional<String> readLine() throws IOException {
        return readBytes().map(line -> new String(line, StandardCharsets.UTF_8).strip());
    }

    /** The next line without its end, or empty at the end of the stream. */
    public Optional<byte[]> readBytes() throws IOException {
        var line = new ByteArrayOutputStream();
        while (true) {
            if (!input.hasRemaining() && !fill()) {
                return Optional.empty();
            }
            byte next = input.get();
            if (next == '\n') {
                return Optional.of(line.toByteArray());
            }
            line.write(next);
        }
    }

    private boolean fill() throws IOException {
        input.clear();
        int count = channel.read(input);
        input.flip();
        copy.write(input.array(), 0, input.limit());
        return count > 0;
    }

    /** QEMU ends its lines with CR LF. */
    public void write(JsonNode message) throws IOException {
        write((message + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    public void write(byte[] bytes) throws IOException {
        write(bytes, bytes.length);
    }

    /** Writes in pieces of at most this size; nothing else comes between the pieces. */
    public void write(byte[] bytes, int pieceBytes) throws IOException {
        writing.lock();
        try {
            for (int from = 0; from < bytes.length; from += pieceBytes) {
                var piece = ByteBuffer.wrap(bytes, from, Math.min(pieceBytes, bytes.length - from));
                while (piece.hasRemaining()) {
                    channel.write(piece);
                }
            }
        } finally {
            writing.unlock();
        }
    }
}
