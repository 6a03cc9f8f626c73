package io.reseal.policy.judge;

import io.reseal.policy.Durations;
import io.reseal.policy.Finding;
import io.reseal.policy.Level;
import io.reseal.policy.RunState;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.state.OpenReset.Reply;
import io.reseal.policy.state.ProcessReplacement;
import java.util.Optional;

/** What a run state that was read shows of the open reset. */
public final class RunStateRules {
    /** QEMU executes commands in order: one that was never answered has been executed by now, if ever. */
    public static void read(StepContext step, RunState read) {
        step.resets = step.resets.unanswered(Optional.empty());
        step.judge.ifPresent(ResetJudge::heard);
        take(step, read);
    }

    public static void take(StepContext step, RunState read) {
        step.takeRunState(read);
        step.judge.ifPresent(judge -> {
            if (judge.observed()) {
                judge(step, judge);
            } else {
                shutDown(step, judge);
            }
        });
    }

    /** A shutdown that was told before our command was executed may be anybody's: QEMU resets a guest that has shut down. */
    public static void shutDown(StepContext step, ResetJudge judge) {
        boolean stays =
                step.runState().equals(RunState.SHUTDOWN) && !ProcessReplacement.mayCome(step.identity, step.execution);
        if (stays && ConclusionRules.turnedIntoShutdown(step, judge)) {
            ConclusionRules.fail(step, judge, ConclusionRules.SHUT_DOWN);
        }
    }

    public static void judge(StepContext step, ResetJudge judge) {
        if (!step.running()) {
            judge.reconsiderRunning();
        }
        if (!judge.awaits(Level.RUNNING)) {
            return;
        }
        if (step.running() && judge.open().settled(step.now)) {
            settledRunning(step, judge);
        } else if (diedAfter(step, judge)) {
            judge.contradict(
                    Level.RUNNING, EvidenceKind.RUN_STATE, "run state is %s, was running".formatted(step.runState()));
            if (judge.open().rebuildFailed()) {
                ConclusionRules.concludeIfComplete(step, judge);
            } else {
                ConclusionRules.fail(step, judge, "the guest does not run, run state is " + step.runState());
            }
        }
    }

    /** What QEMU answers before our command is about the time before it. */
    private static boolean diedAfter(StepContext step, ResetJudge judge) {
        var open = judge.open();
        return step.runState().dead() && open.ranBefore() && !open.suspect() && !open.is(Reply.AWAITED);
    }

    private static void settledRunning(StepContext step, ResetJudge judge) {
        boolean failed = step.incarnation.rebuildFailed() && step.incarnation.notLaunched();
        step.incarnation = step.incarnation.rebuildFailed(failed).doubted(Optional.empty());
        if (judge.open().panicked()) {
            judge.contradict(
                    Level.RUNNING,
                    EvidenceKind.RUN_STATE,
                    "run state is running, but the guest panicked after the reset");
        } else {
            judge.show(
                    Level.RUNNING,
                    EvidenceKind.RUN_STATE,
                    "running, and still so after "
                            + Durations.text(judge.reset().request().proof().settle()));
        }
        ConclusionRules.concludeIfComplete(step, judge);
    }

    /**
     * A guest that did not run before its reset, and that nobody is known to let go on, does not run after it. What was not ours
     * may yet be continued by the client that began it, so only counters that decide end that.
     */
    public static void standsStill(StepContext step, ResetJudge judge) {
        if (!judge.open().pausedByOthers() || step.running() || !judge.awaits(Level.RUNNING)) {
            return;
        }
        boolean stood = !judge.open().baseline().ran();
        if (judge.is(Level.REBUILT, Finding.SHOWN)) {
            judge.skip(
                    Level.RUNNING,
                    EvidenceKind.NOT_APPLICABLE,
                    "running is not applicable: the guest was paused before, so the counters alone decide");
        } else if (judge.reset().request().origin().ours() && stood && !judge.awaits(Level.REBUILT)) {
            stays(step, judge);
        }
    }

    private static void stays(StepContext step, ResetJudge judge) {
        if (step.terms().resume()) {
            judge.giveUpOn(
                    Level.RUNNING,
                    EvidenceKind.RUN_STATE,
                    "run state is %s: the guest did not run before the reset".formatted(step.runState()));
        } else {
            judge.skip(
                    Level.RUNNING,
                    EvidenceKind.NOT_APPLICABLE,
                    "running is not applicable: the guest did not run before, and the policy is not to continue it");
        }
    }

    private RunStateRules() {}
}
