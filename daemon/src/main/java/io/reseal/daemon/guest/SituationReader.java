package io.reseal.daemon.guest;

import io.reseal.daemon.launch.LaunchReader;
import io.reseal.daemon.log.Failures;
import io.reseal.daemon.monitor.QemuMonitor;
import io.reseal.daemon.monitor.SingleFlight;
import io.reseal.daemon.monitor.SteadyReads;
import io.reseal.policy.signal.GuestReading;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Reads the volatile state of one guest: run state, migration, counters, next launch. Confined to the connection's event loop. */
final class SituationReader {
    private static final int MOST_MOMENTS = 10;

    private final QemuMonitor monitor;
    private final SingleFlight<GuestReading> situations;
    private Supplier<CompletableFuture<Void>> before = () -> CompletableFuture.completedFuture(null);
    private Optional<LaunchReader> launch = Optional.empty();

    SituationReader(QemuMonitor monitor) {
        this.monitor = monitor;
        this.situations = SingleFlight.of(
                () -> monitor.steady().undisturbed(this::unsteady),
                monitor.connection().eventLoop());
    }

    QemuMonitor monitor() {
        return monitor;
    }

    /** From now on the situation includes the next launch. */
    void watchLaunch(LaunchReader reader) {
        launch = Optional.of(reader);
    }

    /** From now on this is done with each reading, and told before its result. */
    void before(Supplier<CompletableFuture<Void>> reading) {
        before = reading;
    }

    /** What is outside of QMP is looked at while QEMU answers, and told first. */
    CompletableFuture<GuestReading> read() {
        var outside = before.get();
        return situations.read().thenCombine(outside, (situation, _) -> situation);
    }

    /** A whole situation; where it is not steady, an event came while it was read, and only run state and counters belong together. */
    record SituationRead(GuestReading situation, boolean steady) {}

    /**
     * For a request to be judged: a guest in a reboot loop may never keep still for a whole reading, and most of it is not changed by a
     * reset.
     */
    CompletableFuture<SituationRead> readInAnyCase() {
        return read().thenApply(read -> new SituationRead(read, true))
                .exceptionallyCompose(
                        failure -> isUnstable(failure) ? readMoment() : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<SituationRead> readMoment() {
        return unsteady()
                .thenCompose(read -> moment(MOST_MOMENTS)
                        .thenApply(
                                moment -> new SituationRead(read.with(moment.runState(), moment.counters()), false)));
    }

    /** On a busy host a guest in a reboot loop has a reset waiting nearly always when QEMU has answered a question. */
    private CompletableFuture<QemuMonitor.RunStateAndCounters> moment(int left) {
        return monitor.moment()
                .exceptionallyCompose(failure ->
                        left > 1 && isUnstable(failure) ? moment(left - 1) : CompletableFuture.failedFuture(failure));
    }

    private static boolean isUnstable(Throwable failure) {
        return Failures.cause(failure) instanceof SteadyReads.UnstableReadException;
    }

    /** All in one write, but what depends on an answer that is another than the last one; the counters last, as they age fastest. */
    private CompletableFuture<GuestReading> unsteady() {
        return monitor.together(() -> {
            var runState = monitor.runState();
            var migrating = monitor.migrating();
            var forced = monitor.rebuildForced();
            var reading = launch.map(LaunchReader::read)
                    .orElseGet(() -> CompletableFuture.completedFuture(LaunchReader.Reading.NOTHING));
            var counters = monitor.unsteadyCounters();
            return CompletableFuture.allOf(runState, migrating, forced, reading, counters)
                    .thenApply(_ -> new GuestReading(
                            runState.join(),
                            migrating.join(),
                            forced.join(),
                            reading.join().launch(),
                            reading.join().room(),
                            counters.join()));
        });
    }
}
