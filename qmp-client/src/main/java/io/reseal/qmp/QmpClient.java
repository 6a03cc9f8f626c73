package io.reseal.qmp;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.reseal.qmp.QmpException.ConnectFailed;
import io.reseal.qmp.QmpException.MonitorOccupied;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** Connects to QMP monitors on Unix sockets. Safe for any thread. */
public final class QmpClient {
    /** The kernel's limit (sun_path has 108 bytes with the final zero). */
    private static final int MAX_PATH_BYTES = 107;

    private final QmpTransport transport;
    private final QmpSettings settings;
    private final MessageReader messages;

    public QmpClient(QmpTransport transport, QmpSettings settings) {
        this.transport = transport;
        this.settings = settings;
        this.messages = new MessageReader(settings.maxLineBytes(), settings.maxDepth());
    }

    /** Connects on any of the transport's event loops. */
    public CompletableFuture<QmpConnection> connect(Path socket, QmpListener listener) {
        return connect(socket, listener, transport.eventLoops().next());
    }

    /**
     * Connects and negotiates. The future completes on the event loop, or fails with a {@link QmpException}; cancelling
     * it closes what was opened.
     *
     * @param loop one of the transport's; a caller that reconnects can so stay on the same thread
     */
    public CompletableFuture<QmpConnection> connect(Path socket, QmpListener listener, EventLoop loop) {
        var result = new CompletableFuture<QmpConnection>();
        int pathBytes = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (pathBytes > MAX_PATH_BYTES) {
            var came = "the path has " + pathBytes + " bytes and the kernel takes " + MAX_PATH_BYTES
                    + "; use a shorter path or a link";
            result.completeExceptionally(new ConnectFailed(socket, came, null));
            return result;
        }
        bootstrap(loop, new Handshake(socket, settings, listener, result))
                .connect(transport.address(socket))
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
                        channel.pipeline()
                                .addLast("lines", new LineDecoder(messages, settings.maxLineBytes()))
                                .addLast("handshake", handshake);
                    }
                });
    }

    private int connectMillis() {
        return Math.clamp(settings.greetingDeadline().toMillis(), 1, Integer.MAX_VALUE);
    }

    private static QmpException failure(Path socket, Throwable cause) {
        var text = String.valueOf(cause.getMessage());
        // QEMU listens with a backlog of one: with more clients waiting already, connect itself fails or hangs
        if (cause instanceof ConnectTimeoutException || text.contains("Resource temporarily unavailable")) {
            return new MonitorOccupied(socket, "the queue of waiting clients is full");
        }
        return new ConnectFailed(socket, text, cause);
    }
}
