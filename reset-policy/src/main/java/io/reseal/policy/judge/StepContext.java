package io.reseal.policy.judge;

import io.reseal.policy.GuestKind;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.GuestReading;
import io.reseal.policy.state.Connection;
import io.reseal.policy.state.Execution;
import io.reseal.policy.state.GuestQueries;
import io.reseal.policy.state.GuestState;
import io.reseal.policy.state.Identity;
import io.reseal.policy.state.Incarnation;
import io.reseal.policy.state.Phase;
import io.reseal.policy.state.Resets;
import io.reseal.policy.state.Resets.LastReset;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One step of {@link GuestMachine} in the making: the parts of the guest's state, replaced as wholes, and the actions so far.
 * Lives within one call of {@code step} and never leaves it.
 */
public final class StepContext {
    public final Instant now;
    private final List<Action> actions = new ArrayList<>();

    public Identity identity;
    public Connection connection;
    public Execution execution;
    public Incarnation incarnation;

    /** Without the open reset, which the judge has. */
    public Resets resets;

    public Optional<ResetJudge> judge;

    public StepContext(GuestState state, Instant now) {
        this.now = now;
        this.identity = state.identity();
        this.connection = state.connection();
        this.execution = state.execution();
        this.incarnation = state.incarnation();
        this.resets = state.resets().open(Optional.empty());
        this.judge = state.resets().open().map(open -> new ResetJudge(this, open));
    }

    public List<Action> actions() {
        return List.copyOf(actions);
    }

    /** As it is now. */
    public GuestState state() {
        return new GuestState(identity, connection, execution, incarnation, resets.open(judge.map(ResetJudge::open)));
    }

    public void act(Action action) {
        actions.add(action);
    }

    /** The reset of that id, if it is the open one and in that phase. */
    public Optional<ResetJudge> judge(String reset, Class<? extends Phase> phase) {
        return judge.filter(open -> open.reset().id().equals(reset))
                .filter(open -> phase.isInstance(open.open().phase()));
    }

    public Instant wall() {
        return connection.wall(now);
    }

    public GuestKind kind() {
        return identity.kind();
    }

    public ResetPolicy.Terms terms() {
        return identity.terms();
    }

    public GuestQueries guest() {
        return new GuestQueries(state());
    }

    public boolean running() {
        return execution.running();
    }

    public RunState runState() {
        return execution.runState();
    }

    /** A STOP came that no run state has explained since, and QEMU rebuilds this guest. */
    public boolean unexplainedStop() {
        return identity.rebuiltOnReset() && execution.stopUnexplained();
    }

    public void take(GuestReading reading) {
        identity = identity.facts()
                .map(known -> identity.with(known.withRebuildForced(reading.rebuildForced())))
                .orElse(identity);
        execution = execution.migrating(reading.migrating());
        takeLaunch(reading);
        takeRunState(reading.runState());
        takeCounters(reading.counters());
    }

    public void takeLaunch(GuestReading reading) {
        incarnation = incarnation.with(incarnation.launches().read(reading.launch(), reading.room()));
    }

    /**
     * {@code query-sev} tells {@code uninit} over QMP after a failed rebuild only: a first launch that fails ends QEMU. A guest whose rebuild
     * failed makes no exits any more, so one that does is not such a guest.
     */
    public void takeCounters(VcpuCounters read) {
        execution = execution.answered();
        boolean executes =
                running() && incarnation.counters().map(read::grewSince).orElse(false);
        boolean failed = incarnation.rebuildFailed() && !executes;
        incarnation = incarnation.with(read).rebuildFailed(failed || (read.notLaunched() && kind().alwaysRebuilt()));
        resolveDoubt(read, executes);
    }

    /** A vCPU that stands still makes no exits: counters as before tell that no rebuild was made since, smaller ones that one was. */
    private void resolveDoubt(VcpuCounters read, boolean executes) {
        if (executes) {
            incarnation = incarnation.doubted(Optional.empty());
        }
        incarnation
                .doubted()
                .filter(_ -> !running())
                .map(before -> read.against(before, Duration.ZERO))
                .filter(says -> says != VcpuCounters.Reading.SAYS_NOTHING)
                .ifPresent(says -> {
                    boolean failed = says == VcpuCounters.Reading.WENT_ON && kind().alwaysRebuilt();
                    incarnation = incarnation
                            .rebuildFailed(incarnation.rebuildFailed() || failed)
                            .doubted(Optional.empty());
                });
    }

    /**
     * A RESET began a new one; QEMU sets a guest that does not run to {@code prelaunch} (QEMU 11.1, main loop).
     *
     * @param seenAt QEMU's time of the event; empty when that was missed
     */
    public void beginIncarnation(Optional<Instant> seenAt) {
        var before = incarnation.launches();
        var launches = launches() ? before.relaunched(seenAt) : before.reset();
        fallToPrelaunch();
        incarnation = incarnation.next(now).with(launches.seen(runState()));
        execution = execution.cleared();
    }

    public void fallToPrelaunch() {
        execution = running() ? execution : execution.in(RunState.PRELAUNCH);
    }

    /** The launch of a SEV type is finished by a reset while it runs, or by its first run (QEMU 11.1.3, sev.c:sev_handle_reset). */
    private boolean launches() {
        return running() || (kind() != GuestKind.SEV_ES && kind() != GuestKind.SEV_SNP);
    }

    public void takeRunState(RunState read) {
        boolean ran = running();
        if (runState().equals(RunState.SHUTDOWN) && !read.equals(RunState.SHUTDOWN)) {
            execution = execution.noShutdown();
        }
        execution = execution.in(read).answered();
        incarnation = incarnation.with(incarnation.launches().seen(read));
        resets = resets.last(resets.last().map(was -> was.with(was.echo().answered(running(), now))));
        if (running()) {
            goesOn(ran);
        } else if (read.stoppedOtherwise()) {
            execution = execution.stopExplained();
        }
    }

    private void goesOn(boolean ran) {
        execution = execution.cleared();
        judge.ifPresent(ResetJudge::runs);
        if (!ran) {
            resets = resets.last(resets.last().map(was -> was.with(was.echo().resumed(now))));
            wakeForEcho();
        }
    }

    /** A guest that stands still makes no echo: it is looked at again once it goes on. */
    public void wakeForEcho() {
        resets.last()
                .map(LastReset::echo)
                .filter(echo -> identity.firmwareEchoes() && echo.due() && now.isBefore(echo.lookAt()))
                .filter(_ -> running() && connection.up())
                .ifPresent(echo -> act(new Action.WakeAt(echo.lookAt())));
    }

    /** No reset is open any more: a request that waits for that is judged. */
    public void serveWaiting() {
        resets.pending().filter(waiting -> !waiting.reading()).ifPresent(waiting -> {
            resets = resets.pending(waiting.read(true));
            act(new Action.ReadSituation());
        });
    }

    /** Another QEMU process: nothing of the one before holds for it. */
    public void forgetProcess() {
        incarnation = Incarnation.first(now);
        resets = resets.last(Optional.empty()).unanswered(Optional.empty());
        execution = execution.cleared();
    }
}
