package io.reseal.policy.judge;

import io.reseal.policy.Level;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.state.OpenReset.Reply;

/** That a reset took place. Whose it was is known only of a system_reset that QEMU has answered. */
public final class ObservationRules {
    public static void show(ResetJudge judge, String what) {
        show(judge, EvidenceKind.RESET_EVENT, what);
    }

    public static void show(ResetJudge judge, EvidenceKind kind, String what) {
        if (judge.is(Reply.LOST)) {
            judge.giveUpOn(
                    Level.OBSERVED, kind, what + ", perhaps somebody else's: the reply to our system_reset was lost");
        } else {
            judge.show(Level.OBSERVED, kind, what);
        }
    }

    private ObservationRules() {}
}
