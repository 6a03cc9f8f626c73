package io.reseal.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One step of {@link GuestMachine} in the making: the guest's state, to be changed field by field, and the actions so far.
 * Lives within one call of {@code step} and never leaves it.
 */
final class Turn {
    static final String PRELAUNCH = "prelaunch";

    final String name;
    final ResetPolicy policy;
    final Instant now;
    private final List<Action> actions = new ArrayList<>();

    GuestState.ResetIds ids;
    GuestState.Link link;
    Optional<Instant> lostAt;
    Optional<GuestFacts> facts;
    String runState;
    boolean migrating;
    Optional<Instant> stoppedAt;
    GuestState.Life life;
    Outlook outlook;
    boolean rebuildFailed;
    Optional<Reset.Ask> pending;
    Optional<Trial> trial;
    Optional<GuestState.LastReset> last;

    Turn(GuestState state, Instant now) {
        this.name = state.name();
        this.policy = state.policy();
        this.now = state.open().map(open -> latest(open.reset().times(), now)).orElse(now);
        this.ids = state.ids();
        this.link = state.link();
        this.lostAt = state.lostAt();
        this.facts = state.facts();
        this.runState = state.runState();
        this.migrating = state.migrating();
        this.stoppedAt = state.stoppedAt();
        this.life = state.life();
        this.outlook = state.outlook();
        this.rebuildFailed = state.rebuildFailed();
        this.pending = state.pending();
        this.trial = state.open().map(open -> new Trial(this, open));
        this.last = state.last();
    }

    /** Never before what was already recorded of the open reset: a clock may be set back. */
    private static Instant latest(Reset.Times times, Instant now) {
        return Stream.of(Optional.of(times.requestedAt()), times.observedAt(), times.provenAt(), Optional.of(now))
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder())
                .orElse(now);
    }

    GuestMachine.Step done() {
        var state = new GuestState(
                name,
                ids,
                policy,
                link,
                lostAt,
                facts,
                runState,
                migrating,
                stoppedAt,
                life,
                outlook,
                rebuildFailed,
                pending,
                trial.map(Trial::toOpenReset),
                last);
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
        return new Hazards.Condition(runState, migrating, terms(), outlook, rebuildFailed);
    }

    ResetPolicy.Terms terms() {
        return policy.termsFor(name, kind());
    }

    boolean running() {
        return runState.equals("running");
    }

    void take(Situation situation) {
        facts = facts.map(known -> known.withRebuildForced(situation.rebuildForced()));
        migrating = situation.migrating();
        outlook = outlook.read(situation.launch(), situation.room());
        takeRunState(situation.runState());
        takeCounters(situation.counters());
    }

    /** {@code query-sev} tells {@code uninit} over QMP after a failed rebuild only: a first launch that fails ends QEMU. */
    void takeCounters(VcpuCounters read) {
        life = life.with(read);
        outlook = outlook.seen(read);
        rebuildFailed |= read.notLaunched() && kind().alwaysRebuilt();
    }

    /**
     * A RESET began a new one; QEMU sets a guest that does not run to {@code prelaunch} (QEMU 11.1, main loop).
     *
     * @param seenAt QEMU's time of the event; empty when that was missed
     */
    void beginLife(Optional<Instant> seenAt) {
        life = life.next(now);
        outlook = outlook.reborn(seenAt);
        runState = running() ? runState : PRELAUNCH;
        outlook = outlook.seen(runState);
        stoppedAt = Optional.empty();
    }

    void takeRunState(String read) {
        runState = read;
        outlook = outlook.seen(read);
        if (running()) {
            stoppedAt = Optional.empty();
            trial.ifPresent(Trial::runs);
        }
    }
}
