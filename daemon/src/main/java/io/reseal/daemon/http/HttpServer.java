package io.reseal.daemon.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelMatchers;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.reseal.daemon.http.Deadlines.Timeouts;
import io.reseal.daemon.http.message.Caller;
import io.reseal.daemon.http.routes.ApiServices;
import io.reseal.daemon.http.routes.Router;
import io.reseal.daemon.work.BlockingPool;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Listens on TCP and on the admin socket. Safe for any thread. */
public final class HttpServer implements AutoCloseable {
    static final int MAX_LINE = 8 << 10;
    static final int MAX_HEADERS = 16 << 10;

    private static final int MAX_CONNECTIONS = 1024;
    private static final int MAX_CHUNK = 64 << 10;
    private static final int WORKERS = 2;
    private static final long CLOSE_SECONDS = 5;
    private static final long LAST_ANSWER_SECONDS = 1;
    private static final WriteBufferWaterMark BACKLOG = new WriteBufferWaterMark(32 << 10, 64 << 10);

    private final EventLoopGroup loops;
    private final Transport transport;
    private final SocketFile file;
    private final Timeouts timeouts;
    private final RequestDispatcher answers;
    private final BlockingPool workers = new BlockingPool("http", WORKERS, 0);
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private Optional<InetSocketAddress> tcp = Optional.empty();

    private HttpServer(EventLoopGroup loops, AdminSocket admin, ApiServices routes, Timeouts timeouts) {
        this.loops = loops;
        this.transport = Transport.of(loops);
        this.file = new SocketFile(admin);
        this.timeouts = timeouts;
        var router = new Router(routes, admin.path(), workers);
        this.answers = new RequestDispatcher(router, routes.feed(), timeouts);
    }

    /**
     * Starts to listen.
     *
     * @param tcp where reads are served to the network, if at all; port 0 takes a free one
     * @throws HttpServerException when it cannot listen there
     */
    public static HttpServer start(
            EventLoopGroup loops, Optional<InetSocketAddress> tcp, AdminSocket admin, ApiServices routes) {
        return start(new HttpServer(loops, admin, routes, Timeouts.DEFAULT), tcp);
    }

    static HttpServer start(HttpServer server, Optional<InetSocketAddress> tcp) {
        try {
            server.listenAdmin();
            tcp.ifPresent(server::listenTcp);
            return server;
        } catch (RuntimeException cannotListen) {
            server.close();
            throw cannotListen;
        }
    }

    static HttpServer withTimeouts(EventLoopGroup loops, AdminSocket admin, ApiServices routes, Timeouts timeouts) {
        return new HttpServer(loops, admin, routes, timeouts);
    }

    /** Where it listens on TCP, the port filled in. */
    public Optional<InetSocketAddress> tcpAddress() {
        return tcp;
    }

    /** Where it takes resets. */
    public Path adminSocket() {
        return file.path();
    }

    private void listenAdmin() {
        file.requireFree();
        var bound = bootstrap(transport.unix(), channel -> transport.peer(channel, file))
                .bind(transport.address(file.temporary()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw file.failed(bound.cause());
        }
        channels.add(bound.channel());
        file.publish();
    }

    private void listenTcp(InetSocketAddress address) {
        var bound = bootstrap(transport.tcp(), channel -> Caller.tcp(String.valueOf(channel.remoteAddress())))
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new HttpServerException(
                    "http.listen " + text(address) + " cannot be listened on: "
                            + bound.cause().getMessage() + ": set another http.listen, or free the port",
                    bound.cause());
        }
        channels.add(bound.channel());
        tcp = Optional.of((InetSocketAddress) bound.channel().localAddress());
    }

    private static String text(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }

    private ServerBootstrap bootstrap(Class<? extends ServerChannel> kind, Function<Channel, Caller> peers) {
        var limit = new ConnectionLimit(MAX_CONNECTIONS);
        return new ServerBootstrap()
                .group(loops)
                .channel(kind)
                .option(ChannelOption.SO_BACKLOG, MAX_CONNECTIONS)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, BACKLOG)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channels.add(channel);
                        if (limit.admit(channel)) {
                            serve(channel, peers.apply(channel));
                        }
                    }
                });
    }

    private void serve(Channel channel, Caller peer) {
        var deadlines = new Deadlines(timeouts);
        var limits = new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_LINE)
                .setMaxHeaderSize(MAX_HEADERS)
                .setMaxChunkSize(MAX_CHUNK);
        channel.pipeline()
                .addLast(deadlines)
                .addLast(new HttpServerCodec(limits))
                .addLast(new Aggregator())
                .addLast(new Connection(answers, deadlines, peer));
    }

    /**
     * Takes no more requests, gives those that wait a moment for the answers that are on their way, ends every connection and removes the
     * admin socket; the event loops go on.
     */
    @Override
    public void close() {
        file.remove();
        channels.close(ChannelMatchers.isServerChannel()).awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        channels.forEach(channel -> channel.pipeline().fireUserEventTriggered(Connection.Leaving.LAST_ANSWER));
        channels.newCloseFuture().awaitUninterruptibly(LAST_ANSWER_SECONDS, TimeUnit.SECONDS);
        channels.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        workers.close();
    }

    /**
     * Where resets are taken.
     *
     * @param group who may connect besides root and the daemon's own user; the daemon's group when empty
     */
    public record AdminSocket(Path path, Optional<String> group) {}
}
