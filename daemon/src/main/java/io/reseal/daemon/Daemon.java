package io.reseal.daemon;

import io.reseal.config.ResealConfig;
import io.reseal.daemon.discovery.Discovery;
import io.reseal.daemon.discovery.LibvirtDomains;
import io.reseal.daemon.feed.EventFeed;
import io.reseal.daemon.guest.GuestName;
import io.reseal.daemon.guest.LiveFleet;
import io.reseal.daemon.http.AdminSocket;
import io.reseal.daemon.http.HttpServer;
import io.reseal.daemon.http.Routes;
import io.reseal.daemon.metrics.Meters;
import io.reseal.policy.Reset;
import io.reseal.qmp.Heartbeat;
import io.reseal.qmp.QmpClient;
import io.reseal.qmp.QmpSettings;
import io.reseal.qmp.QmpTransport;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All parts of a running daemon, made and tied together here and nowhere else. Used by the main thread only. */
final class Daemon implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("reseal");
    private static final long STOP_SECONDS = 5;

    private final QmpTransport monitors = QmpTransport.create(1);
    private final QmpTransport clients = QmpTransport.create(1);
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final Meters meters;
    private final LiveFleet fleet;
    private final HttpServer http;
    private final Discovery discovery;
    private final Optional<LibvirtDomains> libvirt;
    private ResealConfig config;

    Daemon(ResealConfig config, String version) {
        this.config = config;
        var feed = new EventFeed(Clock.systemUTC());
        this.meters = new Meters(version);
        var parts = new LiveFleet.Parts(
                new QmpClient(monitors, settings(config.qmp())),
                monitors.eventLoops(),
                blocking,
                List.of(meters, feed),
                config.qmp().sample(),
                config.host().misc(),
                runId());
        this.fleet = new LiveFleet(parts, config.policy(), config.limits().concurrentResets());
        this.discovery = new Discovery(scope(config), new FleetFeeder(fleet));
        this.libvirt = libvirt(config.discovery());
        this.http = HttpServer.start(
                clients.eventLoops(),
                config.http().listen().map(listen -> new InetSocketAddress(listen.host(), listen.port())),
                new AdminSocket(config.http().adminSocket(), config.http().adminGroup()),
                new Routes(fleet, feed, meters::scrape, this::notReady));
    }

    private Optional<LibvirtDomains> libvirt(ResealConfig.Discovery settings) {
        return settings.libvirt().domains().isEmpty()
                ? Optional.empty()
                : Optional.of(new LibvirtDomains(settings.libvirt(), discovery, new FleetFeeder(fleet)));
    }

    private Optional<String> notReady() {
        return discovery.scanned() ? Optional.empty() : Optional.of("the first search for sockets is under way");
    }

    void start() {
        Locales.complaint().ifPresent(LOG::warn);
        named(config).forEach(fleet::watch);
        discovery.start();
        libvirt.ifPresent(LibvirtDomains::start);
        LOG.info(
                "ready: admin socket {}, TCP {}; what happened to guests before now is not known",
                http.adminSocket(),
                http.tcpAddress().map(Object::toString).orElse("off"));
    }

    /** Puts another configuration in force; connections of guests that are in both stay. */
    void reconfigure(ResealConfig changed) {
        new Changes(config, changed).needingRestart().forEach(LOG::warn);
        fleet.reconfigure(changed.policy(), changed.limits().concurrentResets());
        var scope = scope(changed);
        named(config)
                .filter(guest -> !named(changed).toList().contains(guest) && !scope.wouldFind(guest))
                .forEach(this::letGo);
        release(scope);
        named(changed).filter(guest -> !named(config).toList().contains(guest)).forEach(fleet::watch);
        config = changed;
        LOG.info("the configuration was reloaded");
    }

    private static Stream<GuestName> named(ResealConfig config) {
        return config.guests().stream().map(guest -> new GuestName(guest.name(), guest.qmp()));
    }

    private void letGo(GuestName guest) {
        fleet.forget(guest).join().ifPresent(Daemon::warnOfOpen);
    }

    /** A connection must be let go of before another guest may claim its socket: QEMU serves one client at a time. */
    private void release(Discovery.Scope scope) {
        try {
            discovery.look(scope).get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException unfinished) {
            LOG.warn("discovery is slow to take the new configuration: {}", unfinished.toString());
        }
    }

    private static void warnOfOpen(Reset reset) {
        LOG.warn("reset {} of guest {} stays open: nobody watches it any more", reset.id(), reset.guest());
    }

    private static Discovery.Scope scope(ResealConfig config) {
        return new Discovery.Scope(
                config.discovery().sockets(),
                config.guests(),
                config.discovery().libvirt().domains(),
                config.discovery().rescan());
    }

    private static QmpSettings settings(ResealConfig.Qmp qmp) {
        return QmpSettings.defaults()
                .withGreetingDeadline(qmp.greetingDeadline())
                .withQueryDeadline(qmp.queryDeadline())
                .withActionDeadline(qmp.resetDeadline())
                .withHeartbeat(new Heartbeat(
                        qmp.heartbeat(), qmp.heartbeat(), qmp.heartbeat().multipliedBy(12)));
    }

    /** Differs from one start to the next: reset ids are never given twice. */
    private static String runId() {
        return Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    }

    /** Stops in the reverse order of start; the last log lines name the resets that stay open. */
    @Override
    public void close() {
        LOG.info("stopping");
        http.close();
        discovery.close();
        libvirt.ifPresent(LibvirtDomains::close);
        openResets().forEach(Daemon::warnOfOpen);
        monitors.close();
        clients.close();
        libvirt.ifPresent(LibvirtDomains::leave);
        blocking.shutdown();
        meters.close();
        LOG.info("stopped");
    }

    private List<Reset> openResets() {
        try {
            return fleet.stop().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException unfinished) {
            LOG.warn("not every guest could be let go of: {}", unfinished.toString());
            return List.of();
        }
    }
}
