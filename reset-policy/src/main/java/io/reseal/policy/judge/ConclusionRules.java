package io.reseal.policy.judge;

import io.reseal.policy.Durations;
import io.reseal.policy.Finding;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.state.Execution.Shutdown;
import io.reseal.policy.state.OpenReset;
import io.reseal.policy.state.OpenReset.Reply;
import java.util.Optional;

/** When a reset has its verdict, and which. */
public final class ConclusionRules {
    public static final String SHUT_DOWN = "the reset was turned into a shutdown";

    /** Does what is left to do, and closes the reset once nothing more is awaited. */
    public static void concludeIfComplete(StepContext step, ResetJudge judge) {
        ContAfterReset.goOn(step, judge);
        if (judge.open().rebuildFailed()) {
            concludeFailed(step, judge);
        } else if (complete(step, judge.open())) {
            boolean proven = judge.open().findings().proven(judge.open().wanted());
            conclude(step, judge, proven ? Verdict.PROVEN : Verdict.UNPROVEN);
        }
    }

    /**
     * A guest that was paused before, or stopped since, is judged by the counters, whatever is wanted: QEMU tells of a failed
     * rebuild by nothing else.
     */
    private static boolean complete(StepContext step, OpenReset open) {
        boolean countersDecide = open.observed() && (!open.ranBefore() || open.suspect()) && open.awaits(Level.REBUILT);
        return open.findings().complete(open.wanted())
                && !countersDecide
                && !shutDownInstead(step, open)
                && !open.contPending()
                && !open.is(Reply.AWAITED)
                && (!open.is(Reply.OVERDUE) || open.observed());
    }

    /** QEMU acknowledges a reset that it turns into a shutdown, too. */
    private static boolean shutDownInstead(StepContext step, OpenReset open) {
        boolean told = step.execution.shutdown().filter(Shutdown::reboot).isPresent();
        return !open.observed() && (told || open.is(Level.OBSERVED, Finding.CONTRADICTED));
    }

    /** QEMU has told of a shutdown in place of a reset, and if our system_reset was to be executed, it was. */
    public static boolean turnedIntoShutdown(StepContext step, ResetJudge judge) {
        boolean over = judge.is(Reply.CAME) || judge.open().unanswered();
        return over && shutDownInstead(step, judge.open());
    }

    /** Of a guest that ran, the run state is waited for too: it belongs to the record of what became of it. */
    private static void concludeFailed(StepContext step, ResetJudge judge) {
        boolean known = !judge.awaits(Level.RUNNING) && !judge.awaits(Level.REBUILT);
        if (known && judge.is(Level.RUNNING, Finding.SHOWN)) {
            judge.conclude(
                    Verdict.UNPROVEN,
                    "by all signs the rebuild failed, but after that no guest runs, and this one does");
        } else if (!judge.open().ranBefore() || known) {
            failRebuild(step, judge);
        }
    }

    private static void conclude(StepContext step, ResetJudge judge, Verdict verdict) {
        var open = judge.open();
        if (verdict == Verdict.PROVEN && open.command().late()) {
            var within = Durations.text(open.reset().request().proof().within());
            judge.conclude(
                    Verdict.UNPROVEN,
                    "shown up to %s, but only after the time allowed, %s: QEMU answered late"
                            .formatted(open.reachedText(), within));
        } else if (verdict == Verdict.PROVEN) {
            judge.conclude(verdict, "proven up to " + open.reachedText() + remark(open));
        } else {
            judge.conclude(verdict, "%s; %s".formatted(cause(step, open), open.shownText()));
        }
    }

    /** What the summary of a reset says that did not have to show the launch. */
    private static String remark(OpenReset open) {
        return open.is(Level.SAME_LAUNCH, Finding.CONTRADICTED) ? "; the launch is another than before" : "";
    }

    /** What stands in the way of the wanted level: the last that was said of the lowest level that is not shown. */
    private static String cause(StepContext step, OpenReset open) {
        return open.findings()
                .notShown(open.wanted())
                .flatMap(level -> lastSaidOf(open, level).stream())
                .findFirst()
                .map(Evidence::detail)
                .orElseGet(() -> "run state is " + step.runState());
    }

    private static Optional<Evidence> lastSaidOf(OpenReset open, Level level) {
        return open.reset().evidence().stream()
                .filter(said -> said.level().equals(Optional.of(level)) && said.outcome() != Outcome.SUPPORTS)
                .reduce((_, latest) -> latest);
    }

    public static void failRebuild(StepContext step, ResetJudge judge) {
        fail(step, judge, FailureDiagnosis.failure(step.state(), judge.open()));
    }

    /** QEMU lives, the guest does not. After a failed rebuild of this process no other reset is tried. */
    public static void fail(StepContext step, ResetJudge judge, String summary) {
        var open = judge.open();
        boolean failed = open.baseline().rebuildExpected()
                && open.observed()
                && (open.rebuildFailed() || open.is(Level.REBUILT, Finding.CONTRADICTED));
        step.incarnation = step.incarnation.rebuildFailed(step.incarnation.rebuildFailed() || failed);
        if (neverExecuted(step, open)) {
            doubtRebuild(step, open);
        }
        judge.conclude(Verdict.FAILED, summary);
    }

    /** Closes the reset with what is known, since {@code why} leaves no more to come. */
    public static void breakOff(StepContext step, ResetJudge judge, String why) {
        var open = judge.open();
        boolean livesAfterAll =
                (judge.is(Level.REBUILT, Finding.SHOWN) || judge.is(Level.RUNNING, Finding.SHOWN)) && step.running();
        if (open.rebuildFailed() && !livesAfterAll) {
            fail(step, judge, "the rebuild failed by all signs, then " + why);
        } else {
            boolean stands = step.connection.up() && !step.running() && judge.awaits(Level.RUNNING);
            var state = stands ? ", run state is " + step.runState() : "";
            leaveUndecided(step, judge);
            judge.conclude(Verdict.UNPROVEN, "%s%s; %s".formatted(why, state, open.shownText()));
        }
    }

    /** A guest that was not seen to execute after its RESET, and whose counters were not read. */
    private static boolean neverExecuted(StepContext step, OpenReset open) {
        return open.baseline().rebuildExpected()
                && open.observed()
                && open.awaits(Level.REBUILT)
                && step.runState().neverExecuted();
    }

    /**
     * No more evidence comes. A guest of a SEV type that was stopped before its RESET is past help whether the rebuild failed or not, as its
     * launch is not finished; of a TD it stays in doubt, until it is seen to run or its counters tell.
     */
    public static void leaveUndecided(StepContext step, ResetJudge judge) {
        if (judge.open().suspect() && !judge.is(Level.REBUILT, Finding.SHOWN)) {
            doubtRebuild(step, judge.open());
        }
    }

    private static void doubtRebuild(StepContext step, OpenReset open) {
        var now = step.incarnation;
        if (step.kind() == GuestKind.TDX) {
            var before = now.doubted().or(() -> open.baseline().counters()).orElse(VcpuCounters.NONE);
            step.incarnation = now.doubted(Optional.of(before));
        } else {
            step.incarnation = now.rebuildFailed(now.rebuildFailed() || open.awaits(Level.REBUILT));
        }
    }

    private ConclusionRules() {}
}
