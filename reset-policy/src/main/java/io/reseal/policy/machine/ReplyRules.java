package io.reseal.policy.machine;

import io.reseal.policy.Finding;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.RunState;
import io.reseal.policy.judge.ConclusionRules;
import io.reseal.policy.judge.ResetJudge;
import io.reseal.policy.judge.RunStateRules;
import io.reseal.policy.judge.StepContext;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.state.Execution.Shutdown;
import io.reseal.policy.state.OpenReset.Reply;
import io.reseal.policy.state.Phase.SettingRebootAction;
import java.util.Optional;

/** What became of our set-action and our system_reset. */
final class ReplyRules {
    /** Sent also if the guest was reset in between: that was somebody else's, and ours is still owed. */
    static void rebootActionSet(StepContext step, String reset) {
        boolean was = step.identity
                .facts()
                .map(facts -> facts.rebootAction().shutdown())
                .orElse(false);
        EventRules.changeRebootAction(step, action -> action.withShutdown(false));
        step.judge(reset, SettingRebootAction.class).ifPresent(judge -> {
            judge.note(
                    EvidenceKind.REBOOT_ACTION,
                    Outcome.SUPPORTS,
                    was
                            ? "set-action: a reboot is a reset again, it was a shutdown"
                            : "set-action: a reboot is a reset");
            sendOrLeave(step, judge);
        });
    }

    /** What stops a reset may have come up since it was judged. */
    private static void sendOrLeave(StepContext step, ResetJudge judge) {
        var stopping = step.guest().stopping(judge.reset().request());
        boolean stopped = step.runState().equals(RunState.PAUSED) && step.execution.stopUnexplained();
        if (stopped || (judge.open().baseline().ran() && !step.running())) {
            neverSent(judge, "the guest was stopped in between");
        } else if (!stopping.isEmpty()) {
            neverSent(judge, "in between it got the hazards " + RequestRules.names(stopping));
        } else {
            judge.sent();
        }
    }

    static void rebootActionRejected(StepContext step, String reset, String why) {
        step.judge(reset, SettingRebootAction.class)
                .ifPresent(judge -> neverSent(judge, "set-action did not succeed: " + why));
    }

    static void disconnectedBefore(StepContext step, String why) {
        step.judge
                .filter(judge -> judge.open().phase() instanceof SettingRebootAction)
                .ifPresent(judge -> neverSent(judge, "the connection was lost before: " + why));
    }

    /** A reset that was not sent, since what it needs first did not succeed. */
    private static void neverSent(ResetJudge judge, String why) {
        judge.conclude(Verdict.REFUSED, "system_reset was not sent: " + why);
    }

    private static Optional<ResetJudge> unanswered(StepContext step, String reset) {
        return step.judge.filter(
                judge -> judge.is(Reply.AWAITED) && judge.reset().id().equals(reset));
    }

    static void acknowledged(StepContext step, String reset) {
        unanswered(step, reset).ifPresent(judge -> {
            judge.replied(Reply.CAME);
            step.execution
                    .shutdown()
                    .filter(Shutdown::reboot)
                    .filter(_ -> judge.observed())
                    .ifPresent(told -> {
                        ResetEventRules.disown(step, judge);
                        judge.note(
                                EvidenceKind.SHUTDOWN_EVENT,
                                Outcome.INCONCLUSIVE,
                                "SHUTDOWN with reason " + told.reason());
                    });
            judge.show(Level.ACKNOWLEDGED, EvidenceKind.ACKNOWLEDGEMENT, "QMP returned success");
            if (ConclusionRules.turnedIntoShutdown(step, judge) && step.kind() != GuestKind.TDX) {
                judge.contradict(Level.OBSERVED, EvidenceKind.SHUTDOWN_EVENT, ConclusionRules.SHUT_DOWN);
            }
            ConclusionRules.concludeIfComplete(step, judge);
            step.judge.ifPresent(open -> shutDownOrReset(step, open));
        });
    }

    private static void shutDownOrReset(StepContext step, ResetJudge judge) {
        RunStateRules.shutDown(step, judge);
        if (judge.observed() && step.runState().dead()) {
            step.act(new Action.ReadRunState());
        }
    }

    static void rejected(StepContext step, String reset, String why) {
        unanswered(step, reset).ifPresent(judge -> {
            judge.replied(Reply.CAME);
            judge.contradict(Level.ACKNOWLEDGED, EvidenceKind.ACKNOWLEDGEMENT, why);
            if (judge.observed()) {
                ResetEventRules.disown(step, judge);
            }
            judge.conclude(Verdict.UNPROVEN, "system_reset was not executed: " + why);
        });
    }

    /** A lost reply is unknown, not a failure: QEMU may still execute the command. Resolved by looking. */
    static void replyLost(StepContext step, String reset, String why) {
        unanswered(step, reset).ifPresent(judge -> {
            lost(judge, Reply.OVERDUE, "no reply, the reset may have happened: " + why);
            step.act(new Action.ReadRunState());
            ConclusionRules.concludeIfComplete(step, judge);
        });
    }

    static void lost(ResetJudge judge, Reply how, String what) {
        judge.replied(how);
        if (judge.observed() && judge.is(Level.OBSERVED, Finding.SHOWN)) {
            judge.giveUpOn(
                    Level.OBSERVED,
                    EvidenceKind.RESET_EVENT,
                    "the RESET was perhaps somebody else's: the reply to our system_reset was lost");
        }
        judge.skip(Level.ACKNOWLEDGED, EvidenceKind.ACKNOWLEDGEMENT, what);
    }

    private ReplyRules() {}
}
