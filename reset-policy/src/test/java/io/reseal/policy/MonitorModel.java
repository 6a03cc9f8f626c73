package io.reseal.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** A QMP connection: one command at a time, events and replies in the order in which QEMU made them, all of it late. */
final class MonitorModel {
    /** What came over the wire, and whether the guest ran and its rebuild had failed when it was sent. */
    record Message(Signal signal, boolean running, boolean failed, Optional<QemuModel.Physical> reset) {}

    private final Agenda agenda;
    private final RandomGenerator random;
    private final QemuModel qemu;
    private final Consumer<Message> receiver;
    private final Deque<Runnable> commands = new ArrayDeque<>();
    private boolean inFlight;
    private boolean closed;
    private Instant wireFree;

    MonitorModel(Agenda agenda, RandomGenerator random, QemuModel qemu, Consumer<Message> receiver) {
        this.agenda = agenda;
        this.random = random;
        this.qemu = qemu;
        this.receiver = receiver;
        this.wireFree = agenda.now();
    }

    /** Nothing that is on its way arrives any more. */
    void close() {
        closed = true;
    }

    void emit(QemuModel.Emission emission) {
        var emittedAt = agenda.now();
        switch (emission) {
            case QemuModel.Physical reset ->
                deliver(Optional.of(reset), at -> new Signal.ResetSeen(at, emittedAt, reset.byGuest(), "reset"));
            case QemuModel.Event event ->
                send(at -> switch (event) {
                    case SHUTDOWN -> new Signal.ShutdownSeen(at, "reset");
                    case STOP -> new Signal.StopSeen(at);
                    case RESUME -> new Signal.ResumeSeen(at);
                    case PANIC -> new Signal.PanicSeen(at, "run", "");
                });
        }
    }

    private void send(Function<Instant, Signal> signal) {
        deliver(Optional.empty(), signal);
    }

    private void deliver(Optional<QemuModel.Physical> reset, Function<Instant, Signal> signal) {
        boolean running = qemu.running();
        boolean failed = qemu.failed;
        boolean stalled = random.nextInt(200) == 0;
        var delay = stalled
                ? Duration.ofMillis(random.nextInt(100, 1_400))
                : Duration.ofNanos(random.nextInt(100_000, 3_000_000));
        var arrival = agenda.now().plus(delay);
        wireFree = arrival.isAfter(wireFree) ? arrival : wireFree.plusNanos(1000);
        agenda.in(Duration.between(agenda.now(), wireFree), () -> {
            if (!closed) {
                receiver.accept(new Message(signal.apply(agenda.now()), running, failed, reset));
            }
        });
    }

    private void command(Runnable executed) {
        commands.add(executed);
        next();
    }

    private void next() {
        if (inFlight || commands.isEmpty()) {
            return;
        }
        inFlight = true;
        var command = commands.remove();
        agenda.in(Duration.ofNanos(random.nextInt(100_000, 1_500_000)), () -> {
            if (!closed && qemu.alive) {
                command.run();
                inFlight = false;
                next();
            }
        });
    }

    /** Run state first, counters last, whatever happens in between. */
    private void readSituation(Function<Situation, Function<Instant, Signal>> answer) {
        var runState = new String[1];
        command(() -> runState[0] = qemu.runState);
        command(() -> send(answer.apply(new Situation(
                runState[0],
                qemu.migrating,
                qemu.facts.rebuildForced(),
                qemu.launch.read(),
                Room.UNKNOWN,
                qemu.counters()))));
    }

    void attach() {
        readSituation(situation -> at -> new Signal.Attached(at, qemu.facts, situation));
    }

    void readSituation() {
        readSituation(situation -> at -> new Signal.SituationRead(at, situation));
    }

    void readCounters() {
        command(() -> {
            var counters = qemu.counters();
            sendMostly(at -> new Signal.CountersRead(at, counters));
        });
    }

    void readRunState() {
        command(() -> {
            var runState = qemu.runState;
            sendMostly(at -> new Signal.RunStateRead(at, runState));
        });
    }

    private void sendMostly(Function<Instant, Signal> answer) {
        send(random.nextInt(5) == 0 ? at -> new Signal.ReadFailed(at, "busy") : answer);
    }

    void rebootIsReset() {
        command(() -> {
            boolean rejected = random.nextInt(10) == 0;
            qemu.rebootIsShutdown &= rejected;
            send(rejected ? at -> new Signal.RebootActionRejected(at, "no") : Signal.RebootActionSet::new);
        });
    }

    /** {@code execute} lets the guest go on and tells whether QEMU survived it. */
    void goOn(BooleanSupplier execute) {
        command(() -> {
            int fate = random.nextInt(20);
            if (fate == 0) {
                send(at -> new Signal.ContRejected(at, "no"));
            } else if (execute.getAsBoolean()) {
                send(fate == 1 ? at -> new Signal.ContLost(at, "mute") : Signal.Continued::new);
            }
        });
    }

    /** {@code execute} resets the guest and tells whether QEMU survived it. */
    void systemReset(BooleanSupplier execute) {
        command(() -> {
            int fate = random.nextInt(20);
            if (fate == 0) {
                send(at -> new Signal.Rejected(at, "no"));
            } else if (execute.getAsBoolean()) {
                send(fate == 1 ? at -> new Signal.ReplyLost(at, "mute") : Signal.Acknowledged::new);
            }
        });
    }
}
