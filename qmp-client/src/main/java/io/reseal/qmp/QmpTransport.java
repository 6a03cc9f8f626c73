package io.reseal.qmp;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/**
 * Event loops and the kind of socket: epoll where its native library loads, else NIO. Its threads are daemon threads.
 * Safe for any thread.
 */
public final class QmpTransport implements AutoCloseable {
    /**
     * Of one read. Each connection that has something to say gets one read in a turn of its event loop, so that one that never stops takes no
     * more of it than any other: some 50 events.
     */
    static final int RECEIVE_BYTES = 8 << 10;

    private static final long CLOSE_SECONDS = 5;
    private static final String THREADS = "qmp";

    private final boolean isNative;
    private final EventLoopGroup eventLoops;
    private final LineBudget lines = new LineBudget();

    private QmpTransport(boolean isNative, EventLoopGroup eventLoops) {
        this.isNative = isNative;
        this.eventLoops = eventLoops;
    }

    /** Loads the native library, which takes longer than all else here: on another thread it costs no time. */
    public static void preload() {
        // of no descriptor: the first call takes some hundredths of a second
        Kernel.isReadable(-1);
        Epoll.isAvailable();
    }

    /** With so many event loops, each a thread; native where that can be loaded. */
    public static QmpTransport create(int eventLoops) {
        return create(eventLoops, THREADS);
    }

    /** The same; the names of its threads begin with {@code threads}. */
    public static QmpTransport create(int eventLoops, String threads) {
        return Epoll.isAvailable()
                ? new QmpTransport(true, group(eventLoops, threads, EpollIoHandler.newFactory()))
                : new QmpTransport(false, group(eventLoops, threads, NioIoHandler.newFactory()));
    }

    /** Without native code; the peer's pid is not known then. */
    public static QmpTransport nio(int eventLoops) {
        return new QmpTransport(false, group(eventLoops, THREADS, NioIoHandler.newFactory()));
    }

    private static EventLoopGroup group(int eventLoops, String threads, IoHandlerFactory handlers) {
        return new MultiThreadIoEventLoopGroup(eventLoops, new DefaultThreadFactory(threads, true), handlers);
    }

    /** Whether it uses epoll, so that the peer of a connection is known. */
    public boolean isNative() {
        return isNative;
    }

    /** The event loops, to connect on one of them or to schedule work. */
    public EventLoopGroup eventLoops() {
        return eventLoops;
    }

    /** Ends the event loops and every connection on them; waits for that unless called on one of them. */
    @Override
    public void close() {
        var closed = eventLoops.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
        if (StreamSupport.stream(eventLoops.spliterator(), false).noneMatch(EventExecutor::inEventLoop)) {
            closed.awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** What unfinished lines hold on all connections of clients and servers over this transport. */
    LineBudget lines() {
        return lines;
    }

    /** The buffer is the allocator's again when it has been read: an idle connection has none. */
    RecvByteBufAllocator receiving() {
        return new FixedRecvByteBufAllocator(RECEIVE_BYTES).maxMessagesPerRead(1);
    }

    ServerChannel newServerChannel() {
        return isNative ? new EpollServerDomainSocketChannel() : new NioServerDomainSocketChannel();
    }

    ChannelFuture bind(ServerBootstrap bootstrap, Path socket) {
        return isNative
                ? bootstrap.bind(new DomainSocketAddress(SocketPath.text(socket)))
                : bootstrap.bind(UnixDomainSocketAddress.of(socket));
    }

    /**
     * A channel that is connected, and not registered with an event loop yet. The kernel looks the path up, so this blocks where the file
     * system of the path does.
     */
    Channel connected(Path socket) throws IOException {
        return isNative ? epoll(socket) : nio(socket);
    }

    /** Netty's native transport takes text only, and encodes it in UTF-8. */
    private static Channel epoll(Path socket) throws IOException {
        var made = Socket.newSocketDomain();
        try {
            var text = SocketPath.utf8(socket);
            if (text.isPresent()) {
                made.connect(new DomainSocketAddress(text.get()));
            } else {
                try (var handle = PathHandle.open(SocketPath.bytes(socket))) {
                    made.connect(new DomainSocketAddress(handle.path()));
                }
            }
            return new EpollDomainSocketChannel(made.intValue(), true);
        } catch (IOException | RuntimeException refused) {
            made.close();
            throw refused;
        }
    }

    private static Channel nio(Path socket) throws IOException {
        var made = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            made.configureBlocking(false); // a connect to a server whose backlog is full would block without a bound
            made.connect(UnixDomainSocketAddress.of(socket));
            return new NioDomainSocketChannel(made);
        } catch (IOException | RuntimeException refused) {
            made.close();
            throw refused;
        }
    }
}
