package io.reseal.daemon.http;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.reseal.daemon.feed.EventFeed;
import io.reseal.daemon.feed.FakeGuests;
import io.reseal.daemon.health.Load;
import io.reseal.daemon.http.HttpServer.AdminSocket;
import io.reseal.daemon.http.admission.Admission.Limits;
import io.reseal.daemon.http.routes.ApiServices;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A server on real sockets with a fleet that does as it is told. */
public final class ServedGuests implements AutoCloseable {
    static final Timeouts SHORT =
            new Timeouts(Duration.ofMillis(300), Duration.ofMillis(700), Duration.ofSeconds(2), Duration.ofMillis(200));

    /** What the daemon is said to be hindered by. */
    public volatile List<String> hindrances = List.of();

    /** What `/metrics` says. */
    volatile String metrics = "reseal_guests 0\n";

    public final EventFeed feed = new EventFeed(Clock.systemUTC());
    public final FakeGuests fleet = new FakeGuests(feed);
    final AtomicReference<Optional<String>> notReady = new AtomicReference<>(Optional.empty());
    final Load load = Load.unlimited();
    private final EventLoopGroup loops;
    private final HttpServer server;

    private ServedGuests(EventLoopGroup loops, Path socket, Timeouts timeouts, Limits limits) {
        this.loops = loops;
        var routes = new ApiServices(fleet, feed, () -> metrics, notReady::get, () -> hindrances, load);
        var settings = new HttpServer.Settings(
                Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                new AdminSocket(socket, Optional.empty()),
                List.of("reseal.example"),
                limits);
        try {
            this.server = HttpServer.start(loops, settings, routes, timeouts);
        } catch (HttpServerException cannotListen) {
            end(loops);
            throw cannotListen;
        }
    }

    public static ServedGuests on(Path socket) {
        return new ServedGuests(epoll(), socket, Timeouts.DEFAULT, Limits.DEFAULT);
    }

    static ServedGuests limited(Path socket, Limits limits) {
        return new ServedGuests(epoll(), socket, Timeouts.DEFAULT, limits);
    }

    static ServedGuests impatient(Path socket) {
        return new ServedGuests(epoll(), socket, SHORT, Limits.DEFAULT);
    }

    static ServedGuests withoutNativeCode(Path socket) {
        return new ServedGuests(
                new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()),
                socket,
                Timeouts.DEFAULT,
                Limits.DEFAULT);
    }

    private static EventLoopGroup epoll() {
        return new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    }

    InetSocketAddress tcp() {
        return server.tcpAddress().orElseThrow();
    }

    UnixDomainSocketAddress admin() {
        return UnixDomainSocketAddress.of(server.adminSocket());
    }

    @Override
    public void close() {
        server.close();
        end(loops);
    }

    private static void end(EventLoopGroup loops) {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2000);
    }
}
