package io.reseal.policy.simulation;

import io.reseal.policy.QemuIdentity;
import io.reseal.policy.RunState;
import io.reseal.policy.Sameness;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.machine.Conclusions;
import io.reseal.policy.machine.GuestMachine;
import io.reseal.policy.machine.RequestRulesTest;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestState;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Knows what really happened to a simulated guest, and checks that all that is said of it is true. */
final class SimulationOracle implements Judge.Books {
    private final VirtualTime agenda;
    private Replay replay;
    private final Tally tally;
    private final Attribution attribution = new Attribution();
    private final Judge judge = new Judge(this);
    private final Set<String> sent = new HashSet<>();
    private final Set<String> set = new HashSet<>();
    private final Set<String> executed = new HashSet<>();
    private final Set<String> repliesLost = new HashSet<>();
    private final Set<String> opened = new HashSet<>();
    private final Set<String> open = new HashSet<>();
    private final Set<String> asked = new HashSet<>();
    private final Set<String> late = new HashSet<>();
    private Optional<String> unanswered = Optional.empty();
    private Optional<QemuModel> qemu = Optional.empty();
    private Optional<QemuModel> former = Optional.empty();
    private Truth truth = new Truth(RunState.UNKNOWN, false, 0);
    private int resetsBeforeGap;
    private int lookedAt;
    private int folded;
    private long loop;
    private int lost;
    private boolean cut;
    private boolean formerCut;
    private boolean toldFailed;
    private boolean restarted;
    private long stoodStillUntil = -1;

    SimulationOracle(VirtualTime agenda, GuestState first, Tally tally) {
        this.agenda = agenda;
        this.replay = new Replay(first);
        this.tally = tally;
    }

    static void holds(boolean holds, String otherwise, Object about) {
        if (!holds) {
            throw new AssertionError(otherwise + ": " + about);
        }
    }

    // What really happens

    void executed(String reset, QemuModel by) {
        holds(executed.add(reset), "executed twice", reset);
        holds(by.alive, "executed by nobody", reset);
    }

    void lookedBeforeCont(QemuModel at) {
        lookedAt = at.resets.size();
    }

    /** Our cont was executed. What fails between the last look and the cont cannot be seen over QMP. */
    void continued(QemuModel by) {
        tally.continued++;
        holds(by.alive || by.resets.size() > lookedAt, "our cont killed QEMU", by.runState);
    }

    /** An answer is taken in. */
    void hears(Truth then) {
        truth = then;
    }

    /** It is told to the core next that this process serves the monitor. */
    void attaches(QemuModel to, QemuIdentity identity, GuestState state) {
        var same = state.identity()
                .facts()
                .map(known -> known.identity().compare(identity))
                .orElse(Sameness.UNKNOWN);
        boolean truly = qemu.filter(was -> was == to).isPresent();
        holds(same == Sameness.UNKNOWN || truly == (same == Sameness.SAME), "taken for " + same, identity);
        if (same != Sameness.SAME) {
            attribution.doubt();
            to.launch.seenAnew();
        }
        if (!truly) {
            formerCut = cut;
            former = qemu;
            qemu = Optional.of(to);
            cut = to.shutdown.isPresent();
            toldFailed = false;
            resetsBeforeGap = 0;
        }
    }

    /** A RESET is not told to the core by itself. */
    void folds(Emission emission) {
        truth = emission.truth();
        emission.reset().ifPresent(attribution::folded);
        folded++;
        tally.folded++;
    }

    void daemonStandsStill(long until) {
        stoodStillUntil = Math.max(stoodStillUntil, until);
    }

    // What the core makes of it

    void took(GuestState before, Signal signal, GuestMachine.Step step, Optional<Emission> cause) {
        replay.took(signal, step);
        tally.took(agenda.nanos(), before, signal, step, cause);
        var told = signal instanceof Signal.ResetSeen ? cause.flatMap(Emission::reset) : Optional.<Physical>empty();
        cause.ifPresent(emission -> truth = emission.truth());
        if (signal instanceof Signal.Detached detached) {
            resetsBeforeGap = truth.resets() - lost;
            lost = 0;
            cut |= !detached.why().equals(MonitorModel.END);
        }
        if (signal instanceof Signal.Restored restored) {
            loop = loopOf(restored.known());
        }
        if (signal instanceof Signal.ResetSeen && folded > 0) {
            folded--; // the last of them, which may be ours
        }
        holds(folded == 0 || signal instanceof Signal.ResetsRepeated, "taken in before what came before it", signal);
        if (signal instanceof Signal.ResetsRepeated resets) {
            holds(resets.count() <= folded, "folded " + folded, resets);
            loop += resets.count();
            folded -= resets.count();
        }
        replied(signal);
        if (signal instanceof Signal.SituationRead || signal instanceof Signal.Attached) {
            qemu.filter(read -> read.resets.size() == truth.resets()).ifPresent(read -> read.launch.wasRead());
        }
        attribution.took(before, signal, step, told);
        step.actions().forEach(action -> check(action, signal, step.state()));
        var underWay =
                step.state().resets().open().map(o -> Set.of(o.reset().id())).orElse(Set.of());
        holds(open.equals(underWay), "not under way though opened and not closed", open);
        step.state()
                .resets()
                .open()
                .filter(late -> late.command().late())
                .ifPresent(o -> late.add(o.reset().id()));
    }

    private void replied(Signal signal) {
        switch (signal) {
            case Signal.Acknowledged a -> answered(a.reset(), false);
            case Signal.Rejected r -> answered(r.reset(), false);
            case Signal.ReplyLost l -> answered(l.reset(), true);
            case Signal.Detached _, Signal.Forgotten _ -> {
                unanswered.ifPresent(repliesLost::add);
                unanswered = Optional.empty();
            }
            default -> {}
        }
    }

    private void answered(String reset, boolean lost) {
        if (lost) {
            repliesLost.add(reset);
        }
        unanswered = unanswered.filter(id -> !id.equals(reset));
    }

    private void check(Action action, Signal signal, GuestState state) {
        switch (action) {
            case Action.SendSystemReset(var reset) -> sends(reset, state);
            case Action.SendRebootAction(var reset) -> {
                holds(open.contains(reset.id()) && set.add(reset.id()), "set for no reset", reset);
            }
            case Action.SendCont(var reset) ->
                holds(sent.contains(reset.id()), "continued after somebody else's reset", reset);
            case Action.Opened(var reset) -> opens(reset);
            case Action.Closed(var reset) -> closes(reset);
            case Action.Found found -> holds(found.reset().evidence().size() < 200, "unbounded", found);
            case Action.Shown shown -> holds(!shown.afterEvent().isNegative(), "shown before its event", shown);
            case Action.Busy(var reset) -> holds(reset.open(), "busy with what is closed", reset);
            case Action.UnexpectedSignal told -> holds(false, "unexpected by the core", told);
            case Action.Looped(var reset) -> looped(reset);
            case Action.Ended ended -> ended(ended.how(), signal instanceof Signal.Attached);
            default -> {}
        }
    }

    private static long loopOf(GuestState guest) {
        return guest.resets()
                .loop()
                .flatMap(known -> known.record().loop())
                .map(Reset.Loop::count)
                .orElse(0L);
    }

    private void looped(Reset reset) {
        holds(reset.loop().orElseThrow().count() == loop, "another number of RESETs than " + loop, reset);
        reset.conclusion().ifPresent(end -> {
            holds(end.verdict() == Verdict.UNPROVEN && end.level().isEmpty(), "proven by a loop", reset);
            loop = 0;
        });
    }

    private void sends(Reset reset, GuestState state) {
        holds(sent.add(reset.id()), "sent twice", reset);
        holds(unanswered.isEmpty(), "sent while another command is unanswered", reset);
        unanswered = Optional.of(reset.id());
        holds(truth.runState().use() != RunState.Use.IN_TRANSFER, "reset while its state is moved", reset);
        boolean forced = reset.request().forced().contains(HazardId.REBOOT_IS_SHUTDOWN);
        boolean setAction = state.identity()
                .policy()
                .termsFor(state.identity().name(), reset.kind())
                .setAction();
        holds(!setAction || forced || set.contains(reset.id()), "sent without set-action", reset);
        holds(!toldFailed, "sent after a failed rebuild", reset);
    }

    private void opens(Reset reset) {
        holds(opened.add(reset.id()), "opened twice", reset);
        open.add(reset.id());
        if (reset.request().origin().ours()) {
            holds(asked.add(reset.request().reason()), "two resets for one request", reset);
        }
        judge.opened(reset);
    }

    private void closes(Reset reset) {
        holds(open.remove(reset.id()), "closed twice or never opened", reset);
        RequestRulesTest.assertOrdered(reset);
        tally.closed(reset, attribution.of(reset).isPresent());
        judge.closed(reset, late.contains(reset.id()));
        boolean truly = attribution.of(reset).filter(Physical::failed).isPresent();
        toldFailed |= truly
                && Conclusions.verdict(reset) == Verdict.FAILED
                && reset.kind().alwaysRebuilt();
    }

    /** @param replaced another process was met in its place */
    private void ended(Action.How how, boolean replaced) {
        tally.ends.merge(how, 1, Integer::sum);
        var gone = (replaced ? former : qemu).orElseThrow();
        boolean unheard = replaced ? formerCut : cut;
        boolean right = switch (how) {
            case CRASH -> gone.shutdown.isEmpty() || unheard;
            case SHUTDOWN -> gone.everToldShutdown;
            case QUIT -> gone.quit;
            case UNKNOWN -> true;
        };
        holds(!gone.alive, "ended, though it lives", how);
        holds(right, "ended otherwise than by " + how, gone.shutdown);
    }

    /** Another run of Reseal goes on from what the one before knew. */
    void restarts(GuestState next) {
        restarted = true;
        replay.check();
        replay = new Replay(next);
        lost = folded;
        folded = 0;
    }

    void atTheEnd(GuestState state) {
        holds(open.isEmpty(), "still open long after everything came to rest", open);
        holds(
                state.resets().pending().isEmpty(),
                "still pending",
                state.resets().pending());
        holds(replay.latest().equals(state), "another state than was told of", state);
        replay.check();
    }

    // What the judge asks

    @Override
    public Optional<QemuModel> qemu() {
        return qemu;
    }

    @Override
    public Optional<QemuModel> former() {
        return former;
    }

    @Override
    public Truth truth() {
        return truth;
    }

    @Override
    public int resetsBeforeGap() {
        return resetsBeforeGap;
    }

    @Override
    public Attribution attribution() {
        return attribution;
    }

    @Override
    public boolean executed(String reset) {
        return executed.contains(reset);
    }

    @Override
    public boolean replyLost(String reset) {
        return repliesLost.contains(reset);
    }

    @Override
    public boolean sent(String reset) {
        return sent.contains(reset);
    }

    @Override
    public long nanos() {
        return agenda.nanos();
    }

    @Override
    public boolean stoodStill(long since) {
        return stoodStillUntil >= since;
    }

    @Override
    public boolean restarted() {
        return restarted;
    }

    @Override
    public boolean clockSet() {
        return agenda.clockWasSet();
    }
}
