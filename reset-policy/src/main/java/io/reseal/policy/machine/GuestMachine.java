package io.reseal.policy.machine;

import io.reseal.policy.judge.CounterRules;
import io.reseal.policy.judge.RunStateRules;
import io.reseal.policy.judge.StepContext;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.signal.SignalType;
import io.reseal.policy.state.GuestState;
import java.util.List;

/**
 * Decides what one guest needs: a function from its state and a signal to its next state and the actions to carry out. The same
 * signals give the same actions, so recorded signals can be replayed and simulated.
 *
 * <p>The phases of an open reset, and on which signals one follows another; what is done is in {@code docs/state-machine.md}, drawn. A test holds
 * both against simulated runs.
 *
 * <pre>
 * AwaitingReset --> CheckingBeforeCont : ResetSeen
 * AwaitingReset --> Concluded : Acknowledged, Attached, Forgotten, ProcessSeen, Rejected, ResetSeen, RunStateRead, Tick
 * AwaitingReset --> Settling : ResetSeen
 * AwaitingReset --> Suspect : ResetSeen
 * AwaitingReset --> Unobserved : Attached
 * CheckingBeforeCont --> Concluded : BeforeContRead, ReadFailed, ResetSeen, ResetsRepeated, Tick
 * CheckingBeforeCont --> Continuing : BeforeContRead
 * CheckingBeforeCont --> Settling : BeforeContRead, ReadFailed
 * CheckingBeforeCont --> Unobserved : Detached
 * Continuing --> Concluded : ContLost, ContRejected, Continued, Forgotten, ResetSeen, ResetsRepeated, Tick
 * Continuing --> Settling : ContLost, ContRejected, Continued
 * Continuing --> Unobserved : Detached
 * SettingRebootAction --> AwaitingReset : RebootActionSet
 * SettingRebootAction --> Concluded : Detached, Forgotten, RebootActionRejected, RebootActionSet, Tick
 * Settling --> AwaitingReset : Acknowledged, ResetSeen, ResetsRepeated
 * Settling --> CheckingBeforeCont : Acknowledged, CountersRead, ReplyLost
 * Settling --> Concluded : Acknowledged, CountersRead, Forgotten, Rejected, ReplyLost, ResetSeen, ResetsRepeated, RunStateRead, SituationRead, Tick
 * Settling --> Suspect : ResetSeen
 * Settling --> Unobserved : Detached
 * Suspect --> AwaitingReset : ResetsRepeated
 * Suspect --> CheckingBeforeCont : CountersRead
 * Suspect --> Concluded : CountersRead, Forgotten, Rejected, ResetSeen, ResetsRepeated, RunStateRead, SituationRead, Tick
 * Suspect --> Settling : CountersRead, ResetSeen
 * Suspect --> Unobserved : Detached
 * Unobserved --> Concluded : Attached, Forgotten, ProcessSeen, ResetSeen, ResetsRepeated, RunStateRead, Tick
 * [*] --> AwaitingReset : SituationRead
 * [*] --> Concluded : Acknowledged, Attached, Rejected, ResetSeen, SituationRead
 * [*] --> SettingRebootAction : SituationRead
 * [*] --> Settling : ResetSeen
 * [*] --> Suspect : ResetSeen
 * [*] --> Unobserved : Attached
 * </pre>
 */
public final class GuestMachine {
    /** The guest's next state, and what the daemon is to do, in this order. */
    public record Step(GuestState state, List<Action> actions) {}

    /**
     * Takes one signal in.
     *
     * @throws IllegalStateException when an invariant does not hold after it: a fault of the core
     */
    public static Step step(GuestState state, Signal signal) {
        return switch (SignalCheck.of(state, signal)) {
            case SignalCheck.Finding.Due _ -> due(state, signal);
            case SignalCheck.Finding.Late _ -> new Step(state, List.of());
            case SignalCheck.Finding.Unexpected(var why) ->
                new Step(state, List.of(new Action.UnexpectedSignal(SignalType.of(signal), phase(state), why)));
        };
    }

    private static String phase(GuestState state) {
        return state.resets().open().map(open -> open.phase().text()).orElse("none open");
    }

    private static Step due(GuestState state, Signal signal) {
        var context = new StepContext(state, signal.at());
        take(context, signal);
        var next = context.state();
        Invariants.check(state, next);
        return new Step(next, context.actions());
    }

    /**
     * What follows when {@link #step} has failed on a signal, by a fault of the core: a pending request is turned down and an open reset
     * ends {@code unproven}, as what the lost signal told cannot be known any more.
     */
    public static Step afterFault(GuestState state, Signal lost) {
        return FaultRules.after(state, lost);
    }

    private static void take(StepContext step, Signal signal) {
        switch (signal) {
            case Signal.Attached attached -> {
                LiveUpdate.attached(step, attached);
                ConnectionRules.attached(step, attached);
            }
            case Signal.FactsRead read -> ConnectionRules.factsRead(step, read.facts());
            case Signal.Detached detached -> {
                ResetLoopRules.end(step, "then the connection was lost");
                ConnectionRules.detached(step, detached);
            }
            case Signal.ProcessSeen seen -> ProcessRules.seen(step, seen.state());
            case Signal.Requested requested -> RequestRules.requested(step, requested.request());
            case Signal.SituationRead read -> RequestRules.situationRead(step, read);
            case Signal.ReadFailed failed -> RequestRules.readFailed(step, failed.why());
            case Signal.Acknowledged acknowledged -> ReplyRules.acknowledged(step, acknowledged.reset());
            case Signal.Rejected rejected -> ReplyRules.rejected(step, rejected.reset(), rejected.why());
            case Signal.ReplyLost lost -> ReplyRules.replyLost(step, lost.reset(), lost.why());
            case Signal.RebootActionSet set -> ReplyRules.rebootActionSet(step, set.reset());
            case Signal.RebootActionRejected rejected ->
                ReplyRules.rebootActionRejected(step, rejected.reset(), rejected.why());
            case Signal.BeforeContRead read -> ContReplyRules.checked(step, read);
            case Signal.Continued continued -> ContReplyRules.continued(step, continued.reset());
            case Signal.ContRejected rejected -> ContReplyRules.rejected(step, rejected.reset(), rejected.why());
            case Signal.ContLost lost -> ContReplyRules.lost(step, lost.reset(), lost.why());
            case Signal.ResetSeen reset -> ResetEventRules.seen(step, reset);
            case Signal.ResetsRepeated resets -> ResetLoopRules.repeated(step, resets);
            case Signal.ShutdownSeen shutdown -> EventRules.shutdownSeen(step, shutdown.reason());
            case Signal.StopSeen _ -> EventRules.stopSeen(step);
            case Signal.ResumeSeen _ -> EventRules.resumeSeen(step);
            case Signal.SuspendSeen _ -> EventRules.suspendSeen(step);
            case Signal.WakeupSeen _ -> EventRules.wakeupSeen(step);
            case Signal.StateInDoubt doubt -> EventRules.stateInDoubt(step, doubt.event());
            case Signal.MemoryFailureSeen failure -> EventRules.memoryFailureSeen(step, failure.detail());
            case Signal.PanicSeen panic -> EventRules.panicSeen(step, panic);
            case Signal.CountersRead read -> CounterRules.read(step, read.counters());
            case Signal.RunStateRead read -> RunStateRules.read(step, read.runState());
            case Signal.Tick _ -> {
                ResetLoopRules.tick(step);
                TickRules.tick(step);
            }
            case Signal.ClockSet set -> step.connection = step.connection.clockSet(set.offset(), step.now);
            case Signal.PolicyChanged changed -> step.identity = step.identity.with(changed.policy());
            case Signal.Renamed renamed -> rename(step, renamed.name());
            case Signal.Restored restored -> RestoreRules.restored(step, restored);
            case Signal.Forgotten forgotten -> {
                ResetLoopRules.end(step, "then Reseal let go of the guest");
                ConnectionRules.forgotten(step, forgotten);
            }
        }
    }

    private static void rename(StepContext step, String name) {
        step.identity = step.identity.named(name);
        step.judge.ifPresent(judge -> judge.log(log -> log.renamed(name)));
        ResetLoopRules.rename(step, name);
    }

    private GuestMachine() {}
}
