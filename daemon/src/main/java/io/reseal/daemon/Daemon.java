package io.reseal.daemon;

import io.reseal.config.ResealConfig;
import io.reseal.daemon.discovery.DialIn;
import io.reseal.daemon.discovery.Discovery;
import io.reseal.daemon.discovery.ScopeChange;
import io.reseal.daemon.discovery.SocketLooks;
import io.reseal.daemon.discovery.libvirt.LibvirtDomains;
import io.reseal.daemon.feed.EventFeed;
import io.reseal.daemon.files.OwnPaths;
import io.reseal.daemon.guest.GuestManager;
import io.reseal.daemon.guest.LimitedMonitors;
import io.reseal.daemon.guest.Monitors;
import io.reseal.daemon.health.Descriptors;
import io.reseal.daemon.health.Heartbeats;
import io.reseal.daemon.health.HttpCounts;
import io.reseal.daemon.health.Load;
import io.reseal.daemon.http.HttpServer;
import io.reseal.daemon.http.HttpServer.AdminSocket;
import io.reseal.daemon.http.admission.Admission;
import io.reseal.daemon.http.routes.ApiServices;
import io.reseal.daemon.metrics.Meters;
import io.reseal.daemon.qmp.QemuEvents;
import io.reseal.daemon.rehearsal.Rehearsal;
import io.reseal.daemon.status.GuestName;
import io.reseal.daemon.status.Hindrances;
import io.reseal.daemon.work.Pools;
import io.reseal.daemon.work.ThreadPriority;
import io.reseal.qmp.Heartbeat;
import io.reseal.qmp.QmpClient;
import io.reseal.qmp.QmpSettings;
import io.reseal.qmp.QmpTransport;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All parts of a running daemon, made and tied together here and nowhere else. Used by the main thread only. */
public final class Daemon implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("reseal");
    private static final long STOP_SECONDS = 5;
    /** Of a launch digest of a large file; what hangs in a pool is passed over much sooner. */
    private static final Duration LONGEST_LOOK = Duration.ofMinutes(1);

    private static final Duration LONGEST_SCAN = Duration.ofSeconds(60);

    private final QmpTransport monitors = QmpTransport.create(1);
    private final QmpTransport clients = QmpTransport.create(1);
    private final Pools pools = new Pools();
    private final Rehearsal rehearsal = new Rehearsal(pools);
    private final Load load = new Load(Descriptors.ofThisProcess(), new HttpCounts(), new Heartbeats());
    private final Meters meters;
    private final GuestManager guests;
    private final HttpServer http;
    private final Discovery discovery;
    private final Optional<LibvirtDomains> libvirt;
    private final DialIn dialIn;
    private final Hindrances hindrances = new Hindrances();
    private final SocketLooks looks = new SocketLooks(pools.discovery());
    private volatile ResealConfig config;

    public Daemon(ResealConfig config, String version) {
        this.config = config;
        var feed = new EventFeed(Clock.systemUTC());
        this.meters = new Meters(version, load);
        meters.watch(pools.all());
        meters.watch(hindrances);
        var settings = settings(config.qmp());
        var client = Monitors.of(new QmpClient(monitors, settings, new OwnPaths(pools.connects())));
        var parts = new GuestManager.Parts(
                new LimitedMonitors(
                        (guest, listener, loop) -> monitors(guest, client).connect(guest, listener, loop),
                        load.descriptors()),
                monitors.eventLoops(),
                pools,
                List.of(meters, feed),
                config.qmp().sample(),
                config.host().misc(),
                runId());
        this.guests = new GuestManager(parts, config.policy(), config.limits().concurrentResets());
        this.discovery = new Discovery(
                scope(config),
                feeder(),
                new Discovery.Parts(looks, hindrances, load.heartbeats().work("discovery", LONGEST_SCAN)));
        this.dialIn = new DialIn(discovery, feeder());
        this.libvirt = libvirt(config.discovery());
        this.http = HttpServer.start(
                clients.eventLoops(),
                settings(config.http()),
                new ApiServices(guests, feed, meters::scrape, this::notReady, this::hindrances, load));
    }

    private static HttpServer.Settings settings(ResealConfig.Http http) {
        var limits = http.limits();
        return new HttpServer.Settings(
                http.listen().map(listen -> new InetSocketAddress(listen.host(), listen.port())),
                new AdminSocket(http.adminSocket(), http.adminGroup()),
                http.hosts(),
                new Admission.Limits(limits.connections(), limits.streams(), limits.requests()));
    }

    private List<String> hindrances() {
        return Stream.concat(hindrances.now().stream(), load.descriptors().shortageNow().stream())
                .toList();
    }

    private void watchTurns() {
        monitors.eventLoops().forEach(loop -> load.heartbeats().executor("monitor event loop", loop));
        clients.eventLoops().forEach(loop -> load.heartbeats().executor("client event loop", loop));
        pools.all().forEach(pool -> load.heartbeats().executor("pool " + pool.name(), pool, LONGEST_LOOK));
        load.heartbeats().executor("dial-in", dialIn.thread());
        load.heartbeats().start();
    }

    private GuestFeeder feeder() {
        return new GuestFeeder(
                guests, () -> config.limits().guests() + config.guests().size());
    }

    private Monitors monitors(GuestName guest, Monitors client) {
        return dialIn.has(guest) ? dialIn : client;
    }

    private Optional<LibvirtDomains> libvirt(ResealConfig.Discovery settings) {
        return settings.libvirt().domains().isEmpty()
                ? Optional.empty()
                : Optional.of(new LibvirtDomains(settings.libvirt(), discovery, feeder()));
    }

    private Optional<String> notReady() {
        return discovery.scanned() ? Optional.empty() : Optional.of("the first search for sockets is under way");
    }

    public void start() {
        Locales.complaint().ifPresent(LOG::warn);
        monitors.eventLoops().forEach(loop -> loop.execute(Daemon::hurry));
        // first of all, as it may not be possible: no guest is touched by a daemon that cannot start
        dialIn.listen(monitors, settings(config.qmp()), config.discovery().listen());
        named(config).forEach(guests::watch);
        watchTurns();
        discovery.start();
        libvirt.ifPresent(LibvirtDomains::start);
        LOG.info(
                "ready: admin socket {}, TCP {}; what happened to guests before now is not known",
                http.adminSocket(),
                http.tcpAddress().map(Object::toString).orElse("off"));
        // after ready, as nobody waits for it before the first scrape
        Thread.ofPlatform().name("warm-up").daemon().start(this::warmUp);
    }

    /** Puts another configuration in force; connections of guests that are in both stay. */
    public void reconfigure(ResealConfig changed) {
        new Changes(config, changed).needingRestart().forEach(LOG::warn);
        guests.reconfigure(changed.policy(), changed.limits().concurrentResets());
        var scope = scope(changed);
        await(guests.change(new ScopeChange(scope(config), scope, looks).of(guests.watched())), "letting go of guests");
        config = changed;
        await(discovery.look(scope), "looking for sockets");
        LOG.info("the configuration was reloaded");
    }

    private void warmUp() {
        meters.register();
        ThreadPriority.lower();
        if (load.descriptors().ample()) {
            rehearsal.run();
        } else {
            LOG.info("the limit of open files is low: resets are not rehearsed, so the first ones may take longer");
        }
    }

    private static void hurry() {
        if (!ThreadPriority.raise()) {
            LOG.info("no right to raise the priority of the thread that reads QEMU's monitors (CAP_SYS_NICE, or"
                    + " LimitNICE=-10 of systemd): on a host whose processors are all busy resets take longer");
        }
    }

    private static Stream<GuestName> named(ResealConfig config) {
        return config.guests().stream().map(guest -> new GuestName(guest.name(), guest.qmp()));
    }

    private static void await(Future<?> work, String what) {
        try {
            work.get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException unfinished) {
            LOG.warn("{} takes long: not waiting for it: {}", what, unfinished.toString());
        }
    }

    private static Discovery.Scope scope(ResealConfig config) {
        return new Discovery.Scope(
                config.discovery().sockets(),
                config.guests(),
                config.discovery().libvirt().domains(),
                config.discovery().rescan(),
                config.discovery().owners());
    }

    private static QmpSettings settings(ResealConfig.Qmp qmp) {
        return QmpSettings.defaults()
                .withGreetingDeadline(qmp.greetingDeadline())
                .withQueryDeadline(qmp.queryDeadline())
                .withActionDeadline(qmp.resetDeadline())
                .withEvents(QemuEvents.CHOICE)
                .withHeartbeat(new Heartbeat(
                        qmp.heartbeat(), qmp.heartbeat(), qmp.heartbeat().multipliedBy(12)));
    }

    /** Differs from one start to the next: reset ids are never given twice. */
    private static String runId() {
        return Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    }

    /**
     * Resets that are open are closed while those who wait for them are still served.
     *
     * @throws Shutdown.FailedException if a part failed; the others are closed by then
     */
    @Override
    public void close() {
        LOG.info("stopping");
        var shutdown = new Shutdown();
        shutdown.step("rehearsal", rehearsal::close);
        shutdown.step("heartbeats", load.heartbeats()::close);
        shutdown.step("discovery", discovery::close);
        shutdown.step("libvirt", () -> libvirt.ifPresent(LibvirtDomains::close));
        shutdown.step("dial-in sockets", dialIn::close);
        shutdown.step("guests", () -> await(guests.stop(), "letting go of guests"));
        shutdown.step("HTTP", http::close);
        shutdown.step("monitors", monitors::close);
        shutdown.step("clients", clients::close);
        shutdown.step("libvirt's monitors", () -> libvirt.ifPresent(LibvirtDomains::leave));
        shutdown.step("blocking work", pools::close);
        shutdown.step("meters", meters::close);
        LOG.info("stopped");
        shutdown.end();
    }
}
