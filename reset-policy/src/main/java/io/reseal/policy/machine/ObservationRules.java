package io.reseal.policy.machine;

import io.reseal.policy.Level;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.state.OpenReset.Reply;

/** That a reset took place. Whose it was is known only of a system_reset that QEMU has answered. */
final class ObservationRules {
    static void show(ResetJudge judge, String what) {
        show(judge, EvidenceKind.RESET_EVENT, what);
    }

    static void show(ResetJudge judge, EvidenceKind kind, String what) {
        if (judge.is(Reply.LOST)) {
            judge.giveUpOn(
                    Level.OBSERVED, kind, what + ", perhaps somebody else's: the reply to our system_reset was lost");
        } else {
            judge.show(Level.OBSERVED, kind, what);
        }
    }

    private ObservationRules() {}
}
