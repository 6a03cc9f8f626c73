package io.reseal.policy.machine;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.Hazards;
import io.reseal.policy.launch.LaunchHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One step of {@link GuestMachine} in the making: the guest's state, to be changed field by field, and the actions so far.
 * Lives within one call of {@code step} and never leaves it.
 */
final class StepContext {
    final Instant now;
    private final List<Action> actions = new ArrayList<>();

    String name;
    GuestState.ResetIds ids;
    ResetPolicy policy;
    GuestState.Link link;
    Optional<Instant> lostAt;
    Duration offset;
    Optional<Instant> clockSetAt;
    Optional<Instant> aliveAt;
    Optional<GuestFacts> facts;
    RunState runState;
    boolean migrating;
    Optional<GuestState.Stop> stop;
    Optional<GuestState.Shutdown> shutdown;
    GuestState.Life life;
    LaunchHistory outlook;
    boolean rebuildFailed;
    Optional<VcpuCounters> doubted;
    Optional<GuestState.Pending> pending;
    Optional<ResetJudge> trial;
    Optional<GuestState.LastReset> last;
    Optional<String> unanswered;

    StepContext(GuestState state, Instant now) {
        this.name = state.name();
        this.policy = state.policy();
        this.now = now;
        this.ids = state.ids();
        this.link = state.link();
        this.lostAt = state.lostAt();
        this.offset = state.offset();
        this.clockSetAt = state.clockSetAt();
        this.aliveAt = state.aliveAt();
        this.facts = state.facts();
        this.runState = state.runState();
        this.migrating = state.migrating();
        this.stop = state.stop();
        this.shutdown = state.shutdown();
        this.life = state.life();
        this.outlook = state.outlook();
        this.rebuildFailed = state.rebuildFailed();
        this.doubted = state.doubted();
        this.pending = state.pending();
        this.trial = state.open().map(open -> new ResetJudge(this, open));
        this.last = state.last();
        this.unanswered = state.unanswered();
    }

    GuestMachine.Step done() {
        var state = new GuestState(
                name,
                ids,
                policy,
                link,
                lostAt,
                offset,
                clockSetAt,
                aliveAt,
                facts,
                runState,
                migrating,
                stop,
                shutdown,
                life,
                outlook,
                rebuildFailed,
                doubted,
                pending,
                trial.map(ResetJudge::toOpenReset),
                last,
                unanswered);
        return new GuestMachine.Step(state, List.copyOf(actions));
    }

    void act(Action action) {
        actions.add(action);
    }

    /** The id of a reset that begins now. */
    String nextId() {
        var id = ids.id();
        ids = ids.after();
        return id;
    }

    GuestKind kind() {
        return facts.map(GuestFacts::kind).orElse(GuestKind.PLAIN);
    }

    boolean rebuiltOnReset() {
        return facts.map(GuestFacts::rebuiltOnReset).orElse(false);
    }

    List<Hazard> hazards() {
        return facts.map(known -> Hazards.of(known, condition())).orElse(List.of());
    }

    private Hazards.Condition condition() {
        return new Hazards.Condition(runState, migrating, terms(), outlook, rebuildFailed, doubted.isPresent());
    }

    ResetPolicy.Terms terms() {
        return policy.termsFor(name, kind());
    }

    boolean running() {
        return runState.running();
    }

    void take(GuestReading situation) {
        facts = facts.map(known -> known.withRebuildForced(situation.rebuildForced()));
        migrating = situation.migrating();
        outlook = outlook.read(situation.launch(), situation.room());
        takeRunState(situation.runState());
        takeCounters(situation.counters());
    }

    /**
     * {@code query-sev} tells {@code uninit} over QMP after a failed rebuild only: a first launch that fails ends QEMU. A guest whose rebuild
     * failed makes no exits any more, so one that does is not such a guest.
     */
    void takeCounters(VcpuCounters read) {
        shutdown = shutdown.map(GuestState.Shutdown::answered);
        boolean executes = running() && life.counters().map(read::grewSince).orElse(false);
        life = life.with(read);
        outlook = outlook.seen(read);
        rebuildFailed = (rebuildFailed && !executes) || (read.notLaunched() && kind().alwaysRebuilt());
        resolveDoubt(read, executes);
    }

    /** A vCPU that stands still makes no exits: counters as before tell that no rebuild was made since, smaller ones that one was. */
    private void resolveDoubt(VcpuCounters read, boolean executes) {
        if (executes) {
            doubted = Optional.empty();
        }
        doubted.filter(_ -> !running())
                .map(before -> read.against(before, Duration.ZERO))
                .ifPresent(says -> {
                    rebuildFailed |= says == VcpuCounters.Reading.WENT_ON && kind().alwaysRebuilt();
                    doubted = says == VcpuCounters.Reading.SAYS_NOTHING ? doubted : Optional.empty();
                });
    }

    /**
     * A RESET began a new one; QEMU sets a guest that does not run to {@code prelaunch} (QEMU 11.1, main loop).
     *
     * @param seenAt QEMU's time of the event; empty when that was missed
     */
    void beginLife(Optional<Instant> seenAt) {
        life = life.next(now);
        outlook = launches() ? outlook.reborn(seenAt) : outlook.reset();
        runState = running() ? runState : RunState.PRELAUNCH;
        outlook = outlook.seen(runState);
        stop = Optional.empty();
        shutdown = Optional.empty();
    }

    /** The launch of a SEV type is finished by a reset while it runs, or by its first run (QEMU 11.1.3, sev.c:sev_handle_reset). */
    private boolean launches() {
        return running() || (kind() != GuestKind.SEV_ES && kind() != GuestKind.SEV_SNP);
    }

    void takeRunState(RunState read) {
        boolean ran = running();
        if (runState.equals(RunState.SHUTDOWN) && !read.equals(RunState.SHUTDOWN)) {
            shutdown = Optional.empty();
        }
        runState = read;
        outlook = outlook.seen(read);
        shutdown = shutdown.map(GuestState.Shutdown::answered);
        last = last.map(was -> was.with(was.echo().answered(running(), now)));
        if (running()) {
            goesOn(ran);
        } else if (read.stoppedOtherwise()) {
            stop = stop.map(seen -> new GuestState.Stop(seen.at(), true, seen.asleep()));
        }
    }

    private void goesOn(boolean ran) {
        stop = Optional.empty();
        shutdown = Optional.empty();
        trial.ifPresent(ResetJudge::runs);
        if (!ran) {
            last = last.map(was -> was.with(was.echo().resumed(now)));
            EventRules.lookLater(this);
        }
    }

    /** Another QEMU process: nothing of the one before holds for it. */
    void forgetProcess() {
        life = new GuestState.Life(1, now, Optional.empty());
        outlook = LaunchHistory.UNKNOWN;
        rebuildFailed = false;
        doubted = Optional.empty();
        last = Optional.empty();
        stop = Optional.empty();
        shutdown = Optional.empty();
        unanswered = Optional.empty();
    }
}
