package io.reseal.policy.machine;

import io.reseal.policy.state.GuestState;
import java.util.List;

/**
 * Decides what one guest needs: a function from its state and a signal to its next state and the actions to carry out. The same
 * signals give the same actions, so recorded signals can be replayed and simulated.
 */
public final class GuestMachine {
    /** The guest's next state, and what the daemon is to do, in this order. */
    public record Step(GuestState state, List<Action> actions) {}

    /** Takes one signal in. */
    public static Step step(GuestState state, Signal signal) {
        if (!state.connection().up() && isEvent(signal)) {
            return new Step(state, List.of());
        }
        var context = new StepContext(state, signal.at());
        take(context, signal);
        return new Step(context.state(), context.actions());
    }

    private static void take(StepContext step, Signal signal) {
        switch (signal) {
            case Signal.Attached attached -> ConnectionRules.attached(step, attached);
            case Signal.FactsRead read -> ConnectionRules.factsRead(step, read.facts());
            case Signal.Detached detached -> ConnectionRules.detached(step, detached);
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
            case Signal.Tick _ -> TickRules.tick(step);
            case Signal.ClockSet set -> step.connection = step.connection.clockSet(set.offset(), step.now);
            case Signal.PolicyChanged changed -> step.identity = step.identity.with(changed.policy());
            case Signal.Renamed renamed -> rename(step, renamed.name());
            case Signal.Forgotten forgotten -> ConnectionRules.forgotten(step, forgotten.why());
        }
    }

    private static void rename(StepContext step, String name) {
        step.identity = step.identity.named(name);
        step.judge.ifPresent(judge -> judge.log(log -> log.renamed(name)));
    }

    /** Events between Detached and Attached: what Attached tells was read after them. */
    private static boolean isEvent(Signal signal) {
        return switch (signal) {
            case Signal.ResetSeen _,
                    Signal.ShutdownSeen _,
                    Signal.StopSeen _,
                    Signal.ResumeSeen _,
                    Signal.SuspendSeen _,
                    Signal.WakeupSeen _,
                    Signal.StateInDoubt _,
                    Signal.MemoryFailureSeen _,
                    Signal.PanicSeen _ -> true;
            default -> false;
        };
    }

    private GuestMachine() {}
}
