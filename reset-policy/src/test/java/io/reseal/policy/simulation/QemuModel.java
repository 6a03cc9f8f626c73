package io.reseal.policy.simulation;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.RebootAction;
import io.reseal.policy.RunState;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.signal.GuestReading;
import io.reseal.policy.signal.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * One QEMU process, after QEMU 11.1.3: how it goes from run state to run state, what it emits, how it resets and how it ends. It
 * does one thing after the other: while it resets or stands still, commands wait.
 */
final class QemuModel {
    /** Whom QEMU tells. */
    interface Wire {
        void emit(Emission emission);

        void ended();
    }

    /** What a QEMU was started as. */
    record Start(
            GuestFacts facts,
            boolean noShutdown,
            boolean tellsSevState,
            boolean countsExits,
            Duration launchTime,
            int failures,
            LaunchModel launch) {}

    final Start start;
    final LaunchModel launch;
    final VcpuModel vcpus;
    final List<Physical> resets = new ArrayList<>();
    private final VirtualTime agenda;
    private final Wire wire;
    private Rebuild rebuild;
    private boolean wasSuspended;

    /** A guest with a bundle that was started with -S and reset before it ran: QEMU exits when it is to run. */
    private boolean pagesSentTwice;

    private final Resetting resetting;
    private long busyUntil;

    boolean alive = true;
    boolean listening = true;
    boolean migrating;
    boolean rebootIsShutdown;
    RunState runState;

    /** SHUTDOWN was emitted with this reason, first of all. */
    Optional<String> shutdown = Optional.empty();

    boolean toldReboot;
    boolean quit;

    /** It slept on after a RESUME, which tells nobody so who did not see it fall asleep. */
    boolean sleptOn;

    boolean everToldShutdown;

    QemuModel(Start start, RunState first, VirtualTime agenda, RandomGenerator random, Wire wire) {
        this.start = start;
        this.launch = start.launch();
        this.agenda = agenda;
        this.wire = wire;
        this.runState = first;
        this.vcpus = new VcpuModel(random, start.countsExits() && start.facts().kvm(), first.running(), agenda.nanos());
        this.rebuild = Rebuild.begin(start.facts(), first.running());
        this.resetting = new Resetting(this, agenda, random);
        this.rebootIsShutdown = start.facts().rebootAction().shutdown();
    }

    boolean running() {
        return runState.running();
    }

    Rebuild.Fate fate(int drawn) {
        return rebuild.fate(running(), drawn, start.failures());
    }

    /** Whether a cont would end this QEMU, or bring no guest to life. */
    boolean failed() {
        return rebuild.failed();
    }

    boolean free() {
        return busyUntil <= agenda.nanos();
    }

    /** Does it as soon as nothing else is done. */
    void soon(Runnable command) {
        if (!alive) {
            return;
        }
        if (free()) {
            command.run();
        } else {
            agenda.at(busyUntil, () -> soon(command));
        }
    }

    /** A vCPU asks for a reset; none runs while QEMU resets. */
    void guestReset() {
        if (alive && free() && running()) {
            reset(Physical.By.GUEST, Optional.empty(), () -> {});
        }
    }

    /** Does nothing for so long, as under SIGSTOP. */
    void freeze(Duration time) {
        soon(() -> busyUntil = standStill(time));
    }

    long standStill(Duration time) {
        passTime();
        busyUntil = agenda.nanos() + time.toNanos();
        return busyUntil;
    }

    private void passTime() {
        vcpus.pass(alive && running(), busyUntil, agenda.nanos());
    }

    private void become(RunState next) {
        passTime();
        runState = next;
    }

    Truth truth() {
        return new Truth(runState, failed(), resets.size());
    }

    private void emit(Function<Instant, Signal> signal) {
        wire.emit(new Emission(truth(), Optional.empty(), signal));
    }

    // What is read

    VcpuCounters counters() {
        passTime();
        return new VcpuCounters(
                vcpus.exits(),
                vcpus.others(),
                start.tellsSevState() ? Optional.of(rebuild.sevState()) : Optional.empty(),
                start.tellsSevState() && start.facts().kind() != GuestKind.SEV_SNP
                        ? OptionalLong.of(rebuild.handle())
                        : OptionalLong.empty());
    }

    GuestReading situation(RunState first, boolean commandLine) {
        return new GuestReading(
                first,
                migrating,
                start.facts().rebuildForced(),
                launch.read(commandLine),
                HostCapacity.UNKNOWN,
                counters());
    }

    // What changes the run state

    /** Everything that stops a running guest, with its STOP. */
    void stop(String as) {
        if (alive && (running() || runState.equals(RunState.SUSPENDED))) {
            wasSuspended = !running();
            become(new RunState(as));
            emit(Signal.StopSeen::new);
        }
    }

    /** QMP's cont. Returns whether it was executed. */
    boolean cont() {
        boolean refused = switch (runState.text()) {
            case "internal-error", "shutdown", "finish-migrate", "inmigrate", "save-vm", "restore-vm" -> true;
            default -> false;
        };
        if (refused) {
            return false;
        }
        if (!running() && !runState.equals(RunState.SUSPENDED)) {
            resume();
        }
        return true;
    }

    /** QEMU goes on by itself or by a cont. */
    void resume() {
        become(wasSuspended ? RunState.SUSPENDED : RunState.RUNNING);
        sleptOn |= wasSuspended;
        wasSuspended = false;
        livesOn();
        emit(Signal.ResumeSeen::new);
        if (rebuild.finishes() && !failed()) {
            launch.firstRun();
        }
        if (pagesSentTwice) {
            end();
            return;
        }
        rebuild = rebuild.firstRun();
        if (rebuild.fatal()) {
            end();
        } else if (failed()) {
            become(RunState.INTERNAL_ERROR);
            emit(Signal.StopSeen::new);
        }
    }

    /** What it told of a shutdown has not come to pass. */
    private void livesOn() {
        shutdown = Optional.empty();
        toldReboot = false;
        quit = false;
    }

    void suspend() {
        if (alive && running()) {
            become(RunState.SUSPENDED);
            emit(Signal.SuspendSeen::new);
        }
    }

    void wakeUp() {
        if (alive && runState.equals(RunState.SUSPENDED)) {
            become(RunState.RUNNING);
            emit(Signal.WakeupSeen::new);
        }
    }

    void panic(boolean pauses) {
        if (alive && running()) {
            emit(at -> new Signal.PanicSeen(at, pauses ? "pause" : "run", ""));
            if (pauses) {
                stop("guest-panicked");
            }
        }
    }

    void watchdog() {
        if (alive && running()) {
            emit(at -> new Signal.StateInDoubt(at, "WATCHDOG"));
            stop("watchdog");
        }
    }

    void migration(boolean underWay) {
        migrating = underWay;
        emit(at -> new Signal.StateInDoubt(at, "MIGRATION"));
    }

    // What ends it

    /** Tells of a shutdown, then ends, unless it was started to stay. */
    void shutDown(String reason) {
        toldReboot |= RebootAction.isReboot(reason);
        quit = reason.equals("host-qmp-quit");
        everToldShutdown = true;
        shutdown = Optional.of(reason);
        emit(at -> new Signal.ShutdownSeen(at, reason));
        boolean stays = start.noShutdown() && !reason.startsWith("host-signal") && !quit;
        if (!stays) {
            end();
        } else if (running() || runState.equals(RunState.SUSPENDED)) {
            stop("shutdown");
        }
    }

    void end() {
        if (alive) {
            passTime();
            alive = false;
            listening = false;
            wire.ended();
        }
    }

    // Resets

    void reset(Physical.By by, Optional<String> ours, Runnable returned) {
        resetting.reset(by, ours, returned);
    }

    /** What became of its KVM context. */
    void rebuilt(Rebuild.Fate fate) {
        pagesSentTwice |= rebuild.finishes() && launch.hasBundle() && !failed();
        rebuild = rebuild.after(fate, running());
        if (fate.restartsCounters()) {
            vcpus.restart();
        } else {
            vcpus.reset();
        }
        wasSuspended = false;
        livesOn();
        boolean migrates =
                runState.text().equals("inmigrate") || runState.text().equals("finish-migrate");
        if (!running() && !migrates) {
            become(RunState.PRELAUNCH);
        }
    }

    void told(Physical reset) {
        resets.add(reset);
        var emitted = agenda.wall();
        var by = reset.by();
        wire.emit(new Emission(
                truth(), Optional.of(reset), at -> new Signal.ResetSeen(at, emitted, by.guest(), by.reason())));
    }
}
