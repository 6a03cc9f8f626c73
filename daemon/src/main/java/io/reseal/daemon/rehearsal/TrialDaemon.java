package io.reseal.daemon.rehearsal;

import io.reseal.daemon.feed.EventFeed;
import io.reseal.daemon.files.OwnPaths;
import io.reseal.daemon.guest.GuestManager;
import io.reseal.daemon.guest.Monitors;
import io.reseal.daemon.health.Load;
import io.reseal.daemon.http.HttpServer;
import io.reseal.daemon.http.admission.Admission;
import io.reseal.daemon.http.routes.ApiServices;
import io.reseal.daemon.log.Logging;
import io.reseal.daemon.metrics.Meters;
import io.reseal.daemon.qmp.QemuEvents;
import io.reseal.daemon.status.GuestListener;
import io.reseal.daemon.status.GuestName;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.daemon.work.Pools;
import io.reseal.daemon.work.ThreadPriority;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.ResetPolicy;
import io.reseal.qmp.QmpClient;
import io.reseal.qmp.QmpSettings;
import io.reseal.qmp.QmpTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The parts of a daemon, with guests that do not exist and sockets of its own in a folder that is removed with it. Its metrics, its feed and
 * its log lines are thrown away. Safe for any thread.
 */
final class TrialDaemon implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 5;
    /** On a host whose processors are all busy its threads, of the lowest priority, get little. */
    private static final long ATTACH_SECONDS = 60;

    private static final Proof PROOF = new Proof(Level.RUNNING, Duration.ofSeconds(10), Duration.ofMillis(1));
    private static final ResetPolicy POLICY = new ResetPolicy(ResetPolicy.Terms.of(PROOF), List.of());
    private static final Map<String, TrialQemu.Guest> GUESTS =
            Map.of("plain", TrialQemu.Guest.PLAIN, "snp", TrialQemu.Guest.SEV_SNP);

    private static final String FOLDERS = "reseal-rehearsal";

    private final Path folder;
    private final QmpTransport transport = QmpTransport.create(1, Logging.REHEARSAL_THREADS);
    private final Load load = Load.unlimited();
    private final Meters meters = new Meters("trial", load);
    private final EventFeed feed = new EventFeed(Clock.systemUTC());
    private final CountDownLatch watched = new CountDownLatch(GUESTS.size());
    private final List<TrialQemu> qemus = new ArrayList<>();
    private final GuestManager guests;
    private Optional<HttpServer> http = Optional.empty();

    private TrialDaemon(Path folder, Pools pools) {
        this.folder = folder;
        var settings = QmpSettings.defaults().withEvents(QemuEvents.CHOICE);
        this.guests = new GuestManager(
                new GuestManager.Parts(
                        Monitors.of(new QmpClient(transport, settings, new OwnPaths(pools.connects()))),
                        transport.eventLoops(),
                        pools,
                        List.of(meters, feed, new Arrivals()),
                        Duration.ofMinutes(1),
                        folder,
                        Logging.REHEARSAL_THREADS),
                POLICY,
                GUESTS.size());
    }

    /**
     * Starts one.
     *
     * @param pools the daemon's own
     * @throws IOException if it cannot be started; nothing of it is left then
     */
    static TrialDaemon start(Pools pools) throws IOException {
        var made = Files.createTempDirectory(FOLDERS);
        Leftovers.remove(made.resolveSibling(""), FOLDERS);
        var trial = new TrialDaemon(made, pools);
        try {
            trial.begin();
            return trial;
        } catch (IOException | RuntimeException failed) {
            trial.close();
            throw failed;
        }
    }

    private void begin() throws IOException {
        transport.eventLoops().forEach(loop -> loop.execute(ThreadPriority::lower));
        http = Optional.of(HttpServer.start(
                transport.eventLoops(),
                new HttpServer.Settings(
                        Optional.empty(),
                        new HttpServer.AdminSocket(adminSocket(), Optional.empty()),
                        List.of(),
                        Admission.Limits.DEFAULT),
                new ApiServices(guests, feed, meters::scrape, Optional::empty, List::of, load)));
        for (var guest : GUESTS.entrySet()) {
            var socket = folder.resolve(guest.getKey() + ".qmp");
            qemus.add(new TrialQemu(socket, guest.getValue()));
            guests.watch(new GuestName(guest.getKey(), socket));
        }
    }

    private final class Arrivals implements GuestListener {
        @Override
        public void guestChanged(GuestStatus guest) {
            if (guest.state() == GuestStatus.State.WATCHING) {
                watched.countDown();
            }
        }
    }

    void awaitGuests() throws IOException {
        try {
            if (!watched.await(ATTACH_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the trial guests are not watched after " + ATTACH_SECONDS + " s");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        }
    }

    Set<String> guestNames() {
        return GUESTS.keySet();
    }

    Path adminSocket() {
        return folder.resolve("admin.sock");
    }

    @Override
    public void close() {
        guests.stop()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .exceptionally(_ -> null)
                .join();
        http.ifPresent(HttpServer::close);
        transport.close();
        meters.close();
        qemus.forEach(TrialQemu::close);
        remove();
    }

    /** The socket of HTTP is gone by then, and each QEMU took its own away. */
    private void remove() {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException left) {
            throw new UncheckedIOException(left);
        }
    }
}
