package io.reseal.qmp;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.reseal.qmp.ListeningSocket.Obstacle;
import io.reseal.qmp.QmpException.ConnectFailed;
import io.reseal.qmp.QmpException.ListenFailed;
import io.reseal.qmp.QmpException.ProtocolBroken;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Accepts QEMUs that dial in: those with {@code -chardev socket,id=ID,path=SOCKET,server=off,reconnect-ms=1000 -mon
 * chardev=ID,mode=control}. Each is negotiated with as {@link QmpClient} does. QEMU reconnects, so a
 * connection that ends is followed by the next one. Safe for any thread.
 */
public final class QmpServer implements AutoCloseable {
    /** Of connections that are not negotiated yet: a QEMU is done within milliseconds. */
    private static final int MOST_STRANGERS = 256;

    private final QmpTransport transport;
    private final QmpDialect dialect;
    private final ListeningSocket file;
    private final Function<CompletableFuture<QmpConnection>, QmpListener> reception;
    private final AtomicInteger strangers = new AtomicInteger();
    private final Channel channel;

    private QmpServer(
            QmpTransport transport,
            QmpSettings settings,
            ListeningSocket file,
            Function<CompletableFuture<QmpConnection>, QmpListener> reception) {
        this.transport = transport;
        this.dialect = QmpDialect.of(settings);
        this.file = file;
        this.reception = reception;
        try {
            file.requireFree();
        } catch (Obstacle obstacle) {
            file.remove();
            throw failed(file.path(), obstacle);
        }
        var bound = transport.bind(bootstrap(), file.temporary()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            file.remove();
            throw refused(file.path(), bound.cause());
        }
        this.channel = bound.channel();
    }

    /**
     * Listens on a Unix socket, which only owner and group may connect to (mode 0660). Blocks for a moment: not for an event loop.
     *
     * @param reception called for each connection, on its event loop: with the future of it, which completes or fails as that of {@link
     *     QmpClient#connect}, and returns who hears of its events. A connection that is not greeted in time fails.
     * @throws ListenFailed if somebody listens there, or the file cannot be made; a file that nobody listens on is replaced
     */
    public static QmpServer listen(
            QmpTransport transport,
            QmpSettings settings,
            Path socket,
            Function<CompletableFuture<QmpConnection>, QmpListener> reception) {
        var server = new QmpServer(transport, settings, new ListeningSocket(socket), reception);
        try {
            server.file.publish(Optional.empty());
        } catch (Obstacle obstacle) {
            server.close();
            throw failed(socket, obstacle);
        }
        return server;
    }

    private static ListenFailed failed(Path path, Obstacle obstacle) {
        return switch (obstacle.kind()) {
            case PATH_TOO_LONG ->
                new ListenFailed(path, "its folder's path is too long for a socket: choose a shorter one", null);
            case NOT_A_SOCKET ->
                new ListenFailed(
                        path, "it is something else than a socket: move it away, or choose another path", null);
            case IN_USE ->
                new ListenFailed(
                        path,
                        "another process" + obstacle.holder() + " listens there: stop it, or choose another path",
                        null);
            case NO_SUCH_GROUP, REFUSED ->
                refused(path, Optional.ofNullable(obstacle.getCause()).orElse(obstacle));
        };
    }

    private static ListenFailed refused(Path path, Throwable cause) {
        var folder = path.getParent();
        var came = folder != null && !Files.isDirectory(folder)
                ? "its folder does not exist: create it, writable for this user"
                : "it cannot be made: " + cause.getMessage()
                        + ": let this user write to its folder, or choose another path";
        return new ListenFailed(path, came, cause);
    }

    /** Where it listens. */
    public Path socket() {
        return file.path();
    }

    /** Accepts no more, and removes the file. Connections stay. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        file.remove();
    }

    private ServerBootstrap bootstrap() {
        return new ServerBootstrap()
                .group(transport.eventLoops())
                .handler(new AcceptPause(this::notAccepted))
                .channelFactory(transport::newServerChannel)
                .childOption(ChannelOption.AUTO_CLOSE, false) // as for those that the client makes
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, transport.receiving())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        accept(accepted);
                    }
                });
    }

    private void notAccepted(Throwable failure) {
        var came = String.valueOf(failure.getMessage()).contains("Too many open files")
                ? "one could not be accepted: this process has as many files open as it may; raise its limit (RLIMIT_NOFILE)"
                : "one could not be accepted: " + failure.getMessage();
        var _ = reception.apply(CompletableFuture.failedFuture(new ConnectFailed(file.path(), came, failure)));
    }

    private void accept(Channel accepted) {
        if (strangers.incrementAndGet() > MOST_STRANGERS) {
            strangers.decrementAndGet();
            accepted.close();
            return;
        }
        var result = new CompletableFuture<QmpConnection>();
        result.whenComplete((_, _) -> strangers.decrementAndGet());
        var listener = reception.apply(result);
        accepted.pipeline()
                .addLast("lines", dialect.decoder(transport.lines()))
                .addLast("handshake", new Handshake(file.path(), dialect, listener, result));
        var limit = dialect.settings().greetingDeadline();
        var alarm = accepted.eventLoop()
                .schedule(
                        () -> result.completeExceptionally(new ProtocolBroken(
                                file.path(), "a greeting within " + MessageText.of(limit), "nothing came that is one")),
                        limit.toNanos(),
                        TimeUnit.NANOSECONDS);
        result.whenComplete((_, _) -> alarm.cancel(false));
    }
}
