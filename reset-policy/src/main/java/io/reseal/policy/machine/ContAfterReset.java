package io.reseal.policy.machine;

import io.reseal.policy.Finding;
import io.reseal.policy.GuestFacts;
import io.reseal.policy.Level;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.machine.OpenReset.Continuation;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import java.util.Optional;

/**
 * A guest that did not run is reset because somebody asked: it is in prelaunch then and goes on only with a cont. A cont
 * after a rebuild that failed kills QEMU (11.1.3), so it waits until the reset is seen to have succeeded.
 */
final class ContAfterReset {
    /**
     * Whether a guest in {@code runState} is to go on after a reset that was asked for. In the other states somebody else has plans for
     * the guest; to SEV types no cont is ever sent.
     */
    static boolean isDue(GuestFacts facts, RunState runState, ResetPolicy.Terms terms) {
        boolean stands = runState.use() == RunState.Use.CONTINUED || runState.use() == RunState.Use.ASLEEP;
        return terms.resume() && stands && !facts.kind().isSev();
    }

    /** Lets the guest go on, once reply and RESET are there and, where a rebuild is due, that is shown. */
    static void goOn(StepContext turn, ResetJudge trial) {
        boolean early = !trial.observed() || trial.awaits(Level.ACKNOWLEDGED) || trial.awaits(Level.REBUILT);
        if (trial.continuation != Continuation.DUE || early) {
            return;
        }
        if (turn.running()) {
            trial.continuation = Continuation.NONE;
            trial.note(EvidenceKind.CONTINUATION, Outcome.INCONCLUSIVE, "no cont was sent: somebody else sent one");
        } else if (succeeded(turn, trial)) {
            trial.continuation = Continuation.CHECKED;
            turn.act(new Action.ReadBeforeCont(trial.reset()));
        } else {
            giveUp(trial, "no cont was sent: the rebuild was not shown, and a cont after a failed one kills QEMU");
        }
    }

    private static boolean succeeded(StepContext turn, ResetJudge trial) {
        boolean failedBefore = turn.rebuildFailed && turn.kind().alwaysRebuilt();
        boolean rebuilt = !trial.rebuildExpected || trial.is(Level.REBUILT, Finding.SHOWN);
        return rebuilt && !failedBefore && !trial.suspect && !trial.rebuildFailed() && !trial.blind;
    }

    private static void giveUp(ResetJudge trial, String why) {
        trial.continuation = Continuation.NONE;
        if (trial.awaits(Level.RUNNING)) {
            trial.giveUpOn(Level.RUNNING, EvidenceKind.CONTINUATION, why);
        }
    }

    /**
     * A last look: the guest must stand in prelaunch with the counters that the reset left. What fails between this look and the cont
     * cannot be seen over QMP; a policy that does not continue guests avoids it.
     */
    static void checked(StepContext turn, Signal.BeforeContRead read) {
        waiting(turn, read.reset(), Continuation.CHECKED).ifPresent(trial -> {
            var known = turn.life.counters().map(VcpuCounters::exits);
            boolean same = known.map(read.counters().exits()::equals).orElse(true);
            turn.takeRunState(read.runState());
            if (turn.running()) {
                trial.continuation = Continuation.NONE;
                trial.note(EvidenceKind.CONTINUATION, Outcome.INCONCLUSIVE, "no cont was sent: somebody else sent one");
            } else if (read.runState().prelaunch() && same) {
                trial.continuation = Continuation.SENT;
                turn.act(new Action.SendCont(trial.reset()));
                return;
            } else {
                giveUp(
                        trial,
                        "no cont was sent: run state is %s, and the vCPU counters moved".formatted(read.runState()));
            }
            trial.concludeIfComplete();
        });
    }

    /** The last look did not succeed. */
    static void notChecked(StepContext turn, String why) {
        turn.trial.filter(trial -> trial.continuation == Continuation.CHECKED).ifPresent(trial -> {
            giveUp(trial, "no cont was sent: the guest could not be read before it: " + why);
            trial.concludeIfComplete();
        });
    }

    private static Optional<ResetJudge> waiting(StepContext turn, String reset, Continuation state) {
        return turn.trial
                .filter(trial -> trial.reset().id().equals(reset))
                .filter(trial -> trial.continuation == state);
    }

    static void continued(StepContext turn, String reset) {
        waiting(turn, reset, Continuation.SENT).ifPresent(trial -> {
            trial.continuation = Continuation.NONE;
            trial.wasRunning = true;
            trial.note(
                    EvidenceKind.CONTINUATION,
                    Outcome.SUPPORTS,
                    "the guest did not run before the reset and was continued after it");
            trial.settleAnew();
            turn.act(new Action.ReadRunState());
            trial.concludeIfComplete();
        });
    }

    static void rejected(StepContext turn, String reset, String why) {
        waiting(turn, reset, Continuation.SENT).ifPresent(trial -> {
            giveUp(trial, "cont was not executed: " + why);
            trial.concludeIfComplete();
        });
    }

    /** It may have been executed: whether the guest runs tells. */
    static void lost(StepContext turn, String reset, String why) {
        waiting(turn, reset, Continuation.SENT).ifPresent(trial -> {
            trial.continuation = Continuation.NONE;
            trial.note(EvidenceKind.CONTINUATION, Outcome.INCONCLUSIVE, "no reply to cont, it may have run: " + why);
            trial.settleAnew();
            turn.act(new Action.ReadRunState());
            trial.concludeIfComplete();
        });
    }

    /** Over a gap nobody knows what became of the reset. */
    static void disconnected(ResetJudge trial) {
        if (trial.continuation != Continuation.NONE) {
            var what = trial.continuation == Continuation.SENT ? "the reply to cont was lost" : "no cont was sent";
            trial.continuation = Continuation.NONE;
            trial.note(EvidenceKind.CONTINUATION, Outcome.INCONCLUSIVE, what + ": the connection was lost");
        }
    }

    private ContAfterReset() {}
}
