package io.reseal.policy.machine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Decides what one guest needs: a function from its state and a signal to its next state and the actions to carry out. The same
 * signals give the same actions, so recorded signals can be replayed and simulated.
 */
public final class GuestMachine {
    /** The guest's next state, and what the daemon is to do, in this order. */
    public record Step(GuestState state, List<Action> actions) {}

    /** Takes one signal in. */
    public static Step step(GuestState state, Signal signal) {
        if (state.link() != GuestState.Link.UP && isEvent(signal)) {
            return new Step(state, List.of());
        }
        var turn = new StepContext(state, signal.at());
        take(turn, signal);
        return turn.done();
    }

    private static void take(StepContext turn, Signal signal) {
        switch (signal) {
            case Signal.Attached attached -> ConnectionRules.attached(turn, attached);
            case Signal.FactsRead read -> ConnectionRules.factsRead(turn, read.facts());
            case Signal.Detached detached -> ConnectionRules.detached(turn, detached);
            case Signal.ProcessSeen seen -> ConnectionRules.processSeen(turn, seen.state());
            case Signal.Requested asked -> RequestRules.requested(turn, asked.request());
            case Signal.SituationRead read -> RequestRules.situationRead(turn, read);
            case Signal.ReadFailed failed -> RequestRules.readFailed(turn, failed.why());
            case Signal.Acknowledged acknowledged -> RequestRules.acknowledged(turn, acknowledged.reset());
            case Signal.Rejected rejected -> RequestRules.rejected(turn, rejected.reset(), rejected.why());
            case Signal.ReplyLost lost -> RequestRules.replyLost(turn, lost.reset(), lost.why());
            case Signal.RebootActionSet set -> RequestRules.rebootActionSet(turn, set.reset());
            case Signal.RebootActionRejected rejected ->
                RequestRules.rebootActionRejected(turn, rejected.reset(), rejected.why());
            case Signal.BeforeContRead read -> ContAfterReset.checked(turn, read);
            case Signal.Continued continued -> ContAfterReset.continued(turn, continued.reset());
            case Signal.ContRejected rejected -> ContAfterReset.rejected(turn, rejected.reset(), rejected.why());
            case Signal.ContLost lost -> ContAfterReset.lost(turn, lost.reset(), lost.why());
            case Signal.ResetSeen reset -> EventRules.resetSeen(turn, reset);
            case Signal.ShutdownSeen shutdown -> EventRules.shutdownSeen(turn, shutdown.reason());
            case Signal.StopSeen _ -> EventRules.stopSeen(turn);
            case Signal.ResumeSeen _ -> EventRules.resumeSeen(turn);
            case Signal.SuspendSeen _ -> EventRules.suspendSeen(turn);
            case Signal.WakeupSeen _ -> EventRules.wakeupSeen(turn);
            case Signal.StateInDoubt doubt -> EventRules.stateInDoubt(turn, doubt.event());
            case Signal.MemoryFailureSeen failure -> EventRules.memoryFailureSeen(turn, failure.detail());
            case Signal.PanicSeen panic -> EventRules.panicSeen(turn, panic);
            case Signal.CountersRead read -> ReadingRules.counters(turn, read.counters());
            case Signal.RunStateRead read -> ReadingRules.runStateRead(turn, read.runState());
            case Signal.Tick _ -> ReadingRules.tick(turn);
            case Signal.ClockSet set -> setClock(turn, set.offset());
            case Signal.PolicyChanged changed -> turn.policy = changed.policy();
            case Signal.Renamed renamed -> rename(turn, renamed.name());
            case Signal.Forgotten forgotten -> ConnectionRules.forgotten(turn, forgotten.why());
        }
    }

    private static void setClock(StepContext turn, Duration offset) {
        turn.offset = offset;
        turn.clockSetAt = Optional.of(turn.now);
    }

    private static void rename(StepContext turn, String name) {
        turn.name = name;
        turn.trial.ifPresent(trial -> trial.renamed(name));
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
