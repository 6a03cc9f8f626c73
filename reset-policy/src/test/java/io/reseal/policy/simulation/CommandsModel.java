package io.reseal.policy.simulation;

import io.reseal.policy.RunState;
import io.reseal.policy.signal.GuestReading;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.supervision.SharedReading;
import io.reseal.policy.supervision.SteadyReading;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Carries out commands over one connection and tells their answers as signals. */
final class CommandsModel {
    /** Without a connection nothing is sent. */
    private static final String WHY = "no answer";

    private final MonitorModel monitor;
    private final DaemonModel owner;
    private final SimulationOracle referee;
    private final boolean commandLine;
    private final SharedReading counters = new SharedReading();
    private final SharedReading runState = new SharedReading();
    private long events;

    /** @param commandLine whether that of QEMU can be read */
    CommandsModel(MonitorModel monitor, DaemonModel owner, SimulationOracle referee, boolean commandLine) {
        this.monitor = monitor;
        this.owner = owner;
        this.referee = referee;
        this.commandLine = commandLine;
    }

    /** An event came that changes the run state. */
    void eventCame() {
        events++;
    }

    void readSituation() {
        situation((situation, why) -> tell(situation.map(read -> new Signal.SituationRead(owner.now(), read)), why));
    }

    /** Reads run state first and counters last, until no event comes in between. */
    void situation(BiConsumer<Optional<GuestReading>, String> then) {
        situation(SteadyReading.begin(events), then);
    }

    private void situation(SteadyReading reading, BiConsumer<Optional<GuestReading>, String> then) {
        monitor.<RunState>read(qemu -> qemu.runState, first -> {
            if (first.isEmpty()) {
                then.accept(Optional.empty(), WHY);
                return;
            }
            monitor.<GuestReading>read(
                    qemu -> qemu.situation(first.get(), commandLine), read -> settled(reading, read, then));
        });
    }

    private void settled(
            SteadyReading reading, Optional<GuestReading> read, BiConsumer<Optional<GuestReading>, String> then) {
        if (read.isEmpty()) {
            then.accept(read, WHY);
        } else if (reading.undisturbed(events)) {
            then.accept(read, "");
        } else {
            reading.again(events)
                    .ifPresentOrElse(next -> situation(next, then), () -> then.accept(Optional.empty(), "events"));
        }
    }

    void readCounters() {
        if (counters.wanted()) {
            shared(counters, QemuModel::counters, read -> new Signal.CountersRead(owner.now(), read));
        }
    }

    void readRunState() {
        if (runState.wanted()) {
            shared(runState, qemu -> qemu.runState, read -> new Signal.RunStateRead(owner.now(), read));
        }
    }

    private <T> void shared(SharedReading reading, Function<QemuModel, T> what, Function<T, Signal> answer) {
        monitor.read(what, read -> {
            reading.answered();
            tell(read.map(answer), WHY);
        });
    }

    /** Run state and counters in one write. */
    void readBeforeCont(String id) {
        monitor.<Signal>read(
                qemu -> {
                    referee.lookedBeforeCont(qemu);
                    return new Signal.BeforeContRead(owner.now(), id, qemu.runState, qemu.counters());
                },
                read -> tell(
                        read.map(Signal.BeforeContRead.class::cast)
                                .map(r -> new Signal.BeforeContRead(owner.now(), id, r.runState(), r.counters())),
                        WHY));
    }

    private void tell(Optional<? extends Signal> signal, String why) {
        owner.signal(signal.isPresent() ? signal.get() : new Signal.ReadFailed(owner.now(), why));
    }

    void rebootIsReset(String id) {
        monitor.call(
                returned -> {
                    boolean refused = monitor.refuses();
                    monitor.qemu.rebootIsShutdown &= refused;
                    returned.accept(refused ? MonitorModel.Outcome.REFUSED : MonitorModel.Outcome.RETURNED);
                },
                outcome -> owner.signal(
                        outcome == MonitorModel.Outcome.RETURNED
                                ? new Signal.RebootActionSet(owner.now(), id)
                                : new Signal.RebootActionRejected(owner.now(), id, WHY)));
    }

    /** With the counters in the same write. */
    void systemReset(String id) {
        boolean first = counters.begunUnasked();
        monitor.call(
                returned -> {
                    if (monitor.refuses()) {
                        returned.accept(MonitorModel.Outcome.REFUSED);
                        return;
                    }
                    referee.executed(id, monitor.qemu);
                    monitor.qemu.reset(
                            Physical.By.OURS, Optional.of(id), () -> returned.accept(MonitorModel.Outcome.RETURNED));
                },
                outcome -> owner.signal(
                        switch (outcome) {
                            case RETURNED -> new Signal.Acknowledged(owner.now(), id);
                            case REFUSED, UNSENT -> new Signal.Rejected(owner.now(), id, WHY);
                            case LOST -> new Signal.ReplyLost(owner.now(), id, WHY);
                        }),
                QemuModel::counters,
                read -> {
                    boolean awaited = first && counters.answered();
                    if (read.isPresent() || awaited) {
                        tell(read.map(counted -> new Signal.CountersRead(owner.now(), counted)), WHY);
                    }
                });
    }

    void cont(String id) {
        monitor.call(
                returned -> {
                    boolean done = !monitor.refuses() && monitor.qemu.cont();
                    referee.continued(monitor.qemu);
                    returned.accept(done ? MonitorModel.Outcome.RETURNED : MonitorModel.Outcome.REFUSED);
                },
                outcome -> owner.signal(
                        switch (outcome) {
                            case RETURNED -> new Signal.Continued(owner.now(), id);
                            case REFUSED, UNSENT -> new Signal.ContRejected(owner.now(), id, WHY);
                            case LOST -> new Signal.ContLost(owner.now(), id, WHY);
                        }));
    }
}
