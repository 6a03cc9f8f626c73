package io.reseal.qmp;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.reseal.qmp.QmpException.ConnectFailed;
import io.reseal.qmp.QmpException.QueueFull;
import java.io.FileNotFoundException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Connects to QMP monitors on Unix sockets. Safe for any thread. */
public final class QmpClient {
    private final QmpTransport transport;
    private final QmpDialect dialect;

    /** A client whose connections all have these settings, and share what is known of builds of QEMU. */
    public QmpClient(QmpTransport transport, QmpSettings settings) {
        this.transport = transport;
        this.dialect = QmpDialect.of(settings);
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
        transport
                .connect(bootstrap(loop, new Handshake(socket, dialect, listener, result)), socket)
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        result.completeExceptionally(failure(socket, connected.cause()));
                    }
                });
        return result;
    }

    private Bootstrap bootstrap(EventLoop loop, Handshake handshake) {
        return new Bootstrap()
                .group(loop)
                .channelFactory(transport::newChannel)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis())
                // a write that fails must not throw away what QEMU said before it died: reading goes on to the end
                .option(ChannelOption.AUTO_CLOSE, false)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast("lines", dialect.decoder()).addLast("handshake", handshake);
                    }
                });
    }

    private int connectMillis() {
        return Math.clamp(dialect.settings().greetingDeadline().toMillis(), 1, Integer.MAX_VALUE);
    }

    private static QmpException failure(Path socket, Throwable cause) {
        var text = String.valueOf(cause.getMessage());
        // QEMU listens with a backlog of one: with two clients waiting already, connect itself fails or hangs
        if (cause instanceof ConnectTimeoutException || text.contains("Resource temporarily unavailable")) {
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
