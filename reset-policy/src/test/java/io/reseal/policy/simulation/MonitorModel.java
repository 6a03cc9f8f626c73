package io.reseal.policy.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** A QMP connection: one command at a time, events and replies in the order in which QEMU made them, all of it late. */
final class MonitorModel {
    /** Why it was lost: QEMU has ended, and all that it sent was heard. */
    static final String END = "end of stream";

    /** Whom it serves: what is told comes when the daemon gets to run. */
    interface Client {
        void event(Emission emission);

        /** An answer; its truth is that of the moment at which QEMU gave it. */
        void answered(Truth truth, Runnable take);

        void closed(String why);
    }

    /** How a command ended. */
    enum Outcome {
        RETURNED,
        REFUSED,
        /** It was not sent. */
        UNSENT,
        /** It was sent, and no answer came. */
        LOST
    }

    /** How bad the wire is. */
    record Quality(boolean stalls, boolean refuses, Duration patience) {}

    private static final class Call {
        final Consumer<Consumer<Outcome>> execute;
        final Consumer<Outcome> then;
        /** Sent in the same write: QEMU takes it as soon as it has answered this one. */
        Optional<Call> behind = Optional.empty();

        boolean sent;
        boolean over;

        Call(Consumer<Consumer<Outcome>> execute, Consumer<Outcome> then) {
            this.execute = execute;
            this.then = then;
        }
    }

    final QemuModel qemu;
    private final VirtualTime agenda;
    private final RandomGenerator random;
    private final Quality quality;
    private final Client client;
    private final Deque<Call> calls = new ArrayDeque<>();
    private boolean inFlight;
    private boolean closed;
    private boolean cut;
    private long wireFree;

    MonitorModel(VirtualTime agenda, RandomGenerator random, QemuModel qemu, Quality quality, Client client) {
        this.agenda = agenda;
        this.random = random;
        this.qemu = qemu;
        this.quality = quality;
        this.client = client;
        this.wireFree = agenda.nanos();
    }

    /** Nothing that is on its way arrives any more, and nobody is told. */
    void close() {
        closed = true;
    }

    /** Nothing arrives any more; that it is cut has yet to be noticed. */
    void cut() {
        cut = true;
    }

    /** What was under way fails. */
    void failCalls() {
        for (var call = calls.poll(); call != null; call = calls.poll()) {
            end(call, call.sent ? Outcome.LOST : Outcome.UNSENT);
        }
    }

    private static void end(Call call, Outcome outcome) {
        if (!call.over) {
            call.over = true;
            call.then.accept(outcome);
        }
    }

    void emit(Emission emission) {
        deliver(() -> client.event(emission));
    }

    /** QEMU closed it: what it sent before still arrives. */
    void ended() {
        deliver(() -> client.closed(END));
    }

    private void deliver(Runnable what) {
        boolean stalled = quality.stalls() && random.nextInt(100) == 0;
        long delay = stalled ? random.nextInt(100_000_000, 1_400_000_000) : random.nextInt(50_000, 3_000_000);
        wireFree = Math.max(agenda.nanos() + delay, wireFree + 1000);
        agenda.at(wireFree, () -> {
            if (!closed && !cut) {
                what.run();
            }
        });
    }

    /** Sends a command that QEMU answers at once with a value. */
    <T> void read(Function<QemuModel, T> reading, Consumer<Optional<T>> then) {
        calls.add(question(reading, then));
        next();
    }

    private <T> Call question(Function<QemuModel, T> reading, Consumer<Optional<T>> then) {
        var read = new Object() {
            Optional<T> value = Optional.empty();
        };
        return new Call(
                returned -> {
                    boolean refused = refuses();
                    read.value = refused ? Optional.empty() : Optional.of(reading.apply(qemu));
                    returned.accept(refused ? Outcome.REFUSED : Outcome.RETURNED);
                },
                outcome -> then.accept(outcome == Outcome.RETURNED ? read.value : Optional.empty()));
    }

    boolean refuses() {
        return quality.refuses() && random.nextInt(20) == 0;
    }

    /** @param execute at QEMU, which tells when it returns and how */
    void call(Consumer<Consumer<Outcome>> execute, Consumer<Outcome> then) {
        calls.add(new Call(execute, then));
        next();
    }

    /** The same with a question in the same write. */
    <T> void call(
            Consumer<Consumer<Outcome>> execute,
            Consumer<Outcome> then,
            Function<QemuModel, T> reading,
            Consumer<Optional<T>> read) {
        var call = new Call(execute, then);
        var behind = question(reading, read);
        call.behind = Optional.of(behind);
        calls.add(call);
        calls.add(behind);
        next();
    }

    private void next() {
        if (inFlight || calls.isEmpty() || closed) {
            return;
        }
        inFlight = true;
        var call = calls.element();
        call.sent = true;
        call.behind.ifPresent(behind -> behind.sent = true);
        agenda.at(agenda.nanos() + random.nextInt(50_000, 1_500_000), () -> run(call));
        agenda.in(quality.patience(), () -> over(call, Outcome.LOST));
    }

    private void run(Call call) {
        qemu.soon(() -> call.execute.accept(outcome -> reply(call, outcome)));
    }

    private void reply(Call call, Outcome outcome) {
        var truth = qemu.truth();
        deliver(() -> client.answered(truth, () -> over(call, outcome)));
        call.behind.ifPresent(this::run);
    }

    private void over(Call call, Outcome outcome) {
        if (closed || call.over) {
            return;
        }
        calls.remove(call);
        call.behind.ifPresent(behind -> agenda.in(quality.patience(), () -> over(behind, Outcome.LOST)));
        inFlight = call.behind.isPresent();
        end(call, outcome);
        next();
    }
}
