package io.reseal.daemon.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelMatchers;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.reseal.daemon.health.Load;
import io.reseal.daemon.http.Service.Terms;
import io.reseal.daemon.http.admission.Admission;
import io.reseal.daemon.http.admission.HostNames;
import io.reseal.daemon.http.message.Caller;
import io.reseal.daemon.http.routes.ApiServices;
import io.reseal.daemon.http.routes.Router;
import io.reseal.daemon.work.BlockingPool;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Listens on TCP and on the admin socket. Safe for any thread. */
public final class HttpServer implements AutoCloseable {
    private static final int BACKLOG = 1024;
    /** A flood of connections leaves the event loop to the others after so many. */
    private static final int MOST_ACCEPTED_AT_ONCE = 16;

    private static final int MOST_TCP_BODY = 4 << 10;
    private static final int MOST_ADMIN_BODY = 64 << 10;
    private static final int MOST_READ = 4 << 10;
    private static final int WORKERS = 2;
    private static final long CLOSE_SECONDS = 5;
    private static final long LAST_ANSWER_SECONDS = 1;
    private static final WriteBufferWaterMark UNSENT = new WriteBufferWaterMark(32 << 10, 64 << 10);

    private final EventLoopGroup loops;
    private final Transport transport;
    private final Settings settings;
    private final Load load;
    private final Timeouts timeouts;
    private final AdminListener admin;
    private final RequestDispatcher answers;
    private final BlockingPool workers = new BlockingPool("http", WORKERS, 0);
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private Optional<InetSocketAddress> tcp = Optional.empty();

    private HttpServer(EventLoopGroup loops, Settings settings, ApiServices routes, Timeouts timeouts) {
        this.loops = loops;
        this.transport = Transport.of(loops);
        this.settings = settings;
        this.load = routes.load();
        this.timeouts = timeouts;
        var file = new SocketFile(settings.admin());
        this.admin = new AdminListener(file, path -> bindAdmin(file, path));
        var router = new Router(routes, new Router.Admin(file.path(), admin::trouble), workers);
        this.answers = new RequestDispatcher(router, routes.feed(), timeouts);
    }

    /**
     * Starts to listen.
     *
     * @throws HttpServerException when it cannot listen there
     */
    public static HttpServer start(EventLoopGroup loops, Settings settings, ApiServices routes) {
        return start(loops, settings, routes, Timeouts.DEFAULT);
    }

    static HttpServer start(EventLoopGroup loops, Settings settings, ApiServices routes, Timeouts timeouts) {
        var server = new HttpServer(loops, settings, routes, timeouts);
        try {
            // the admin socket is there last: who finds it finds everything
            server.admin.claim();
            settings.tcp().ifPresent(server::listenTcp);
            server.admin.start();
        } catch (RuntimeException cannotListen) {
            server.close();
            throw cannotListen;
        }
        server.load.heartbeats().executor("HTTP rendering", server.workers);
        server.load.heartbeats().executor("admin socket", server.admin.thread());
        return server;
    }

    /** Where it listens on TCP, the port filled in. */
    public Optional<InetSocketAddress> tcpAddress() {
        return tcp;
    }

    /** Where it takes resets. */
    public Path adminSocket() {
        return settings.admin().path();
    }

    private ChannelFuture bindAdmin(SocketFile file, Path path) {
        var terms = new Terms(admission(HostNames.any()), channel -> transport.peer(channel, file), MOST_ADMIN_BODY);
        return bootstrap("the admin socket " + file.path(), terms)
                .channel(transport.unix())
                .bind(transport.address(path));
    }

    private void listenTcp(InetSocketAddress address) {
        var where = "http.listen " + address.getHostString() + ":" + address.getPort();
        var terms = new Terms(
                admission(HostNames.of(address, settings.hosts())),
                channel -> Caller.tcp((InetSocketAddress) channel.remoteAddress()),
                MOST_TCP_BODY);
        // not on Unix sockets: Netty 4.2.18 loses what is written to one of those whose client sends no more and reads
        // slowly
        var bootstrap =
                bootstrap(where, terms).channel(transport.tcp()).childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        transport.giveUpAfter(timeouts.send(), bootstrap);
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new HttpServerException(
                    where + " cannot be listened on: " + bound.cause().getMessage()
                            + ": set another http.listen, or free the port",
                    bound.cause());
        }
        channels.add(bound.channel());
        tcp = Optional.of((InetSocketAddress) bound.channel().localAddress());
    }

    private Admission admission(HostNames hosts) {
        return new Admission(settings.limits(), load, hosts);
    }

    private ServerBootstrap bootstrap(String where, Terms terms) {
        return new ServerBootstrap()
                .group(loops)
                .handler(new AcceptErrors(where))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new ServerChannelRecvByteBufAllocator().maxMessagesPerRead(MOST_ACCEPTED_AT_ONCE))
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNSENT)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MOST_READ))
                .childHandler(new Service(terms, answers, channels));
    }

    /**
     * Takes no more requests, gives those that wait a moment for the answers that are on their way, ends every connection and removes the
     * admin socket; the event loops go on.
     */
    @Override
    public void close() {
        admin.close();
        channels.close(ChannelMatchers.isServerChannel()).awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        channels.forEach(channel -> channel.pipeline().fireUserEventTriggered(Connection.Leaving.LAST_ANSWER));
        channels.newCloseFuture().awaitUninterruptibly(LAST_ANSWER_SECONDS, TimeUnit.SECONDS);
        channels.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        workers.close();
    }

    /**
     * Where it listens, and what clients may have.
     *
     * @param tcp where reads are served to the network, if at all; port 0 takes a free one
     * @param hosts further names that the TCP address has for clients
     */
    public record Settings(
            Optional<InetSocketAddress> tcp, AdminSocket admin, List<String> hosts, Admission.Limits limits) {
        public Settings {
            hosts = List.copyOf(hosts);
        }
    }

    /**
     * Where resets are taken.
     *
     * @param group who may connect besides root and the daemon's own user; the daemon's group when empty
     */
    public record AdminSocket(Path path, Optional<String> group) {}
}
