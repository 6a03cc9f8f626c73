package io.reseal.policy.judge;

import io.reseal.policy.Level;
import io.reseal.policy.launch.LaunchComparison;
import io.reseal.policy.launch.LaunchDifferences;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.signal.Action;
import io.reseal.policy.state.Resets.LastReset;

/**
 * What each incarnation of a guest was launched from is compared with the one before, whatever its reset had to prove and whatever
 * its origin: a policy that changed, such as by the trap of an IGVM bundle, changes who can read the guest's memory.
 */
public final class LaunchRules {
    /** Whatever is wanted: a launch that changed is told, also of resets that others began. */
    public static void readOnce(StepContext step, ResetJudge judge) {
        boolean wanted = step.kind().alwaysRebuilt() || judge.open().wants(Level.SAME_LAUNCH);
        if (!judge.awaits(Level.REBUILT) && wanted) {
            step.act(new Action.ReadSituation());
        }
    }

    /** What the guest was launched from says something once it is known whether it was launched at all. */
    public static void readIfWanted(StepContext step, ResetJudge judge) {
        if (judge.observed() && !judge.awaits(Level.REBUILT) && judge.open().wants(Level.SAME_LAUNCH)) {
            step.act(new Action.ReadSituation());
        }
    }

    /**
     * What was read after the RESET of the open reset is what the guest was launched from by it. Another launch does no harm
     * to the guest: the reset ends unproven once everything else up to the wanted level is known.
     */
    public static void read(StepContext step) {
        compare(step);
        step.judge
                .filter(ResetJudge::observed)
                .filter(judge -> judge.open().wants(Level.SAME_LAUNCH) && !judge.awaits(Level.REBUILT))
                .ifPresent(judge -> {
                    var before = judge.open().baseline().launches();
                    judge(judge, LaunchComparison.of(step.kind(), step.terms(), before, step.incarnation.launches()));
                    ConclusionRules.concludeIfComplete(step, judge);
                });
    }

    private static void judge(ResetJudge judge, LaunchComparison.Judgement said) {
        switch (said.finding()) {
            case SHOWN -> judge.show(Level.SAME_LAUNCH, EvidenceKind.LAUNCH, said.detail());
            case CONTRADICTED -> judge.contradict(Level.SAME_LAUNCH, EvidenceKind.LAUNCH, said.detail());
            case NOT_APPLICABLE -> judge.skip(Level.SAME_LAUNCH, EvidenceKind.NOT_APPLICABLE, said.detail());
            case UNKNOWABLE, PENDING -> judge.giveUpOn(Level.SAME_LAUNCH, EvidenceKind.LAUNCH, said.detail());
        }
    }

    /** Something was read of the present incarnation. Compared once, when it is known whether there was a launch at all. */
    private static void compare(StepContext step) {
        boolean early = step.judge
                .filter(judge -> judge.observed() && judge.awaits(Level.REBUILT))
                .isPresent();
        boolean perhapsFailed =
                step.incarnation.rebuildFailed() || step.incarnation.doubted().isPresent();
        boolean notLaunched = perhapsFailed && step.kind().alwaysRebuilt();
        var launches = step.incarnation.launches();
        if (early || notLaunched || !launches.read()) {
            return;
        }
        launches.former().ifPresent(former -> {
            var differences = new LaunchDifferences(step.kind(), former, launches.loaded());
            step.incarnation = step.incarnation.with(launches.compared());
            var unexpected = differences.unexpected(step.terms());
            if (!unexpected.isEmpty()) {
                contradict(step, LaunchComparison.another(unexpected));
            }
            var changes = differences.notAllowed(step.terms());
            if (!changes.isEmpty()) {
                step.act(new Action.LaunchChanged(step.resets.last().map(LastReset::id), changes));
            }
        });
    }

    /** A reset that has to show the level is judged for it, and says the same. */
    private static void contradict(StepContext step, String what) {
        step.judge
                .filter(ResetJudge::observed)
                .filter(judge ->
                        judge.awaits(Level.SAME_LAUNCH) && !judge.open().wants(Level.SAME_LAUNCH))
                .ifPresent(judge -> judge.contradict(Level.SAME_LAUNCH, EvidenceKind.LAUNCH, what));
    }

    private LaunchRules() {}
}
