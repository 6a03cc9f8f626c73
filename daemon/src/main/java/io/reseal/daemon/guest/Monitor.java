package io.reseal.daemon.guest;

import io.reseal.daemon.qmp.QemuCommand;
import io.reseal.policy.GuestKind;
import io.reseal.policy.RunState;
import io.reseal.policy.Situation;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.supervision.SteadyReading;
import io.reseal.qmp.MachineKind;
import io.reseal.qmp.QmpCommand;
import io.reseal.qmp.QmpConnection;
import io.reseal.qmp.QmpException;
import io.reseal.qmp.QmpSchema;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The few things that Reseal asks a QEMU, over one connection. Confined to the connection's event loop. */
final class Monitor {
    private static final QmpCommand RUN_STATE = QemuCommand.STATUS.command();
    private static final QmpCommand EXITS = QemuCommand.VCPU_EXITS.command();

    private final QmpConnection connection;
    private final FleetListener listener;
    private final OneAtATime<Situation> situations;
    private final LongSupplier lifecycleEvents;
    private Supplier<CompletableFuture<Void>> before = () -> CompletableFuture.completedFuture(null);
    private Optional<GuestKind> kind = Optional.empty();
    private Optional<LaunchReader> launch = Optional.empty();
    private Optional<QmpSchema> schema = Optional.empty();

    /**
     * A monitor over {@code connection}.
     *
     * @param lifecycleEvents how many events that change the run state have arrived so far
     */
    Monitor(QmpConnection connection, FleetListener listener, LongSupplier lifecycleEvents) {
        this.connection = connection;
        this.listener = listener;
        this.lifecycleEvents = lifecycleEvents;
        this.situations = new OneAtATime<>(() -> undisturbed(this::readSituation), connection.eventLoop());
    }

    QmpConnection connection() {
        return connection;
    }

    /**
     * Finds out what this QEMU can do. One that does not tell (before QEMU 2.5) is tried command by command.
     */
    CompletableFuture<Void> learn() {
        return unlessRejected(connection.schema()).thenAccept(told -> schema = told);
    }

    /**
     * Whether the schema has the command. It may be the schema of another QEMU that calls itself the same build, so it only chooses
     * between two questions that are as good: what a guest depends on is tried.
     */
    boolean knows(QemuCommand command) {
        return schema.map(known -> known.hasCommand(command.text())).orElse(true);
    }

    /** Tells what was found out, so that the gate lets through what is safe for that kind. */
    void narrow(GuestKind found) {
        kind = Optional.of(found);
        connection.narrow(
                switch (found) {
                    case PLAIN -> MachineKind.PLAIN;
                    case SEV -> MachineKind.SEV;
                    case SEV_ES -> MachineKind.SEV_ES;
                    case SEV_SNP -> MachineKind.SEV_SNP;
                    case TDX -> MachineKind.TDX;
                });
    }

    /** From now on the situation tells of the next launch as well. */
    void watchLaunch(LaunchReader reader) {
        launch = Optional.of(reader);
    }

    /** Sends a command and counts how it ended. */
    CompletableFuture<JsonNode> execute(QmpCommand command) {
        return counted(command, System.nanoTime(), connection.execute(command));
    }

    private CompletableFuture<JsonNode> counted(QmpCommand command, long begun, CompletableFuture<JsonNode> reply) {
        return reply.whenComplete((_, failure) -> {
            var took = Duration.ofNanos(System.nanoTime() - begun);
            listener.commandEnded(command.name(), outcome(failure), took);
        });
    }

    private static String outcome(@Nullable Throwable failure) {
        return switch (failure) {
            case null -> "ok";
            case QmpException.CommandRejected _ -> "rejected";
            case QmpException.TimedOut _ -> "timeout";
            case QmpException.CommandRefused _ -> "refused";
            case QmpException.MonitorBusy _ -> "busy";
            default -> "lost";
        };
    }

    CompletableFuture<JsonNode> reset() {
        return execute(QemuCommand.RESET.command());
    }

    /** A reboot is a reset again. */
    CompletableFuture<JsonNode> letReboot() {
        return execute(QemuCommand.LET_REBOOT.command());
    }

    CompletableFuture<JsonNode> cont() {
        return execute(QemuCommand.CONT.command());
    }

    CompletableFuture<RunState> runState() {
        return execute(RUN_STATE).thenApply(Answers::runState);
    }

    /** Two readings that follow each other in QEMU too. */
    record RunStateAndCounters(RunState runState, VcpuCounters counters) {}

    /** Both in one write; without the state of {@code query-sev}. */
    CompletableFuture<RunStateAndCounters> runStateAndCounters() {
        return readRunStateAndCounters().thenApply(Read::value);
    }

    private CompletableFuture<Read<RunStateAndCounters>> readRunStateAndCounters() {
        long begun = System.nanoTime();
        var replies = connection.executeTogether(RUN_STATE, EXITS);
        var runState = counted(RUN_STATE, begun, replies.first())
                .thenApply(reply -> new Read<>(Answers.runState(reply), lifecycleEvents.getAsLong()));
        var exits = unlessRejected(counted(EXITS, begun, replies.second()));
        return runState.thenCombine(
                exits,
                (state, counters) ->
                        new Read<>(new RunStateAndCounters(state.value(), Answers.exits(counters)), state.since()));
    }

    /** The vCPU counters; for SEV types with the state that {@code query-sev} tells. */
    CompletableFuture<VcpuCounters> counters() {
        return hasQuerySev() ? undisturbed(this::exitsAndState) : exits();
    }

    private CompletableFuture<VcpuCounters> exitsAndState() {
        return exits().thenCompose(
                        exits -> execute(QemuCommand.SEV.command()).thenApply(sev -> Answers.withState(exits, sev)));
    }

    /** Reads again when an event came in between: what takes several commands would mix the times before and after it. */
    private <T> CompletableFuture<T> undisturbed(Supplier<CompletableFuture<T>> reading) {
        return steady(() -> {
            long since = lifecycleEvents.getAsLong();
            return reading.get().thenApply(value -> new Read<>(value, since));
        });
    }

    /**
     * What was read.
     *
     * @param since how many events had come when the oldest part of it was answered, or a little before
     */
    private record Read<T>(T value, long since) {}

    private <T> CompletableFuture<T> steady(Supplier<CompletableFuture<Read<T>>> reading) {
        return steady(reading, SteadyReading.begin(lifecycleEvents.getAsLong()));
    }

    private <T> CompletableFuture<T> steady(Supplier<CompletableFuture<Read<T>>> reading, SteadyReading begun) {
        return reading.get().thenCompose(read -> {
            long now = lifecycleEvents.getAsLong();
            return begun.answeredSince(read.since()).undisturbed(now)
                    ? CompletableFuture.completedFuture(read.value())
                    : begun.again(now)
                            .map(again -> steady(reading, again))
                            .orElseGet(() -> CompletableFuture.failedFuture(neverSteady()));
        });
    }

    private UnsettledException neverSteady() {
        return new UnsettledException(
                connection.socket(), "events came during each of %d readings".formatted(SteadyReading.MOST));
    }

    /** {@code query-sev} aborts QEMU 11.1.3 on a TDX guest. */
    private boolean hasQuerySev() {
        return kind.map(Monitor::isSev).orElse(false);
    }

    static boolean isSev(GuestKind kind) {
        return switch (kind) {
            case SEV, SEV_ES, SEV_SNP -> true;
            case PLAIN, TDX -> false;
        };
    }

    /** QEMU before 7.1 has no {@code query-stats}, and TCG no counters. */
    private CompletableFuture<VcpuCounters> exits() {
        return optional(EXITS).thenApply(Answers::exits);
    }

    /** From now on this is done before each reading of the situation. */
    void before(Supplier<CompletableFuture<Void>> reading) {
        before = reading;
    }

    /** All that changes from moment to moment. */
    CompletableFuture<Situation> situation() {
        return before.get().thenCompose(_ -> situations.read());
    }

    /** A whole situation; where it is not steady, an event came while it was read, and only run state and counters belong together. */
    record SituationRead(Situation situation, boolean steady) {}

    /**
     * For a request to be judged: a guest in a reboot loop may never keep still for a whole reading, and most of it is not changed by a
     * reset.
     */
    CompletableFuture<SituationRead> situationInAnyCase() {
        return situation()
                .thenApply(read -> new SituationRead(read, true))
                .exceptionallyCompose(failure -> Failures.cause(failure) instanceof UnsettledException
                        ? unsteady()
                        : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<SituationRead> unsteady() {
        return readSituation()
                .thenCompose(read -> steady(this::moment)
                        .thenApply(
                                moment -> new SituationRead(read.with(moment.runState(), moment.counters()), false)));
    }

    /** Answered within one pause between two resets: QEMU answers nothing while it rebuilds a guest. */
    private CompletableFuture<Read<RunStateAndCounters>> moment() {
        return hasQuerySev()
                ? runState().thenCompose(state -> {
                    long since = lifecycleEvents.getAsLong();
                    return exitsAndState()
                            .thenApply(counters -> new Read<>(new RunStateAndCounters(state, counters), since));
                })
                : readRunStateAndCounters();
    }

    private CompletableFuture<Situation> readSituation() {
        var runState = runState();
        var migrating = optional(QemuCommand.MIGRATION.command()).thenApply(Answers::migrating);
        var forced = property("/machine", "x-change-vmfd-on-reset")
                .thenApply(value -> value.map(on -> on.booleanValue(false)).orElse(false));
        var reading = launch.map(reader -> reader.read())
                .orElseGet(() -> CompletableFuture.completedFuture(LaunchReader.Reading.NOTHING));
        var counters = reading.thenCompose(_ -> hasQuerySev() ? exitsAndState() : exits());
        return CompletableFuture.allOf(runState, migrating, forced, counters)
                .thenApply(_ -> new Situation(
                        runState.join(),
                        migrating.join(),
                        forced.join(),
                        reading.join().launch(),
                        reading.join().room(),
                        counters.join()));
    }

    /** A QOM property; empty when the object has none of that name. */
    CompletableFuture<Optional<JsonNode>> property(String path, String property) {
        return optional(QemuCommand.property(path, property));
    }

    /** A command that this QEMU may not know, or may reject. */
    CompletableFuture<Optional<JsonNode>> optional(QmpCommand command) {
        return unlessRejected(execute(command));
    }

    private static <T> CompletableFuture<Optional<T>> unlessRejected(CompletableFuture<T> answer) {
        return answer.handle((reply, failure) -> {
            if (failure == null) {
                return Optional.of(reply);
            }
            if (Failures.cause(failure) instanceof QmpException.CommandRejected) {
                return Optional.empty();
            }
            throw new CompletionException(Failures.cause(failure));
        });
    }
}
