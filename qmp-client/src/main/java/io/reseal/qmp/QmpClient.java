package io.reseal.qmp;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.reseal.qmp.QmpException.ConnectFailed;
import io.reseal.qmp.QmpException.QueueFull;
import java.io.FileNotFoundException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Connects to QMP monitors on Unix sockets. Safe for any thread. */
public final class QmpClient {
    private static final int CONNECT_THREADS = 4;

    private final QmpTransport transport;
    private final QmpDialect dialect;
    private final PathThreads threads;

    /** A client whose connections all have these settings, and share what is known of builds of QEMU. */
    public QmpClient(QmpTransport transport, QmpSettings settings) {
        this(transport, settings, PathThreads.bounded(CONNECT_THREADS));
    }

    /** The same, which connects on those threads. */
    public QmpClient(QmpTransport transport, QmpSettings settings, PathThreads threads) {
        this.transport = transport;
        this.dialect = QmpDialect.of(settings);
        this.threads = threads;
    }

    /** Commands that every connection itself sends, past the gate. None of them changes a guest. */
    public static List<QmpCommand> ownCommands() {
        return OwnCommands.ALL;
    }

    /** Connects on any of the transport's event loops. */
    public CompletableFuture<QmpConnection> connect(Path socket, QmpListener listener) {
        return connect(socket, listener, transport.eventLoops().next());
    }

    /**
     * Connects and negotiates. The future completes on the event loop, or fails with a {@link QmpException}; cancelling
     * it closes what was opened. It waits for QEMU's greeting without limit: see {@link QmpListener#onUngreeted}.
     *
     * @param loop one of the transport's; a caller that reconnects can so stay on the same thread
     */
    public CompletableFuture<QmpConnection> connect(Path socket, QmpListener listener, EventLoop loop) {
        var result = new CompletableFuture<QmpConnection>();
        int pathBytes = SocketPath.bytes(socket).length;
        if (pathBytes > SocketPath.MOST_BYTES) {
            var came = "the path has " + pathBytes + " bytes and the kernel takes " + SocketPath.MOST_BYTES
                    + "; use a shorter path or a link";
            result.completeExceptionally(new ConnectFailed(socket, came, null));
            return result;
        }
        var connecting = threads.call(socket, () -> transport.connected(socket));
        var limit = dialect.settings().greetingDeadline();
        var alarm = loop.schedule(
                () -> result.completeExceptionally(new ConnectFailed(socket, hanging(limit), null)),
                limit.toNanos(),
                TimeUnit.NANOSECONDS);
        var adoption = new Adoption(socket, loop, new Handshake(socket, dialect, listener, result), result);
        connecting.whenComplete((channel, failure) -> {
            try {
                loop.execute(() -> {
                    alarm.cancel(false);
                    if (failure == null) {
                        adopt(channel, adoption);
                    } else {
                        result.completeExceptionally(failure(socket, cause(failure)));
                    }
                });
            } catch (RejectedExecutionException ended) {
                discard(channel);
            }
        });
        return result;
    }

    private static String hanging(Duration limit) {
        return "connecting has not come back for " + MessageText.of(limit)
                + ": the file system of its path does not answer";
    }

    private static Throwable cause(Throwable failure) {
        var cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    /** What is to become of a channel that was connected on another thread. */
    private record Adoption(
            Path socket, EventLoop loop, Handshake handshake, CompletableFuture<QmpConnection> result) {}

    /** On the event loop. What nobody waits for any more is closed. */
    private void adopt(Channel channel, Adoption adoption) {
        if (adoption.result().isDone()) {
            discard(channel);
            return;
        }
        // a write that fails must not throw away what QEMU said before it died: reading goes on to the end
        channel.config().setAutoClose(false);
        channel.config().setRecvByteBufAllocator(transport.receiving());
        channel.pipeline()
                .addLast("lines", dialect.decoder(transport.lines()))
                .addLast("handshake", adoption.handshake());
        adoption.loop().register(channel).addListener(registered -> {
            if (!registered.isSuccess()) {
                discard(channel);
                adoption.result().completeExceptionally(failure(adoption.socket(), registered.cause()));
            }
        });
    }

    private static void discard(@Nullable Channel channel) {
        if (channel != null) {
            channel.unsafe().closeForcibly();
        }
    }

    private static QmpException failure(Path socket, Throwable cause) {
        var text = String.valueOf(cause.getMessage());
        // QEMU listens with a backlog of one: with two clients waiting already, connect itself fails
        if (text.contains("Resource temporarily unavailable")) {
            return new QueueFull(socket);
        }
        return new ConnectFailed(socket, cure(cause, text), cause);
    }

    private static String cure(Throwable cause, String text) {
        if (cause instanceof FileNotFoundException || text.contains("No such file")) {
            return "there is no such file; start QEMU with -qmp unix:PATH,server=on,wait=off, or correct the path";
        }
        if (text.contains("Too many open files")) {
            return "this process has as many files open as it may; raise its limit (RLIMIT_NOFILE)";
        }
        if (text.contains("refused")) {
            return "the connection was refused; the QEMU that made this socket has ended, start it again";
        }
        if (text.contains("Permission denied")) {
            return "permission was denied; the user of this process needs write permission on the socket";
        }
        return "connecting failed: " + text;
    }
}
