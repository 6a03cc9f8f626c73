package io.reseal.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** What one QEMU process does that matters here, after QEMU 11.1.3: what it emits, what it reads out, how it dies. */
final class QemuModel {
    /** What the monitor emits. */
    sealed interface Emission {}

    enum Event implements Emission {
        SHUTDOWN,
        STOP,
        RESUME,
        PANIC
    }

    /** A reset that took place, whatever anybody saw of it, and its RESET. */
    record Physical(
            Instant at,
            boolean byGuest,
            boolean rebuilt,
            boolean failed,
            boolean ranBefore,
            boolean echo,
            boolean sameLaunch)
            implements Emission {}

    final GuestFacts facts;
    final List<Physical> resets = new ArrayList<>();
    private final RandomGenerator random;
    private final Consumer<Emission> wire;
    private final long exitsPerMilli;
    private final boolean tellsSevState;
    private Instant now;
    private double exits;
    private boolean protectedVcpus;
    private boolean resetWhilePaused;

    boolean alive = true;
    boolean failed;
    boolean migrating;
    boolean rebootIsShutdown;
    final LaunchModel launch;
    String runState = "running";

    QemuModel(GuestFacts facts, RandomGenerator random, Instant now, Consumer<Emission> wire) {
        this.facts = facts;
        this.random = random;
        this.now = now;
        this.wire = wire;
        this.exitsPerMilli = new long[] {0, 3, 100, 2500}[random.nextInt(4)];
        this.exits = exitsPerMilli == 0 ? random.nextInt(80) : random.nextInt(1, 100_000);
        this.tellsSevState = facts.kind() != GuestKind.TDX && facts.kind() != GuestKind.PLAIN && random.nextBoolean();
        this.protectedVcpus = facts.kind().alwaysRebuilt();
        this.rebootIsShutdown = facts.rebootIsShutdown();
        this.launch = new LaunchModel(facts.kind(), now);
    }

    boolean running() {
        return runState.equals("running");
    }

    void advance(Instant to) {
        if (alive && running()) {
            exits += exitsPerMilli * (Duration.between(now, to).toNanos() / 1e6);
        }
        now = to;
    }

    VcpuCounters counters() {
        return new VcpuCounters(
                Map.of("cpu0", (long) exits, "cpu1", 1L),
                tellsSevState ? Optional.of(failed ? "uninit" : "running") : Optional.empty(),
                OptionalLong.empty());
    }

    void stop() {
        if (alive && running()) {
            runState = "paused";
            wire.accept(Event.STOP);
        }
    }

    void cont() {
        if (!alive || running() || runState.equals("guest-panicked")) {
            return;
        }
        wire.accept(Event.RESUME);
        runState = "running";
        boolean sev = facts.kind() != GuestKind.PLAIN && facts.kind() != GuestKind.TDX;
        if ((failed && facts.kind().alwaysRebuilt()) || (sev && resetWhilePaused)) {
            alive = false;
        } else if (failed) {
            runState = "internal-error";
            wire.accept(Event.STOP);
        }
    }

    void panic() {
        if (alive && running()) {
            wire.accept(Event.PANIC);
            if (random.nextBoolean()) {
                runState = "guest-panicked";
                wire.accept(Event.STOP);
            }
        }
    }

    /** Resets it, unless that kills it. */
    void reset(boolean byGuest, boolean echo) {
        if (!alive || (byGuest && !running())) {
            return;
        }
        if (rebootIsShutdown) {
            wire.accept(Event.SHUTDOWN);
            alive = false;
            return;
        }
        boolean ran = running();
        boolean rebuilds = protectedVcpus || (!facts.kind().alwaysRebuilt() && facts.rebuiltOnReset());
        int fate = random.nextInt(100);
        if (rebuilds && fate < 6) {
            alive = false;
            return;
        }
        boolean fails = rebuilds && fate < 25;
        if (fails) {
            rebuildFails();
        } else if (rebuilds) {
            failed = false;
            exits = 0;
        }
        boolean same = launch.launchAgain();
        resetWhilePaused = !running();
        runState = running() ? runState : "prelaunch";
        var reset = new Physical(now, byGuest, rebuilds && !fails, fails, ran, echo, same);
        resets.add(reset);
        wire.accept(reset);
    }

    /** The vCPUs lose their mark as protected, so no later reset rebuilds them. */
    private void rebuildFails() {
        failed = true;
        protectedVcpus = false;
        if (running()) {
            runState = "internal-error";
            wire.accept(Event.STOP);
        }
    }
}
