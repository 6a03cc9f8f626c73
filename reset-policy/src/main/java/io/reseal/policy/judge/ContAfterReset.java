package io.reseal.policy.judge;

import io.reseal.policy.Finding;
import io.reseal.policy.Level;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.signal.Action;
import io.reseal.policy.state.Phase;

/**
 * A guest that did not run is in prelaunch after a reset that we sent, and goes on only with a cont. A cont after a rebuild that failed
 * kills QEMU (11.1.3), so it waits until the reset is seen to have succeeded.
 */
public final class ContAfterReset {
    /** Lets the guest go on, once reply and RESET are there and, where a rebuild is due, that is shown. */
    public static void goOn(StepContext step, ResetJudge judge) {
        boolean early = !judge.observed() || judge.awaits(Level.ACKNOWLEDGED) || judge.awaits(Level.REBUILT);
        if (!judge.open().command().contDue() || early) {
            return;
        }
        if (step.running()) {
            sentByOthers(judge);
        } else if (succeeded(step, judge)) {
            judge.checkBeforeCont();
            step.act(new Action.ReadBeforeCont(judge.reset()));
        } else {
            giveUp(judge, "no cont was sent: the rebuild was not shown, and a cont after a failed one kills QEMU");
        }
    }

    public static void sentByOthers(ResetJudge judge) {
        judge.settle();
        judge.note(EvidenceKind.CONTINUATION, Outcome.INCONCLUSIVE, "no cont was sent: somebody else sent one");
    }

    private static boolean succeeded(StepContext step, ResetJudge judge) {
        var open = judge.open();
        boolean failedBefore = step.incarnation.rebuildFailed() && step.kind().alwaysRebuilt();
        boolean rebuilt = !open.baseline().rebuildExpected() || open.is(Level.REBUILT, Finding.SHOWN);
        return rebuilt && !failedBefore && !open.rebuildFailed() && open.phase() instanceof Phase.Settling;
    }

    public static void giveUp(ResetJudge judge, String why) {
        judge.settle();
        if (judge.awaits(Level.RUNNING)) {
            judge.giveUpOn(Level.RUNNING, EvidenceKind.CONTINUATION, why);
        }
    }

    /** Over a gap nobody knows what became of the reset. */
    public static void disconnected(ResetJudge judge) {
        if (judge.open().contPending()) {
            boolean sent = judge.open().phase() instanceof Phase.Continuing;
            judge.settle();
            judge.note(
                    EvidenceKind.CONTINUATION,
                    Outcome.INCONCLUSIVE,
                    (sent ? "the reply to cont was lost" : "no cont was sent") + ": the connection was lost");
        }
    }

    private ContAfterReset() {}
}
