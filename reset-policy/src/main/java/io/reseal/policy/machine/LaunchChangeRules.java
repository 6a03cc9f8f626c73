package io.reseal.policy.machine;

import io.reseal.policy.Finding;
import io.reseal.policy.Level;
import io.reseal.policy.launch.LaunchComparison;
import io.reseal.policy.launch.LaunchDifferences;
import io.reseal.policy.reset.EvidenceKind;

/**
 * What each life of a guest was launched from is compared with the life before, whatever its reset had to prove and whoever
 * began it: a policy that changed, such as by the trap of an IGVM bundle, changes who can read the guest's memory.
 */
final class LaunchChangeRules {
    /** Something was read of the present life. Judged once, when it is known whether there was a launch at all. */
    static void read(StepContext turn) {
        boolean early = turn.trial
                .filter(trial -> trial.observed() && trial.awaits(Level.REBUILT))
                .isPresent();
        boolean notLaunched =
                (turn.rebuildFailed || turn.doubted.isPresent()) && turn.kind().alwaysRebuilt();
        if (early || notLaunched || !turn.outlook.read()) {
            return;
        }
        turn.outlook.former().ifPresent(former -> {
            var differences = new LaunchDifferences(turn.kind(), former, turn.outlook.loaded());
            turn.outlook = turn.outlook.compared();
            var unexpected = differences.unexpected(turn.terms());
            if (!unexpected.isEmpty()) {
                contradict(turn, LaunchComparison.another(unexpected));
            }
            var changes = differences.notAllowed(turn.terms());
            if (!changes.isEmpty()) {
                turn.act(new Action.LaunchChanged(turn.last.map(GuestState.LastReset::id), changes));
            }
        });
    }

    /** A reset that has to show the level is judged for it, and says the same. */
    private static void contradict(StepContext turn, String what) {
        turn.trial
                .filter(ResetJudge::observed)
                .filter(trial -> trial.awaits(Level.SAME_LAUNCH) && !trial.wants(Level.SAME_LAUNCH))
                .ifPresent(trial -> trial.contradict(Level.SAME_LAUNCH, EvidenceKind.LAUNCH, what));
    }

    /** What the summary of a reset says that did not have to show the level. */
    static String remark(ResetJudge trial) {
        return trial.is(Level.SAME_LAUNCH, Finding.CONTRADICTED) ? "; the launch is another than before" : "";
    }

    private LaunchChangeRules() {}
}
