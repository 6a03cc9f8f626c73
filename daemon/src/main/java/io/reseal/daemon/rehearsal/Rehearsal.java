package io.reseal.daemon.rehearsal;

import io.reseal.daemon.api.ResetDocument;
import io.reseal.daemon.cli.client.AdminClient;
import io.reseal.daemon.work.Pools;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resets of guests that do not exist, from the request of a client to the verdict that it reads: what they load and have compiled is not
 * loaded and compiled on the way of the first real reset. Nobody is told of them.
 */
public final class Rehearsal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("reseal");

    /** The JVM compiles a method after some tens of calls; see the flags of the launcher. */
    private static final int ROUNDS = 60;

    /** On a host whose processors are all busy its threads get little. */
    private static final Duration LONGEST = Duration.ofMinutes(3);

    private static final Duration WAIT = Duration.ofSeconds(5);
    private static final String REQUEST = """
            {"prove": "running", "within": "10s", "reason": "rehearsal"}""";

    private final Pools pools;
    private final Semaphore running = new Semaphore(1);
    private volatile boolean closed;
    private volatile @Nullable Thread runner;

    /** @param pools the daemon's own */
    public Rehearsal(Pools pools) {
        this.pools = pools;
    }

    /** Some seconds of a processor that nobody else wants. Without it the first resets take longer; nothing else is lost. */
    public void run() {
        running.acquireUninterruptibly();
        runner = Thread.currentThread();
        try {
            if (!closed) {
                rehearse();
            }
        } catch (IOException | RuntimeException failed) {
            if (!closed) {
                LOG.info("resets are not rehearsed, so the first ones may take longer: {}", failed.getMessage());
            }
        } finally {
            runner = null;
            running.release();
        }
    }

    private void rehearse() throws IOException {
        try (var trial = TrialDaemon.start(pools)) {
            trial.awaitGuests();
            rounds(trial);
        }
    }

    private void rounds(TrialDaemon trial) {
        var client = new AdminClient(trial.adminSocket());
        var deadline = System.nanoTime() + LONGEST.toNanos();
        for (int round = 0; round < ROUNDS && !closed && System.nanoTime() < deadline; round++) {
            trial.guestNames().forEach(guest -> once(client, guest));
        }
    }

    /** The reset as it was closed. */
    static ResetDocument once(AdminClient client, String guest) {
        var begun =
                client.post("/v1/guests/" + guest + "/resets", REQUEST, WAIT).require(ResetDocument.class);
        return client.get("/v1/resets/" + begun.id() + "?wait=5s", WAIT).require(ResetDocument.class);
    }

    /** Ends it, wherever it is. */
    @Override
    public void close() {
        closed = true;
        var thread = runner;
        if (thread != null) {
            thread.interrupt();
        }
        try {
            if (running.tryAcquire(WAIT.toSeconds(), TimeUnit.SECONDS)) {
                running.release();
            } else {
                LOG.warn("the rehearsal of resets takes long: not waiting for it");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
