package io.reseal.daemon.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/** One connection to an admin socket; what waits for the other side ends at a deadline. For one thread. */
final class AdminConnection extends InputStream {
    /** EAGAIN, for which the JDK has no exception of its own; the launcher sets a locale in which it reads so. */
    private static final String QUEUE_FULL = "Resource temporarily unavailable";

    private static final int BUFFER = 64 << 10;
    private static final long MOMENT_MILLIS = 20;
    private static final long NANOS_IN_MILLI = 1_000_000;
    private static final long WITHOUT_END = Long.MAX_VALUE;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).flip();
    private long start = System.nanoTime();
    private long patience = WITHOUT_END;

    /** The queue of connections that the other side has not taken yet stays full. */
    static final class BusyException extends IOException {}

    private AdminConnection(SocketChannel channel, Selector selector) throws IOException {
        this.channel = channel;
        this.selector = selector;
        this.key = channel.register(selector, SelectionKey.OP_READ);
    }

    /** Connects; as long as the queue of the other side is full, it tries again for {@code patience}. */
    static AdminConnection open(Path socket, Duration patience) throws IOException {
        var address = UnixDomainSocketAddress.of(socket);
        long begin = System.nanoTime();
        while (true) {
            var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.configureBlocking(false);
                // a Unix socket connects at once or never: there is no state between
                if (channel.connect(address)) {
                    return new AdminConnection(channel, Selector.open());
                }
                channel.close();
            } catch (IOException | RuntimeException failed) {
                channel.close();
                if (!QUEUE_FULL.equals(failed.getMessage())) {
                    throw failed;
                }
            }
            if (System.nanoTime() - begin > patience.toNanos()) {
                throw new BusyException();
            }
            pause();
        }
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(MOMENT_MILLIS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    /** From now on, for all that is sent and read. */
    void waitAtMost(Duration time) {
        start = System.nanoTime();
        patience = time.toNanos();
    }

    void waitWithoutEnd() {
        patience = WITHOUT_END;
    }

    void send(byte[] bytes) throws IOException {
        var rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            if (channel.write(rest) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
    }

    @Override
    public int read() throws IOException {
        return fill() ? Byte.toUnsignedInt(buffer.get()) : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(bytes, offset, count);
        return count;
    }

    /** Whether there is something in the buffer, which may take until the other side sends it. */
    private boolean fill() throws IOException {
        while (!buffer.hasRemaining()) {
            buffer.clear();
            int count = channel.read(buffer);
            buffer.flip();
            if (count < 0) {
                return false;
            }
            if (count == 0) {
                await(SelectionKey.OP_READ);
            }
        }
        return true;
    }

    private void await(int operation) throws IOException {
        key.interestOps(operation);
        selector.selectedKeys().clear();
        if (patience == WITHOUT_END) {
            selector.select();
        } else {
            long left = patience - (System.nanoTime() - start);
            if (left <= 0) {
                throw new SocketTimeoutException();
            }
            selector.select(1 + left / NANOS_IN_MILLI);
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException();
        }
    }

    @Override
    public void close() {
        try (channel;
                selector) {
            buffer.clear().flip();
        } catch (IOException _) {
            // closed all the same
        }
    }
}
