package io.reseal.policy.machine;

import io.reseal.policy.Level;
import io.reseal.policy.VcpuCounters.Reading;
import io.reseal.policy.judge.ConclusionRules;
import io.reseal.policy.judge.ObservationRules;
import io.reseal.policy.judge.OpeningRules;
import io.reseal.policy.judge.ResetJudge;
import io.reseal.policy.judge.StepContext;
import io.reseal.policy.launch.LaunchHistory;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.signal.GuestReading;
import io.reseal.policy.state.Echo;
import io.reseal.policy.state.Phase;
import io.reseal.policy.state.Phase.Observation;
import io.reseal.policy.state.Resets;
import io.reseal.policy.state.Resets.LastReset;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a new connection tells of the time without one. */
final class GapRules {
    private static final String LOST_IT =
            "inferred: the guest ran before the connection was lost and is in prelaunch now, and the vCPU counters went on:"
                    + " the sign of a rebuild that failed";

    private static final String REPLACED =
            "QEMU may have been replaced by another process while there was no connection, and its process cannot be told from another";

    /**
     * Smaller counters than before the gap, or a guest in {@code prelaunch} that was not: a reset took place in it. Larger
     * counters do not say that none did.
     */
    static void compare(StepContext step, GuestReading reading) {
        var read = against(step, reading);
        var observed = step.judge.filter(ResetJudge::observed);
        if (read == Reading.RESTARTED || cameToPrelaunch(step, reading)) {
            observed.ifPresent(
                    judge -> ConclusionRules.breakOff(step, judge, "another reset took place in a blind interval"));
            infer(step, read, reading);
        } else {
            observed.ifPresent(judge -> lookAgain(judge, reading));
        }
    }

    private static Reading against(StepContext step, GuestReading reading) {
        return step.judge
                .filter(judge -> !judge.observed())
                .map(judge -> judge.open().baseline().counters())
                .orElse(step.incarnation.counters())
                .map(before -> reading.counters().against(before, Duration.ZERO))
                .orElse(Reading.SAYS_NOTHING);
    }

    private static boolean cameToPrelaunch(StepContext step, GuestReading reading) {
        return reading.runState().prelaunch() && !step.runState().beforeFirstRun();
    }

    private static void lookAgain(ResetJudge judge, GuestReading reading) {
        if (!reading.runState().prelaunch()) {
            judge.runs();
        }
        if (judge.awaits(Level.RUNNING)) {
            judge.settleAgain();
        }
    }

    /**
     * The monitor is served by a process that cannot be told from the one before. What changed may be that of another, so
     * nothing is shown by it; a failed QEMU process never gets another KVM context, so one that has it is another.
     */
    static void doubt(StepContext step, GuestReading reading) {
        step.incarnation = step.incarnation.with(LaunchHistory.UNKNOWN);
        step.resets = step.resets.last(Optional.empty());
        step.execution = step.execution.noShutdown();
        var read = against(step, reading);
        boolean changed = read == Reading.RESTARTED || cameToPrelaunch(step, reading);
        if (changed && step.judge.isEmpty()) {
            OpeningRules.open(step, unknownRequest(step));
        }
        step.judge.ifPresent(judge -> giveUp(step, judge, changed));
        if (changed) {
            boolean failed = step.incarnation.rebuildFailed() && read != Reading.RESTARTED;
            var doubted = step.incarnation.doubted().filter(_ -> read != Reading.RESTARTED);
            Resets before = step.resets;
            step.forgetProcess();
            step.incarnation = step.incarnation.rebuildFailed(failed).doubted(doubted);
            step.resets = step.resets.unanswered(before.unanswered());
        }
    }

    /** What was requested of one process cannot be shown by another. */
    private static void giveUp(StepContext step, ResetJudge judge, boolean changed) {
        boolean perhapsToCome = judge.open().unanswered() && !judge.observed();
        if (changed && !judge.observed()) {
            var seen =
                    new Observation(judge.settlesAt(), judge.open().baseline().ran(), false, false);
            judge.observe(step.wall(), new Phase.Unobserved(seen, false));
        }
        for (var level : List.of(Level.OBSERVED, Level.RUNNING, Level.REBUILT, Level.SAME_LAUNCH)) {
            if (judge.awaits(level)) {
                judge.giveUpOn(level, EvidenceKind.PROCESS, REPLACED);
            }
        }
        judge.leaveUnproven(REPLACED);
        if (perhapsToCome) {
            step.resets = step.resets.unanswered(Optional.of(judge.reset().id()));
        }
    }

    private static Reset.Request unknownRequest(StepContext step) {
        var proof = step.terms().proof();
        return new Reset.Request(Origin.UNKNOWN, "found after a blind interval", proof, Set.of());
    }

    /**
     * A guest that stands in {@code prelaunch} has not run since its last reset, so counters that went on tell that this one did
     * not rebuild it.
     */
    private static void infer(StepContext step, Reading read, GuestReading reading) {
        var judge = step.judge.orElseGet(() -> OpeningRules.open(step, unknownRequest(step)));
        boolean restarted = read == Reading.RESTARTED;
        boolean runs = reading.runState().running();
        boolean fell = (step.running() || step.unexplainedStop())
                && judge.open().baseline().rebuildExpected()
                && reading.runState().prelaunch();
        boolean lostIt = fell && read == Reading.WENT_ON;
        step.beginIncarnation(Optional.empty());
        step.resets =
                step.resets.last(Optional.of(new LastReset(judge.reset().id(), step.wall(), Echo.awaited(step.now))));
        var seen = new Observation(judge.settlesAt(), runs || lostIt, runs, false);
        judge.observe(step.wall(), new Phase.Unobserved(seen, false));
        if (lostIt) {
            judge.contradict(Level.OBSERVED, EvidenceKind.INFERRED, LOST_IT);
        } else if (fell && !restarted) {
            judge.giveUpOn(
                    Level.OBSERVED,
                    EvidenceKind.INFERRED,
                    "inferred: the guest came to prelaunch while there was no connection: somebody paused and reset it, or a rebuild failed");
        } else {
            var what = restarted ? "the vCPU counters restarted" : "the guest came to prelaunch";
            ObservationRules.noteUnanswered(step, judge);
            ObservationRules.show(
                    judge,
                    EvidenceKind.INFERRED,
                    "inferred: %s while there was no connection, so its events were missed".formatted(what));
        }
    }

    private GapRules() {}
}
