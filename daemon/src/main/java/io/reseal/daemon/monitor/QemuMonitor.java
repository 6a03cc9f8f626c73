package io.reseal.daemon.monitor;

import io.reseal.daemon.log.Failures;
import io.reseal.daemon.qmp.QemuCommand;
import io.reseal.daemon.status.GuestListener;
import io.reseal.policy.GuestKind;
import io.reseal.policy.RunState;
import io.reseal.policy.VcpuCounters;
import io.reseal.qmp.CommandClass;
import io.reseal.qmp.MachineKind;
import io.reseal.qmp.QmpCommand;
import io.reseal.qmp.QmpConnection;
import io.reseal.qmp.QmpException;
import io.reseal.qmp.QmpSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The few things that Reseal asks a QEMU, over one connection. Confined to the connection's event loop. */
public final class QemuMonitor {
    private static final QmpCommand RUN_STATE = QemuCommand.STATUS.command();
    private static final CounterReader READER = new CounterReader();
    private static final QmpCommand STATISTICS =
            QemuCommand.VCPU_STATISTICS.command().withReader(READER);
    private static final QmpCommand COUNTERS =
            QemuCommand.VCPU_COUNTERS.command().withReader(READER);
    /** Up to so many vCPUs QEMU needs less time to send all of their statistics than to read which ones are wanted (docs/qemu-facts.md). */
    private static final int FEW_VCPUS = 6;

    private final QmpConnection connection;
    private final GuestListener listener;
    private final SteadyReads steady;
    private @Nullable List<Question> gathered;
    private Optional<GuestKind> kind = Optional.empty();
    private Optional<QmpSchema> schema = Optional.empty();
    /** At the last reading; a vCPU may be plugged in. */
    private boolean fewVcpus;

    /**
     * A monitor over {@code connection}.
     *
     * @param lifecycleEvents how many events that change the run state have arrived so far
     */
    public QemuMonitor(QmpConnection connection, GuestListener listener, LongSupplier lifecycleEvents) {
        this.connection = connection;
        this.listener = listener;
        this.steady = new SteadyReads(connection.socket(), lifecycleEvents);
    }

    public QmpConnection connection() {
        return connection;
    }

    /**
     * Finds out what this QEMU can do. One that does not tell (before QEMU 2.5) is tried command by command.
     */
    public CompletableFuture<Void> learn() {
        return unlessRejected(connection.schema()).thenAccept(told -> schema = told);
    }

    /**
     * Whether the schema has the command. It may be the schema of another QEMU that calls itself the same build, so it only chooses
     * between two questions that are as good: what a guest depends on is tried.
     */
    public boolean knows(QemuCommand command) {
        return schema.map(known -> known.hasCommand(command.text())).orElse(true);
    }

    /** Tells what was found out, so that the gate lets through what is safe for that kind. */
    public void narrow(GuestKind found) {
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

    /** Readings that take several commands. */
    public SteadyReads steady() {
        return steady;
    }

    /** Sends a command and counts how it ended. While {@link #together} gathers it goes with the others, unless it acts and is not the first. */
    public CompletableFuture<JsonNode> execute(QmpCommand command) {
        var gathering = gathered;
        if (gathering == null || (command.kind() != CommandClass.QUERY && !gathering.isEmpty())) {
            return counted(command, System.nanoTime(), connection.execute(command));
        }
        var reply = new CompletableFuture<JsonNode>();
        gathering.add(new Question(command, reply));
        return reply;
    }

    /** Sends all questions that {@code queries} makes, before it returns, in one write: they cost one round trip together. */
    public <T> T together(Supplier<T> queries) {
        if (gathered != null) {
            return queries.get();
        }
        var questions = new ArrayList<Question>();
        gathered = questions;
        try {
            return queries.get();
        } finally {
            gathered = null;
            send(questions);
        }
    }

    private record Question(QmpCommand command, CompletableFuture<JsonNode> reply) {}

    private void send(List<Question> questions) {
        long begun = System.nanoTime();
        var replies = connection.executeTogether(
                questions.stream().map(Question::command).toList());
        for (int i = 0; i < questions.size(); i++) {
            var question = questions.get(i);
            counted(question.command(), begun, replies.get(i)).whenComplete((answer, failure) -> {
                if (failure == null) {
                    question.reply().complete(answer);
                } else {
                    question.reply().completeExceptionally(failure);
                }
            });
        }
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

    /**
     * What comes of a {@code system_reset}.
     *
     * @param reply to it
     * @param counters read by QEMU right after it. QEMU 11.1 resets the guest before it replies, so they tell of the new incarnation
     *     before it has run for long, however late this process gets the processor
     */
    public record Resetting(CompletableFuture<JsonNode> reply, CompletableFuture<VcpuCounters> counters) {}

    /** In one write. What was read before the RESET event arrived is of the old incarnation, as always. */
    public Resetting reset() {
        return together(() -> {
            var reply = execute(QemuCommand.RESET.command());
            var replied = reply.thenApply(_ -> steady.asOfNow(reply));
            var counters = unsteadyCounters();
            return new Resetting(
                    reply, hasQuerySev() ? steady.unlessDisturbed(replied, counters, this::counters) : counters);
        });
    }

    /** A reboot is a reset again. */
    public CompletableFuture<JsonNode> letReboot() {
        return execute(QemuCommand.LET_REBOOT.command());
    }

    /** Whether a guest is rebuilt that would not be otherwise; not asked where that makes no difference. */
    public CompletableFuture<Boolean> rebuildForced() {
        return kind.map(GuestKind::alwaysRebuilt).orElse(false)
                ? CompletableFuture.completedFuture(false)
                : property("/machine", "x-change-vmfd-on-reset")
                        .thenApply(
                                value -> value.map(on -> on.booleanValue(false)).orElse(false));
    }

    public CompletableFuture<Boolean> migrating() {
        return optional(QemuCommand.MIGRATION.command()).thenApply(QemuReplies::migrating);
    }

    public CompletableFuture<JsonNode> cont() {
        return execute(QemuCommand.CONT.command());
    }

    public CompletableFuture<RunState> runState() {
        return execute(RUN_STATE).thenApply(QemuReplies::runState);
    }

    /** Two readings that follow each other in QEMU too. */
    public record RunStateAndCounters(RunState runState, VcpuCounters counters) {}

    /** Both in one write; without the state of {@code query-sev}. */
    public CompletableFuture<RunStateAndCounters> runStateAndCounters() {
        return readRunStateAndCounters().thenApply(SteadyReads.Read::value);
    }

    private CompletableFuture<SteadyReads.Read<RunStateAndCounters>> readRunStateAndCounters() {
        return together(() -> {
            var state = runState().thenApply(steady::asOfNow);
            return state.thenCombine(
                    exits(), (read, counters) -> read.with(new RunStateAndCounters(read.value(), counters)));
        });
    }

    /** The vCPU counters; for SEV types with the state that {@code query-sev} tells. */
    public CompletableFuture<VcpuCounters> counters() {
        return hasQuerySev() ? steady.undisturbed(this::exitsAndState) : exits();
    }

    /** The same, even when events arrive during the read. */
    public CompletableFuture<VcpuCounters> unsteadyCounters() {
        return hasQuerySev() ? exitsAndState() : exits();
    }

    private CompletableFuture<VcpuCounters> exitsAndState() {
        return together(() -> exits().thenCombine(execute(QemuCommand.SEV.command()), QemuReplies::withState));
    }

    /** {@code query-sev} aborts QEMU 11.1.3 on a TDX guest. */
    private boolean hasQuerySev() {
        return kind.map(GuestKind::isSev).orElse(false);
    }

    /** QEMU before 7.1 has no {@code query-stats}, and TCG no counters. */
    private CompletableFuture<VcpuCounters> exits() {
        return optional(fewVcpus ? STATISTICS : COUNTERS).thenApply(reply -> {
            var counters = QemuReplies.counters(reply);
            fewVcpus = counters.exits().size() <= FEW_VCPUS;
            return counters;
        });
    }

    /** Both as they were at one moment. Answered within one pause between two resets: QEMU answers nothing while it rebuilds a guest. */
    public CompletableFuture<RunStateAndCounters> moment() {
        return steady.read(this::unsteadyMoment);
    }

    private CompletableFuture<SteadyReads.Read<RunStateAndCounters>> unsteadyMoment() {
        if (!hasQuerySev()) {
            return readRunStateAndCounters();
        }
        return together(() -> runState()
                .thenApply(steady::asOfNow)
                .thenCombine(
                        exitsAndState(),
                        (state, counters) -> state.with(new RunStateAndCounters(state.value(), counters))));
    }

    /** A QOM property; empty when the object has none of that name. */
    public CompletableFuture<Optional<JsonNode>> property(String path, String property) {
        return optional(QemuCommand.property(path, property));
    }

    /** A command that this QEMU may not know, or may reject. */
    public CompletableFuture<Optional<JsonNode>> optional(QmpCommand command) {
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
