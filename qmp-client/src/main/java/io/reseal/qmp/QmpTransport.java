package io.reseal.qmp;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/**
 * Event loops and the kind of socket: epoll where its native library loads, else NIO. Its threads are daemon threads.
 * Safe for any thread.
 */
public final class QmpTransport implements AutoCloseable {
    private static final long CLOSE_SECONDS = 5;

    private final boolean isNative;
    private final EventLoopGroup eventLoops;

    private QmpTransport(boolean isNative, int eventLoops, IoHandlerFactory handlers) {
        this.isNative = isNative;
        this.eventLoops = new MultiThreadIoEventLoopGroup(eventLoops, new DefaultThreadFactory("qmp", true), handlers);
    }

    /** Loads the native library, which takes longer than all else here: on another thread it costs no time. */
    public static void preload() {
        Epoll.isAvailable();
    }

    /** With so many event loops, each a thread; native where that can be loaded. */
    public static QmpTransport create(int eventLoops) {
        return Epoll.isAvailable() ? new QmpTransport(true, eventLoops, EpollIoHandler.newFactory()) : nio(eventLoops);
    }

    /** Without native code; the peer's pid is not known then. */
    public static QmpTransport nio(int eventLoops) {
        return new QmpTransport(false, eventLoops, NioIoHandler.newFactory());
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

    Channel newChannel() {
        return isNative ? new EpollDomainSocketChannel() : new NioDomainSocketChannel();
    }

    ServerChannel newServerChannel() {
        return isNative ? new EpollServerDomainSocketChannel() : new NioServerDomainSocketChannel();
    }

    ChannelFuture bind(ServerBootstrap bootstrap, Path socket) {
        return isNative
                ? bootstrap.bind(new DomainSocketAddress(SocketPath.text(socket)))
                : bootstrap.bind(UnixDomainSocketAddress.of(socket));
    }

    /** Connects to the bytes of the path; Netty's native transport takes text only, and encodes it in UTF-8. */
    ChannelFuture connect(Bootstrap bootstrap, Path socket) {
        if (!isNative) {
            return bootstrap.connect(UnixDomainSocketAddress.of(socket));
        }
        var text = SocketPath.utf8(socket);
        if (text.isPresent()) {
            return bootstrap.connect(new DomainSocketAddress(text.get()));
        }
        var handle = PathHandle.open(SocketPath.bytes(socket));
        return bootstrap.connect(new DomainSocketAddress(handle.path())).addListener(_ -> handle.close());
    }
}
