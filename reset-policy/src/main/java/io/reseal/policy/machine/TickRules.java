package io.reseal.policy.machine;

import io.reseal.policy.Durations;
import io.reseal.policy.Level;
import io.reseal.policy.RunState;
import io.reseal.policy.judge.ConclusionRules;
import io.reseal.policy.judge.LaunchRules;
import io.reseal.policy.judge.ResetJudge;
import io.reseal.policy.judge.StepContext;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.state.Connection.Link;
import io.reseal.policy.state.Phase;
import io.reseal.policy.state.ProcessReplacement;
import java.time.Instant;
import java.util.Optional;

/** A time that was requested has come: what is looked at again, and what has run out of time. */
final class TickRules {
    static void tick(StepContext step) {
        EchoRules.watch(step);
        RequestRules.turnDownInTime(step);
        step.judge.ifPresent(judge -> {
            boolean woken = woken(step, judge);
            if (!step.now.isBefore(judge.open().schedule().deadline())) {
                outOfTime(step, judge, woken);
            } else if (woken) {
                lookAgain(step, judge);
                judge.wakeBy(nextLook(step, judge));
            }
        });
    }

    /** Whether the tick that was requested has come. One that came early, by another clock than ours, is requested again. */
    private static boolean woken(StepContext step, ResetJudge judge) {
        var wakeAt = judge.open().schedule().wakeAt();
        if (wakeAt.filter(step.now::isBefore).isPresent()) {
            step.act(new Action.WakeAt(wakeAt.get()));
            return false;
        }
        judge.wakeAt(Optional.empty());
        return true;
    }

    /** The next tick that is sure to be needed. */
    private static Instant nextLook(StepContext step, ResetJudge judge) {
        var deadline = judge.open().schedule().deadline();
        return judge.open()
                .seen()
                .map(Phase.Observation::settledAt)
                .filter(step.now::isBefore)
                .filter(deadline::isAfter)
                .orElse(deadline);
    }

    private static void lookAgain(StepContext step, ResetJudge judge) {
        if (!step.connection.up()) {
            if (step.connection.is(Link.DOWN)) {
                step.act(new Action.LookAtProcess());
            }
            return;
        }
        if (judge.observed() && judge.awaits(Level.REBUILT)) {
            step.act(new Action.ReadCounters());
        }
        if (judge.awaits(Level.RUNNING)) {
            step.act(new Action.ReadRunState());
        }
        LaunchRules.readIfWanted(step, judge);
    }

    private static void outOfTime(StepContext step, ResetJudge judge, boolean woken) {
        if (mayComeYet(step, judge)) {
            late(step, judge);
            if (woken) {
                lookAgain(step, judge);
                RequestRules.tryAgain(step, judge);
            }
            return;
        }
        if (!judge.open().command().late()) {
            judge.note(
                    EvidenceKind.DEADLINE,
                    Outcome.INCONCLUSIVE,
                    "the time allowed, %s, ran out".formatted(within(judge)));
        }
        if (step.connection.is(Link.ENDED)) {
            judge.conclude(Verdict.DIED, "QEMU ended during the reset, and no other took its place");
        } else if (ProcessReplacement.mayCome(step.identity, step.execution)
                && step.runState().equals(RunState.SHUTDOWN)) {
            ConclusionRules.fail(step, judge, ConclusionRules.SHUT_DOWN);
        } else {
            ConclusionRules.breakOff(step, judge, "time ran out");
        }
    }

    /** The time allowed ran out, but the command is out: its RESET will be that of this reset, so it stays open. */
    private static void late(StepContext step, ResetJudge judge) {
        if (!judge.open().command().late()) {
            judge.command(judge.open().command().isLate());
            RequestRules.tryAgain(step, judge);
            judge.note(
                    EvidenceKind.DEADLINE,
                    Outcome.INCONCLUSIVE,
                    "the time allowed, %s, ran out, and QEMU has not answered system_reset yet: its RESET will be this reset's"
                            .formatted(within(judge)));
        }
    }

    /** On the connection that has the command, or on none as long as nobody could tell. */
    private static boolean mayComeYet(StepContext step, ResetJudge judge) {
        return switch (judge.open().command().reply()) {
            case AWAITED -> step.connection.up();
            case OVERDUE -> step.connection.up() && !judge.observed();
            case CUT -> judge.open().command().late() && step.connection.is(Link.DOWN) && !judge.observed();
            case NONE, CAME, LOST -> false;
        };
    }

    private static String within(ResetJudge judge) {
        return Durations.text(judge.reset().request().proof().within());
    }

    private TickRules() {}
}
