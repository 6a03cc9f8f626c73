package io.reseal.daemon.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.reseal.daemon.http.message.Caller;
import io.reseal.qmp.SocketPath;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;

/** The kinds of socket that go with an event loop. Safe for any thread. */
record Transport(boolean epoll) {
    static Transport of(EventLoopGroup loops) {
        return new Transport(loops instanceof IoEventLoopGroup io && io.isIoType(EpollIoHandler.class));
    }

    Class<? extends ServerChannel> tcp() {
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    Class<? extends ServerChannel> unix() {
        return epoll ? EpollServerDomainSocketChannel.class : NioServerDomainSocketChannel.class;
    }

    /** Has the kernel end connections whose client acknowledges nothing for so long, where the transport can say so. */
    void giveUpAfter(Duration limit, ServerBootstrap server) {
        if (epoll) {
            server.childOption(EpollChannelOption.TCP_USER_TIMEOUT, Math.toIntExact(limit.toMillis()));
        }
    }

    SocketAddress address(Path socket) {
        return epoll
                ? new DomainSocketAddress(SocketPath.utf8(socket).orElseGet(socket::toString))
                : UnixDomainSocketAddress.of(socket);
    }

    /** Who connected to the admin socket, and whether it is let in. */
    Caller peer(Channel channel, SocketFile file) {
        try {
            return channel instanceof EpollDomainSocketChannel unix ? byNumbers(unix, file) : byNames(channel, file);
        } catch (IOException unknown) {
            return new Caller(
                    true,
                    "unknown",
                    "unknown",
                    Optional.of("the kernel does not tell who connected to " + file.path() + ": connect again"));
        }
    }

    private static Caller byNumbers(EpollDomainSocketChannel channel, SocketFile file) throws IOException {
        var peer = channel.peerCredentials();
        var gid = peer.gids().length == 0 ? "" : " gid " + peer.gids()[0];
        var text = "uid " + peer.uid() + gid + " pid " + peer.pid();
        // programs that run as root are as different as users are
        var client = peer.uid() == 0 ? "pid " + peer.pid() : "uid " + peer.uid();
        return judged(
                new Caller(true, client, text, Optional.empty()),
                peer.uid() == 0 || peer.uid() == file.ownerId(),
                file);
    }

    private static Caller byNames(Channel channel, SocketFile file) throws IOException {
        var peer = channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
        if (peer == null) {
            throw new IOException("no credentials");
        }
        var user = peer.user().getName();
        var text = "user " + user + " group " + peer.group().getName();
        return judged(
                new Caller(true, "user " + user, text, Optional.empty()),
                user.equals("root") || user.equals(file.owner()),
                file);
    }

    private static Caller judged(Caller caller, boolean trusted, SocketFile file) {
        return trusted || file.openToOthers()
                ? caller
                : new Caller(
                        true,
                        caller.client(),
                        caller.text(),
                        Optional.of(caller.text() + " may not use " + file.path()
                                + ": be root, the daemon's user, or a member of the socket's group"));
    }
}
