package io.reseal.daemon.guest;

import io.reseal.policy.Signal;
import io.reseal.qmp.QmpException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Carries out what the core wants of a guest's QEMU and tells it the answers as signals. Confined to the event loop. */
final class Commands {
    static final String NO_CONNECTION = "there is no connection to its monitor";

    /** Readings of which one under way serves everyone who asks for it meanwhile: its answer is later than the asking. */
    private enum Reading {
        COUNTERS,
        RUN_STATE
    }

    private final MonitorLink link;
    private final GuestClock clock;
    private final Consumer<Signal> tell;
    private final Set<Reading> underWay = EnumSet.noneOf(Reading.class);

    Commands(MonitorLink link, GuestClock clock, Consumer<Signal> tell) {
        this.link = link;
        this.clock = clock;
        this.tell = tell;
    }

    void readSituation() {
        read(Monitor::situation, read -> new Signal.SituationRead(now(), read));
    }

    void readCounters() {
        if (underWay.add(Reading.COUNTERS)) {
            read(Monitor::counters, read -> new Signal.CountersRead(now(), read))
                    .whenComplete((_, _) -> underWay.remove(Reading.COUNTERS));
        }
    }

    void readRunState() {
        if (underWay.add(Reading.RUN_STATE)) {
            read(Monitor::runState, read -> new Signal.RunStateRead(now(), read))
                    .whenComplete((_, _) -> underWay.remove(Reading.RUN_STATE));
        }
    }

    private <T> CompletableFuture<Void> read(
            Function<Monitor, CompletableFuture<T>> reading, Function<T, Signal> answer) {
        return link.monitor().map(reading).orElseGet(Commands::noConnection).handle((value, failure) -> {
            tell.accept(failure == null ? answer.apply(value) : new Signal.ReadFailed(now(), Failures.text(failure)));
            return null;
        });
    }

    void reset(String id) {
        act(
                Monitor::reset,
                new Answers(
                        at -> new Signal.Acknowledged(at, id),
                        (at, why) -> new Signal.Rejected(at, id, why),
                        (at, why) -> new Signal.ReplyLost(at, id, why)));
    }

    void letReboot(String id) {
        BiFunction<Instant, String, Signal> rejected = (at, why) -> new Signal.RebootActionRejected(at, id, why);
        act(Monitor::letReboot, new Answers(at -> new Signal.RebootActionSet(at, id), rejected, rejected));
    }

    void readBeforeCont(String id) {
        read(
                monitor -> monitor.runState()
                        .thenCombine(
                                monitor.counters(),
                                (state, counters) -> new Signal.BeforeContRead(now(), id, state, counters)),
                read -> read);
    }

    void cont(String id) {
        act(
                Monitor::cont,
                new Answers(
                        at -> new Signal.Continued(at, id),
                        (at, why) -> new Signal.ContRejected(at, id, why),
                        (at, why) -> new Signal.ContLost(at, id, why)));
    }

    /** How the core is told of what became of a command that acts. */
    private record Answers(
            Function<Instant, Signal> done,
            BiFunction<Instant, String, Signal> notDone,
            BiFunction<Instant, String, Signal> unknown) {}

    private void act(Function<Monitor, CompletableFuture<JsonNode>> command, Answers answers) {
        link.monitor()
                .map(command)
                .orElseGet(Commands::noConnection)
                .whenComplete((_, failure) ->
                        tell.accept(failure == null ? answers.done().apply(now()) : unanswered(answers, failure)));
    }

    private static <T> CompletableFuture<T> noConnection() {
        return CompletableFuture.failedFuture(new NotSent());
    }

    private static final class NotSent extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotSent() {
            super(NO_CONNECTION);
        }
    }

    /** Only a refusal, ours or QEMU's, says that nothing was done. */
    private Signal unanswered(Answers answers, Throwable failure) {
        var why = Failures.text(failure);
        return switch (Failures.cause(failure)) {
            case NotSent _, QmpException.CommandRejected _, QmpException.CommandRefused _, QmpException.MonitorBusy _ ->
                answers.notDone().apply(now(), why);
            case QmpException.TimedOut timedOut
            when !timedOut.sent() -> answers.notDone().apply(now(), why);
            default -> answers.unknown().apply(now(), why);
        };
    }

    private Instant now() {
        return clock.now();
    }
}
