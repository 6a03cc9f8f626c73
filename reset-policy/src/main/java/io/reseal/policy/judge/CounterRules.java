package io.reseal.policy.judge;

import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.state.OpenReset;
import java.time.Duration;

/** What vCPU counters and query-sev show of the open reset: whether the guest was rebuilt. */
public final class CounterRules {
    /** QEMU's clock is ours, unless somebody set the host's clock between the event and now. */
    public static final Duration CREDIBLE_AGE = Duration.ofMinutes(1);

    private static final String STOP_OF_FAILURE = "STOP came before RESET: the sign of a rebuild that failed";

    public static void read(StepContext step, VcpuCounters now) {
        step.takeCounters(now);
        step.judge.ifPresent(judge -> {
            if (!judge.observed()) {
                judge.baseline(judge.open().baseline().with(step.incarnation.counters()));
            } else if (judge.awaits(Level.REBUILT)) {
                judge(step, judge, now);
            }
        });
    }

    private static void judge(StepContext step, ResetJudge judge, VcpuCounters now) {
        if (now.notLaunched()) {
            launchFailed(step, judge, "query-sev tells state uninit: the launch did not take place");
        } else if (unfinished(step, judge.open(), now)) {
            launchFailed(step, judge, "query-sev tells state launch-update: the launch was begun and not finished");
        } else if (judge.open().baseline().counters().isEmpty()) {
            undecided(step, judge, "no counters are known from just before the reset");
        } else {
            compare(step, judge, now);
        }
        step.judge.ifPresent(open -> {
            LaunchRules.readOnce(step, open);
            ConclusionRules.concludeIfComplete(step, open);
        });
    }

    /**
     * QEMU finishes the launch before the RESET of a guest that runs, and not at all of one that does not: the next cont does, and
     * aborts (QEMU 11.1.3, sev.c:sev_handle_reset). A guest that never ran was in that state before.
     */
    private static boolean unfinished(StepContext step, OpenReset open, VcpuCounters now) {
        boolean before = open.baseline()
                .counters()
                .filter(counters -> counters.sevState().isPresent())
                .map(VcpuCounters::launching)
                .orElse(!open.ranBefore());
        return step.kind().alwaysRebuilt() && now.launching() && !before;
    }

    private static void launchFailed(StepContext step, ResetJudge judge, String what) {
        judge.contradict(Level.REBUILT, EvidenceKind.COUNTERS, what);
        if (judge.awaits(Level.OBSERVED)) {
            judge.giveUpOn(Level.OBSERVED, EvidenceKind.STOP_EVENT, "STOP came before RESET");
        }
        ConclusionRules.failRebuild(step, judge);
    }

    private static void compare(StepContext step, ResetJudge judge, VcpuCounters now) {
        var before = judge.open().baseline().counters().orElseThrow();
        switch (now.against(before, timeToGrow(step, judge))) {
            case RESTARTED -> restarted(step, judge, before, now);
            case WENT_ON ->
                contradict(
                        step, judge, "KVM exits went on: %d before, %d after".formatted(before.total(), now.total()));
            case SAYS_NOTHING ->
                undecided(
                        step,
                        judge,
                        "KVM exits do not tell: %d before, %d after".formatted(before.total(), now.total()));
        }
    }

    /** Without counters a STOP before the RESET stays what it may be. */
    private static void undecided(StepContext step, ResetJudge judge, String why) {
        judge.giveUpOn(Level.REBUILT, EvidenceKind.COUNTERS, why);
        if (judge.open().suspect()) {
            judge.giveUpOn(
                    Level.OBSERVED,
                    EvidenceKind.STOP_EVENT,
                    "STOP came before RESET, and nothing tells whether the rebuild failed");
        }
        RunStateRules.standsStill(step, judge);
    }

    /** A vCPU that does not run makes no exits, so its counter cannot have grown back. */
    private static Duration timeToGrow(StepContext step, ResetJudge judge) {
        if (!judge.open().ranSince() && !step.running()) {
            return Duration.ZERO;
        }
        boolean undated = judge.open().seen().filter(seen -> seen.undated()).isPresent();
        return undated ? CREDIBLE_AGE : judge.sinceObserved();
    }

    private static void restarted(StepContext step, ResetJudge judge, VcpuCounters before, VcpuCounters now) {
        if (now.launchUnfinished()) {
            var state = now.sevState().orElse("unknown");
            undecided(step, judge, "KVM exits restarted, but query-sev tells state " + state);
        } else if (perhapsByAnother(judge.open())) {
            undecided(step, judge, "KVM exits restarted over a lost connection, by this reset or by another after it");
        } else if (step.kind() == GuestKind.SEV_ES && now.sameHandle(before)) {
            oldHandle(step, judge, now);
        } else if (finishedAtCont(step, judge.open(), now)) {
            undecided(
                    step,
                    judge,
                    "KVM exits restarted, but the guest did not run: its launch is finished by the next cont, which aborts QEMU");
        } else {
            rebuilt(step, judge, before, now);
        }
    }

    /** A rebuild of a guest that did not run, or was stopped, may have failed unseen, and the next one may have succeeded. */
    private static boolean perhapsByAnother(OpenReset open) {
        boolean stood = !open.ranBefore() && open.has(EvidenceKind.RESET_EVENT);
        return open.unobserved() && (open.suspect() || stood);
    }

    /** Where query-sev does not tell whether the launch of a guest that did not run was finished. */
    private static boolean finishedAtCont(StepContext step, OpenReset open, VcpuCounters now) {
        boolean stood = open.suspect() || !open.ranBefore();
        return step.kind().isSev() && stood && !step.running() && now.sevState().isEmpty();
    }

    /** Each launch of a SEV-ES guest is given another handle (QEMU 11.1.3). Of several in a gap the last may have the first's. */
    private static void oldHandle(StepContext step, ResetJudge judge, VcpuCounters now) {
        var what = "KVM exits restarted, but query-sev tells the same handle as before, "
                + now.sevHandle().orElseThrow();
        if (judge.open().unobserved()) {
            judge.giveUpOn(Level.REBUILT, EvidenceKind.COUNTERS, what);
        } else {
            contradict(step, judge, what);
        }
    }

    /** Whatever shows a new KVM context tells that the guest is not past help. */
    private static void rebuilt(StepContext step, ResetJudge judge, VcpuCounters before, VcpuCounters now) {
        boolean inferred = judge.open().unobserved();
        var what = inferred
                ? "inferred: KVM exits restarted over a lost connection"
                : "KVM %s of all informative vCPUs restarted".formatted(fallen(before, now));
        step.incarnation = step.incarnation.rebuilt();
        judge.show(
                Level.REBUILT,
                inferred ? EvidenceKind.INFERRED : EvidenceKind.COUNTERS,
                "%s: %d before, %d after".formatted(what, before.total(), now.total()));
        compareVcpus(judge, before, now);
        if (judge.open().suspect()) {
            judge.suspicionResolved();
            judge.since(seen -> seen.ranBefore(step.running()));
            ObservationRules.show(judge, "RESET; the STOP before it was somebody's pause, as the KVM exits restarted");
        }
        RunStateRules.standsStill(step, judge);
    }

    /** By the best known where that fell too; else those that did. */
    private static String fallen(VcpuCounters before, VcpuCounters now) {
        var fallen = now.fallen(before);
        return fallen.contains("exits") ? "exits" : "counters (" + String.join(", ", fallen) + ")";
    }

    /** Launch properties are read before and long after a RESET, and may agree though a vCPU came and went in between. */
    private static void compareVcpus(ResetJudge judge, VcpuCounters before, VcpuCounters now) {
        boolean same = before.exits().keySet().equals(now.exits().keySet());
        if (judge.awaits(Level.SAME_LAUNCH) && !same) {
            judge.giveUpOn(Level.SAME_LAUNCH, EvidenceKind.COUNTERS, "vCPUs came or went around the RESET");
        }
    }

    private static void contradict(StepContext step, ResetJudge judge, String what) {
        judge.contradict(Level.REBUILT, EvidenceKind.COUNTERS, what);
        if (judge.open().suspect()) {
            judge.suspicionResolved();
            judge.contradict(Level.OBSERVED, EvidenceKind.STOP_EVENT, STOP_OF_FAILURE);
            RunStateRules.judge(step, judge);
        } else if (!judge.open().ranBefore()) {
            ConclusionRules.failRebuild(step, judge);
        }
    }

    private CounterRules() {}
}
