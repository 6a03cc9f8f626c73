package io.reseal.policy.judge;

import io.reseal.policy.Level;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;

/** That a reset took place. Whose it was is known only of a system_reset that QEMU has answered. */
public final class ObservationRules {
    public static void show(ResetJudge judge, String what) {
        show(judge, EvidenceKind.RESET_EVENT, what);
    }

    public static void show(ResetJudge judge, EvidenceKind kind, String what) {
        if (judge.open().unanswered()) {
            judge.giveUpOn(
                    Level.OBSERVED, kind, what + ", perhaps somebody else's: the reply to our system_reset was lost");
        } else {
            judge.show(Level.OBSERVED, kind, what);
        }
    }

    /** A reset of ours was closed before QEMU had answered its command: this one may be its effect. */
    public static void noteUnanswered(StepContext step, ResetJudge judge) {
        step.resets
                .unanswered()
                .filter(ours -> !ours.equals(judge.reset().id()))
                .ifPresent(ours -> judge.note(
                        EvidenceKind.ACKNOWLEDGEMENT,
                        Outcome.INCONCLUSIVE,
                        "perhaps by the system_reset of %s, which was never answered; perhaps somebody else's"
                                .formatted(ours)));
    }

    private ObservationRules() {}
}
