package io.reseal.daemon.http;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.ServerChannel;
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
                    Optional.of("the kernel does not tell who connected to " + file.path() + ": connect again"));
        }
    }

    private static Caller byNumbers(EpollDomainSocketChannel channel, SocketFile file) throws IOException {
        var peer = channel.peerCredentials();
        var gid = peer.gids().length == 0 ? "" : " gid " + peer.gids()[0];
        var text = "uid " + peer.uid() + gid + " pid " + peer.pid();
        return judged(text, peer.uid() == 0 || peer.uid() == file.ownerId(), file);
    }

    private static Caller byNames(Channel channel, SocketFile file) throws IOException {
        var peer = channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
        if (peer == null) {
            throw new IOException("no credentials");
        }
        var user = peer.user().getName();
        var text = "user " + user + " group " + peer.group().getName();
        return judged(text, user.equals("root") || user.equals(file.owner()), file);
    }

    private static Caller judged(String text, boolean trusted, SocketFile file) {
        return trusted || file.openToOthers()
                ? new Caller(true, text, Optional.empty())
                : new Caller(
                        true,
                        text,
                        Optional.of(text + " may not use " + file.path()
                                + ": be root, the daemon's user, or a member of the socket's group"));
    }
}
