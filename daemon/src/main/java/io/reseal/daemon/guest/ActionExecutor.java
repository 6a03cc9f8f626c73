package io.reseal.daemon.guest;

import io.reseal.daemon.log.Failures;
import io.reseal.daemon.monitor.GuestClock;
import io.reseal.daemon.monitor.QemuMonitor;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.supervision.SharedReading;
import io.reseal.qmp.QmpException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Carries out what the core wants of a guest's QEMU and tells it the answers as signals. Confined to the event loop. */
final class ActionExecutor {
    static final String NO_CONNECTION = "there is no connection to its monitor";

    private final GuestConnection link;
    private final GuestClock clock;
    private final Consumer<Signal> tell;
    private final SharedReading counters = new SharedReading();
    private final SharedReading runState = new SharedReading();
    private CompletableFuture<?> countersOfReset = CompletableFuture.completedFuture(null);

    ActionExecutor(GuestConnection link, GuestClock clock, Consumer<Signal> tell) {
        this.link = link;
        this.clock = clock;
        this.tell = tell;
    }

    void readSituation() {
        tell(
                begun(SituationReader::readInAnyCase),
                read -> new Signal.SituationRead(now(), read.situation(), read.steady()));
    }

    void readCounters() {
        readOnce(counters, QemuMonitor::counters, read -> new Signal.CountersRead(now(), read));
    }

    void readRunState() {
        readOnce(runState, QemuMonitor::runState, read -> new Signal.RunStateRead(now(), read));
    }

    private <T> void readOnce(
            SharedReading shared, Function<QemuMonitor, CompletableFuture<T>> reading, Function<T, Signal> answer) {
        if (shared.wanted()) {
            tell(asked(reading).whenComplete((_, _) -> shared.answered()), answer);
        }
    }

    private <T> void read(Function<QemuMonitor, CompletableFuture<T>> reading, Function<T, Signal> answer) {
        tell(asked(reading), answer);
    }

    private <T> CompletableFuture<T> asked(Function<QemuMonitor, CompletableFuture<T>> command) {
        return begun(reader -> command.apply(reader.monitor()));
    }

    private <T> CompletableFuture<T> begun(Function<SituationReader, CompletableFuture<T>> reading) {
        return link.reader().map(reading).orElseGet(() -> CompletableFuture.failedFuture(new NotSent()));
    }

    private <T> void tell(CompletableFuture<T> read, Function<T, Signal> answer) {
        read.whenComplete((value, failure) -> tell.accept(
                failure == null ? answer.apply(value) : new Signal.ReadFailed(now(), Failures.text(failure))));
    }

    /** The counters that come with it are told to the core as any others. */
    void reset(String id) {
        var answers = new ReplySignals(
                at -> new Signal.Acknowledged(at, id),
                (at, why) -> new Signal.Rejected(at, id, why),
                (at, why) -> new Signal.ReplyLost(at, id, why));
        link.monitor()
                .map(QemuMonitor::reset)
                .ifPresentOrElse(
                        resetting -> {
                            report(resetting.reply(), answers);
                            countersOfReset = resetting.counters();
                            tellCounters(resetting.counters());
                        },
                        () -> report(CompletableFuture.failedFuture(new NotSent()), answers));
    }

    /** Whether those are still to come that QEMU reads right after a reset. */
    boolean awaitsCounters() {
        return !countersOfReset.isDone();
    }

    /** Those of a reading that nobody waits for are told all the same, but not that it failed. */
    private void tellCounters(CompletableFuture<VcpuCounters> read) {
        boolean first = counters.begunUnasked();
        read.whenComplete((value, failure) -> {
            boolean awaited = first && counters.answered();
            if (failure == null) {
                tell.accept(new Signal.CountersRead(now(), value));
            } else if (awaited) {
                tell.accept(new Signal.ReadFailed(now(), Failures.text(failure)));
            }
        });
    }

    void letReboot(String id) {
        BiFunction<Instant, String, Signal> rejected = (at, why) -> new Signal.RebootActionRejected(at, id, why);
        act(QemuMonitor::letReboot, new ReplySignals(at -> new Signal.RebootActionSet(at, id), rejected, rejected));
    }

    void readBeforeCont(String id) {
        read(
                QemuMonitor::runStateAndCounters,
                read -> new Signal.BeforeContRead(now(), id, read.runState(), read.counters()));
    }

    void cont(String id) {
        act(
                QemuMonitor::cont,
                new ReplySignals(
                        at -> new Signal.Continued(at, id),
                        (at, why) -> new Signal.ContRejected(at, id, why),
                        (at, why) -> new Signal.ContLost(at, id, why)));
    }

    /** The signals that report the result of a command that acts. */
    private record ReplySignals(
            Function<Instant, Signal> done,
            BiFunction<Instant, String, Signal> notDone,
            BiFunction<Instant, String, Signal> unknown) {}

    private void act(Function<QemuMonitor, CompletableFuture<JsonNode>> command, ReplySignals answers) {
        report(asked(command), answers);
    }

    private void report(CompletableFuture<JsonNode> reply, ReplySignals answers) {
        reply.whenComplete((_, failure) ->
                tell.accept(failure == null ? answers.done().apply(now()) : unanswered(answers, failure)));
    }

    private static final class NotSent extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotSent() {
            super(NO_CONNECTION);
        }
    }

    /** Only a refusal, ours or QEMU's, says that nothing was done. */
    private Signal unanswered(ReplySignals answers, Throwable failure) {
        var why = Failures.text(failure);
        return switch (Failures.cause(failure)) {
            case NotSent _, QmpException.CommandRejected _, QmpException.CommandRefused _, QmpException.MonitorBusy _ ->
                answers.notDone().apply(now(), why);
            case QmpException.TimedOut timedOut
            when !timedOut.sent() -> answers.notDone().apply(now(), why);
            default -> answers.unknown().apply(now(), why);
        };
    }

    Instant now() {
        return clock.now();
    }
}
