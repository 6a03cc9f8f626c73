package io.reseal.policy;

import io.reseal.policy.OpenReset.Continuation;
import java.util.Set;

/**
 * A guest that did not run is reset because somebody asked: it is in prelaunch then and goes on only with a cont. A cont
 * after a rebuild that failed kills QEMU (11.1.3), so it waits until the reset is seen to have succeeded.
 */
final class Continuing {
    /** Not prelaunch, shutdown and the states of a migration: there somebody else has plans for the guest. */
    private static final Set<String> GOES_ON =
            Set.of("paused", "internal-error", "guest-panicked", "io-error", "watchdog");

    /** Whether a guest in {@code runState} is to go on after a reset that was asked for. To SEV types no cont is ever sent. */
    static boolean isDue(GuestFacts facts, String runState) {
        return GOES_ON.contains(runState) && (facts.kind() == GuestKind.PLAIN || facts.kind() == GuestKind.TDX);
    }

    /** Lets the guest go on, once reply and RESET are there and, where a rebuild is due, that is shown. */
    static void goOn(Turn turn, Trial trial) {
        boolean early = !trial.observed() || trial.awaits(Level.ACKNOWLEDGED) || trial.awaits(Level.REBUILT);
        if (trial.continuation != Continuation.DUE || early) {
            return;
        }
        if (turn.running()) {
            trial.continuation = Continuation.NONE;
            trial.note(EvidenceKind.CONTINUATION, Outcome.INCONCLUSIVE, "no cont was sent: somebody else sent one");
        } else if (succeeded(turn, trial)) {
            trial.continuation = Continuation.SENT;
            turn.act(new Action.SendCont(trial.reset()));
        } else {
            giveUp(trial, "no cont was sent: the rebuild was not shown, and a cont after a failed one kills QEMU");
        }
    }

    private static boolean succeeded(Turn turn, Trial trial) {
        boolean failedBefore = turn.rebuildFailed && turn.kind().alwaysRebuilt();
        boolean rebuilt = !trial.rebuildExpected || trial.is(Level.REBUILT, Findings.Finding.SHOWN);
        return rebuilt && !failedBefore && !trial.suspect() && !trial.blind;
    }

    private static void giveUp(Trial trial, String why) {
        trial.continuation = Continuation.NONE;
        if (trial.awaits(Level.RUNNING)) {
            trial.giveUpOn(Level.RUNNING, EvidenceKind.CONTINUATION, why);
        }
    }

    static void continued(Turn turn) {
        turn.trial.filter(trial -> trial.continuation == Continuation.SENT).ifPresent(trial -> {
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

    static void rejected(Turn turn, String why) {
        turn.trial.filter(trial -> trial.continuation == Continuation.SENT).ifPresent(trial -> {
            giveUp(trial, "cont was not executed: " + why);
            trial.concludeIfComplete();
        });
    }

    /** It may have been executed: whether the guest runs tells. */
    static void lost(Turn turn, String why) {
        turn.trial.filter(trial -> trial.continuation == Continuation.SENT).ifPresent(trial -> {
            trial.continuation = Continuation.NONE;
            trial.note(EvidenceKind.CONTINUATION, Outcome.INCONCLUSIVE, "no reply to cont, it may have run: " + why);
            trial.settleAnew();
            turn.act(new Action.ReadRunState());
            trial.concludeIfComplete();
        });
    }

    /** Over a gap nobody knows what became of the reset. */
    static void disconnected(Trial trial) {
        if (trial.continuation != Continuation.NONE) {
            var what = trial.continuation == Continuation.DUE ? "no cont was sent" : "the reply to cont was lost";
            trial.continuation = Continuation.NONE;
            trial.note(EvidenceKind.CONTINUATION, Outcome.INCONCLUSIVE, what + ": the connection was lost");
        }
    }

    private Continuing() {}
}
