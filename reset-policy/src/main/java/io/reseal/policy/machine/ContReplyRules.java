package io.reseal.policy.machine;

import io.reseal.policy.judge.ConclusionRules;
import io.reseal.policy.judge.ContAfterReset;
import io.reseal.policy.judge.ResetJudge;
import io.reseal.policy.judge.StepContext;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.Phase;

/** What became of our cont, and of the last look before it. */
final class ContReplyRules {
    /**
     * A last look: the guest must stand in prelaunch with the counters that the reset left. What fails between this look and the cont
     * cannot be seen over QMP; a policy that does not continue guests avoids it.
     */
    static void checked(StepContext step, Signal.BeforeContRead read) {
        step.judge(read.reset(), Phase.CheckingBeforeCont.class).ifPresent(judge -> {
            var known = step.incarnation.counters().map(counters -> counters.exits());
            boolean same = known.map(read.counters().exits()::equals).orElse(true);
            step.takeRunState(read.runState());
            if (step.running()) {
                ContAfterReset.sentByOthers(judge);
            } else if (read.runState().prelaunch() && same) {
                judge.sendCont();
                return;
            } else {
                ContAfterReset.giveUp(
                        judge,
                        "no cont was sent: run state is %s, and the vCPU counters moved".formatted(read.runState()));
            }
            ConclusionRules.concludeIfComplete(step, judge);
        });
    }

    /** The last look did not succeed. */
    static void notChecked(StepContext step, String why) {
        step.judge
                .filter(judge -> judge.open().phase() instanceof Phase.CheckingBeforeCont)
                .ifPresent(judge -> {
                    ContAfterReset.giveUp(judge, "no cont was sent: the guest could not be read before it: " + why);
                    ConclusionRules.concludeIfComplete(step, judge);
                });
    }

    static void continued(StepContext step, String reset) {
        step.judge(reset, Phase.Continuing.class).ifPresent(judge -> {
            judge.settle();
            judge.since(seen -> seen.ranBefore(true));
            judge.note(
                    EvidenceKind.CONTINUATION,
                    Outcome.SUPPORTS,
                    "the guest did not run before the reset and was continued after it");
            awaitRunning(step, judge);
        });
    }

    static void rejected(StepContext step, String reset, String why) {
        step.judge(reset, Phase.Continuing.class).ifPresent(judge -> {
            ContAfterReset.giveUp(judge, "cont was not executed: " + why);
            ConclusionRules.concludeIfComplete(step, judge);
        });
    }

    /** It may have been executed: whether the guest runs tells. */
    static void lost(StepContext step, String reset, String why) {
        step.judge(reset, Phase.Continuing.class).ifPresent(judge -> {
            judge.settle();
            judge.note(EvidenceKind.CONTINUATION, Outcome.INCONCLUSIVE, "no reply to cont, it may have run: " + why);
            awaitRunning(step, judge);
        });
    }

    private static void awaitRunning(StepContext step, ResetJudge judge) {
        judge.settleAgain();
        step.act(new Action.ReadRunState());
        ConclusionRules.concludeIfComplete(step, judge);
    }

    private ContReplyRules() {}
}
