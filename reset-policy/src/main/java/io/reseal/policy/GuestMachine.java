package io.reseal.policy;

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
        var turn = new Turn(state, signal.at());
        take(turn, signal);
        return turn.done();
    }

    private static void take(Turn turn, Signal signal) {
        switch (signal) {
            case Signal.Attached attached -> {
                LiveUpdate.attached(turn, attached);
                Linking.attached(turn, attached);
            }
            case Signal.FactsRead read -> Linking.factsRead(turn, read.facts());
            case Signal.Detached detached -> Linking.detached(turn, detached);
            case Signal.ProcessSeen seen -> Linking.processSeen(turn, seen.state());
            case Signal.Asked asked -> Asking.asked(turn, asked.ask());
            case Signal.SituationRead read -> Asking.situationRead(turn, read);
            case Signal.ReadFailed failed -> Asking.readFailed(turn, failed.why());
            case Signal.Acknowledged acknowledged -> Asking.acknowledged(turn, acknowledged.reset());
            case Signal.Rejected rejected -> Asking.rejected(turn, rejected.reset(), rejected.why());
            case Signal.ReplyLost lost -> Asking.replyLost(turn, lost.reset(), lost.why());
            case Signal.RebootActionSet set -> Asking.rebootActionSet(turn, set.reset());
            case Signal.RebootActionRejected rejected ->
                Asking.rebootActionRejected(turn, rejected.reset(), rejected.why());
            case Signal.BeforeContRead read -> Continuing.checked(turn, read);
            case Signal.Continued continued -> Continuing.continued(turn, continued.reset());
            case Signal.ContRejected rejected -> Continuing.rejected(turn, rejected.reset(), rejected.why());
            case Signal.ContLost lost -> Continuing.lost(turn, lost.reset(), lost.why());
            case Signal.ResetSeen reset -> Watching.resetSeen(turn, reset);
            case Signal.ShutdownSeen shutdown -> Watching.shutdownSeen(turn, shutdown.reason());
            case Signal.StopSeen _ -> Watching.stopSeen(turn);
            case Signal.ResumeSeen _ -> Watching.resumeSeen(turn);
            case Signal.SuspendSeen _ -> Watching.suspendSeen(turn);
            case Signal.WakeupSeen _ -> Watching.wakeupSeen(turn);
            case Signal.StateInDoubt doubt -> Watching.stateInDoubt(turn, doubt.event());
            case Signal.MemoryFailureSeen failure -> Watching.memoryFailureSeen(turn, failure.detail());
            case Signal.PanicSeen panic -> Watching.panicSeen(turn, panic);
            case Signal.CountersRead read -> Proving.counters(turn, read.counters());
            case Signal.RunStateRead read -> Proving.runStateRead(turn, read.runState());
            case Signal.Tick _ -> Proving.tick(turn);
            case Signal.ClockSet set -> setClock(turn, set.offset());
            case Signal.PolicyChanged changed -> turn.policy = changed.policy();
            case Signal.Renamed renamed -> rename(turn, renamed.name());
            case Signal.Forgotten forgotten -> Linking.forgotten(turn, forgotten.why());
        }
    }

    private static void setClock(Turn turn, Duration offset) {
        turn.offset = offset;
        turn.clockSetAt = Optional.of(turn.now);
    }

    private static void rename(Turn turn, String name) {
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
