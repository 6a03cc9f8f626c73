package io.reseal.policy.machine;

import static io.reseal.policy.Finding.SHOWN;

import io.reseal.policy.Durations;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.RunState;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.launch.LaunchComparison;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Verdict;
import java.time.Duration;
import java.util.Optional;

/** Readings come in: what they show of the open reset. Steps 6 and 7. */
final class ReadingRules {
    /** How soon what did not succeed is tried again. */
    private static final Duration RETRY = Duration.ofMillis(250);

    static final String SHUT_DOWN = "the reset was turned into a shutdown";
    private static final String STOP_OF_FAILURE = "STOP came before RESET: the sign of a rebuild that failed";

    static void counters(StepContext turn, VcpuCounters now) {
        turn.takeCounters(now);
        turn.trial.ifPresent(trial -> {
            if (!trial.observed()) {
                trial.before = turn.life.counters();
            } else if (trial.awaits(Level.REBUILT)) {
                judge(turn, trial, now);
            }
        });
    }

    private static void judge(StepContext turn, ResetJudge trial, VcpuCounters now) {
        if (now.notLaunched()) {
            launchFailed(trial, "query-sev tells state uninit: the launch did not take place");
        } else if (unfinished(turn, trial, now)) {
            launchFailed(trial, "query-sev tells state launch-update: the launch was begun and not finished");
        } else if (trial.before.isEmpty()) {
            undecided(turn, trial, "no counters are known from just before the reset");
        } else {
            compare(turn, trial, now);
        }
        turn.trial.ifPresent(open -> {
            readLaunchOnce(turn, open);
            open.concludeIfComplete();
        });
    }

    /**
     * QEMU finishes the launch before the RESET of a guest that runs, and not at all of one that does not: the next cont does, and
     * aborts (QEMU 11.1.3, sev.c:sev_handle_reset). A guest that never ran was in that state before.
     */
    private static boolean unfinished(StepContext turn, ResetJudge trial, VcpuCounters now) {
        boolean before = trial.before
                .filter(counters -> counters.sevState().isPresent())
                .map(VcpuCounters::launching)
                .orElse(!trial.wasRunning);
        return turn.kind().alwaysRebuilt() && now.launching() && !before;
    }

    private static void launchFailed(ResetJudge trial, String what) {
        trial.contradict(Level.REBUILT, EvidenceKind.COUNTERS, what);
        if (trial.awaits(Level.OBSERVED)) {
            trial.giveUpOn(Level.OBSERVED, EvidenceKind.STOP_EVENT, "STOP came before RESET");
        }
        trial.failRebuild();
    }

    /** Whatever is wanted: a launch that changed is told, also of resets that others began. */
    private static void readLaunchOnce(StepContext turn, ResetJudge trial) {
        if (!trial.awaits(Level.REBUILT) && (turn.kind().alwaysRebuilt() || trial.wants(Level.SAME_LAUNCH))) {
            turn.act(new Action.ReadSituation());
        }
    }

    /** What the guest was launched from says something once it is known whether it was launched at all. */
    static void readLaunch(StepContext turn, ResetJudge trial) {
        if (trial.observed() && !trial.awaits(Level.REBUILT) && trial.wants(Level.SAME_LAUNCH)) {
            turn.act(new Action.ReadSituation());
        }
    }

    private static void compare(StepContext turn, ResetJudge trial, VcpuCounters now) {
        var before = trial.before.orElseThrow();
        switch (now.against(before, timeToGrow(turn, trial))) {
            case RESTARTED -> restarted(turn, trial, before, now);
            case WENT_ON -> wentOn(turn, trial, before, now);
            case SAYS_NOTHING ->
                undecided(
                        turn,
                        trial,
                        "KVM exits do not tell: %d before, %d after".formatted(before.total(), now.total()));
        }
    }

    /** Without counters a STOP before the RESET stays what it may be. */
    private static void undecided(StepContext turn, ResetJudge trial, String why) {
        trial.giveUpOn(Level.REBUILT, EvidenceKind.COUNTERS, why);
        if (trial.suspect) {
            trial.giveUpOn(
                    Level.OBSERVED,
                    EvidenceKind.STOP_EVENT,
                    "STOP came before RESET, and nothing tells whether the rebuild failed");
        }
        standsStill(turn, trial);
    }

    /** A vCPU that does not run makes no exits, so its counter cannot have grown back. */
    private static Duration timeToGrow(StepContext turn, ResetJudge trial) {
        if (!trial.ranSince && !turn.running()) {
            return Duration.ZERO;
        }
        return trial.undated ? EventRules.CREDIBLE_AGE : trial.sinceObserved();
    }

    private static void restarted(StepContext turn, ResetJudge trial, VcpuCounters before, VcpuCounters now) {
        if (now.launchUnfinished()) {
            var state = now.sevState().orElse("unknown");
            undecided(turn, trial, "KVM exits restarted, but query-sev tells state " + state);
        } else if (perhapsByAnother(trial)) {
            undecided(turn, trial, "KVM exits restarted over a lost connection, by this reset or by another after it");
        } else if (turn.kind() == GuestKind.SEV_ES && now.sameHandle(before)) {
            oldHandle(turn, trial, now);
        } else if (finishedAtCont(turn, trial, now)) {
            undecided(
                    turn,
                    trial,
                    "KVM exits restarted, but the guest did not run: its launch is finished by the next cont, which aborts QEMU");
        } else {
            rebuilt(turn, trial, before, now);
        }
    }

    /** A rebuild of a guest that did not run, or was stopped, may have failed unseen, and the next one may have succeeded. */
    private static boolean perhapsByAnother(ResetJudge trial) {
        boolean stood = !trial.wasRunning && trial.has(EvidenceKind.RESET_EVENT);
        return trial.blind && (trial.suspect || stood);
    }

    /** Where query-sev does not tell whether the launch of a guest that did not run was finished. */
    private static boolean finishedAtCont(StepContext turn, ResetJudge trial, VcpuCounters now) {
        boolean sev = turn.kind() == GuestKind.SEV_ES || turn.kind() == GuestKind.SEV_SNP;
        boolean stood = trial.suspect || !trial.wasRunning;
        return sev && stood && !turn.running() && now.sevState().isEmpty();
    }

    /** Each launch of a SEV-ES guest is given another handle (QEMU 11.1.3). Of several in a gap the last may have the first's. */
    private static void oldHandle(StepContext turn, ResetJudge trial, VcpuCounters now) {
        var what = "KVM exits restarted, but query-sev tells the same handle as before, "
                + now.sevHandle().orElseThrow();
        if (trial.blind) {
            trial.giveUpOn(Level.REBUILT, EvidenceKind.COUNTERS, what);
        } else {
            contradict(turn, trial, what);
        }
    }

    /** Whatever shows a new KVM context tells that the guest is not past help. */
    private static void rebuilt(StepContext turn, ResetJudge trial, VcpuCounters before, VcpuCounters now) {
        var source = trial.blind ? EvidenceKind.INFERRED : EvidenceKind.COUNTERS;
        var what = trial.blind
                ? "inferred: KVM exits restarted over a lost connection"
                : "KVM exits of all informative vCPUs restarted";
        turn.rebuildFailed = false;
        trial.show(Level.REBUILT, source, "%s: %d before, %d after".formatted(what, before.total(), now.total()));
        if (trial.suspect) {
            trial.pausedMeanwhile();
            EventRules.showObserved(
                    trial, "RESET; the STOP before it was somebody's pause, as the KVM exits restarted");
        }
        standsStill(turn, trial);
    }

    private static void wentOn(StepContext turn, ResetJudge trial, VcpuCounters before, VcpuCounters now) {
        contradict(turn, trial, "KVM exits went on: %d before, %d after".formatted(before.total(), now.total()));
    }

    private static void contradict(StepContext turn, ResetJudge trial, String what) {
        trial.contradict(Level.REBUILT, EvidenceKind.COUNTERS, what);
        if (trial.suspect) {
            trial.suspect = false;
            trial.contradict(Level.OBSERVED, EvidenceKind.STOP_EVENT, STOP_OF_FAILURE);
            judgeRunState(turn, trial);
        } else if (!trial.wasRunning) {
            trial.failRebuild();
        }
    }

    /**
     * A guest that did not run before its reset, and that nobody is known to let go on, does not run after it. What was not ours
     * may yet be continued by whoever began it, so only counters that decide end that.
     */
    static void standsStill(StepContext turn, ResetJudge trial) {
        if (!trial.pausedByOthers() || turn.running() || !trial.awaits(Level.RUNNING)) {
            return;
        }
        if (trial.is(Level.REBUILT, SHOWN)) {
            trial.skip(
                    Level.RUNNING,
                    EvidenceKind.NOT_APPLICABLE,
                    "running is not applicable: the guest was paused before, so the counters alone decide");
        } else if (trial.reset().request().origin().ours() && trial.stood && !trial.awaits(Level.REBUILT)) {
            stays(turn, trial);
        }
    }

    private static void stays(StepContext turn, ResetJudge trial) {
        if (turn.terms().resume()) {
            trial.giveUpOn(
                    Level.RUNNING,
                    EvidenceKind.RUN_STATE,
                    "run state is %s: the guest did not run before the reset".formatted(turn.runState));
        } else {
            trial.skip(
                    Level.RUNNING,
                    EvidenceKind.NOT_APPLICABLE,
                    "running is not applicable: the guest did not run before, and the policy is not to continue it");
        }
    }

    /**
     * What was read after the RESET of the open reset is what the guest was launched from by it. Another launch does no harm
     * to the guest: the reset ends unproven once everything else up to the wanted level is known.
     */
    static void launch(StepContext turn) {
        LaunchChangeRules.read(turn);
        turn.trial
                .filter(ResetJudge::observed)
                .filter(trial -> trial.wants(Level.SAME_LAUNCH) && !trial.awaits(Level.REBUILT))
                .ifPresent(trial -> {
                    judge(trial, LaunchComparison.of(turn.kind(), turn.terms(), trial.outlook, turn.outlook));
                    trial.concludeIfComplete();
                });
    }

    private static void judge(ResetJudge trial, LaunchComparison.Judgement said) {
        switch (said.finding()) {
            case SHOWN -> trial.show(Level.SAME_LAUNCH, EvidenceKind.LAUNCH, said.detail());
            case CONTRADICTED -> trial.contradict(Level.SAME_LAUNCH, EvidenceKind.LAUNCH, said.detail());
            case NOT_APPLICABLE -> trial.skip(Level.SAME_LAUNCH, EvidenceKind.NOT_APPLICABLE, said.detail());
            case UNKNOWABLE, PENDING -> trial.giveUpOn(Level.SAME_LAUNCH, EvidenceKind.LAUNCH, said.detail());
        }
    }

    /** QEMU executes commands in order: one that was never answered has been executed by now, if ever. */
    static void runStateRead(StepContext turn, RunState read) {
        turn.unanswered = Optional.empty();
        runState(turn, read);
    }

    static void runState(StepContext turn, RunState read) {
        turn.takeRunState(read);
        turn.trial.ifPresent(trial -> {
            if (trial.observed()) {
                judgeRunState(turn, trial);
            } else {
                shutDown(turn, trial);
            }
        });
    }

    /** A shutdown that was told before our command was executed may be anybody's: QEMU resets a guest that has shut down. */
    static void shutDown(StepContext turn, ResetJudge trial) {
        boolean stays = turn.runState.equals(RunState.SHUTDOWN) && !ProcessReplacement.mayCome(turn);
        if (stays && trial.turnedIntoShutdown()) {
            trial.fail(SHUT_DOWN);
        }
    }

    private static void judgeRunState(StepContext turn, ResetJudge trial) {
        if (!turn.running()) {
            trial.reconsiderRunning();
        }
        if (!trial.awaits(Level.RUNNING)) {
            return;
        }
        if (turn.running() && trial.settled()) {
            settledRunning(turn, trial);
        } else if (turn.runState.dead()
                && trial.wasRunning
                && !trial.suspect
                // what QEMU answers before our command is about the time before it
                && !trial.is(OpenReset.Reply.AWAITED)) {
            trial.contradict(
                    Level.RUNNING, EvidenceKind.RUN_STATE, "run state is %s, was running".formatted(turn.runState));
            if (trial.rebuildFailed()) {
                trial.concludeIfComplete();
            } else {
                trial.fail("the guest does not run, run state is " + turn.runState);
            }
        }
    }

    private static void settledRunning(StepContext turn, ResetJudge trial) {
        turn.rebuildFailed &=
                turn.life.counters().map(VcpuCounters::notLaunched).orElse(false);
        if (trial.panicked()) {
            trial.contradict(
                    Level.RUNNING,
                    EvidenceKind.RUN_STATE,
                    "run state is running, but the guest panicked after the reset");
        } else {
            trial.show(
                    Level.RUNNING,
                    EvidenceKind.RUN_STATE,
                    "running, and still so after "
                            + Durations.text(trial.reset().request().proof().settle()));
        }
        trial.concludeIfComplete();
    }

    /** A reading did not succeed, or what was looked at has not come to its end yet. */
    static void tryAgain(StepContext turn, ResetJudge trial) {
        trial.wakeBy(turn.now.plus(RETRY));
    }

    static void tick(StepContext turn) {
        EventRules.watchEcho(turn);
        RequestRules.turnDownInTime(turn);
        turn.trial.ifPresent(trial -> {
            boolean woken = trial.woken();
            if (!turn.now.isBefore(trial.deadline)) {
                outOfTime(turn, trial);
            } else if (woken) {
                lookAgain(turn, trial);
                trial.sleep();
            }
        });
    }

    private static void lookAgain(StepContext turn, ResetJudge trial) {
        if (turn.link != GuestState.Link.UP) {
            if (turn.link == GuestState.Link.DOWN) {
                turn.act(new Action.LookAtProcess());
            }
            return;
        }
        if (trial.observed() && trial.awaits(Level.REBUILT)) {
            turn.act(new Action.ReadCounters());
        }
        if (trial.awaits(Level.RUNNING)) {
            turn.act(new Action.ReadRunState());
        }
        readLaunch(turn, trial);
    }

    private static void outOfTime(StepContext turn, ResetJudge trial) {
        if (trial.ranLate()) {
            return;
        }
        var within = Durations.text(trial.reset().request().proof().within());
        if (!trial.late()) {
            trial.note(EvidenceKind.DEADLINE, Outcome.INCONCLUSIVE, "the time allowed, %s, ran out".formatted(within));
        }
        if (turn.link == GuestState.Link.ENDED) {
            trial.conclude(Verdict.DIED, "QEMU ended during the reset, and no other took its place");
        } else if (ProcessReplacement.mayCome(turn) && turn.runState.equals(RunState.SHUTDOWN)) {
            trial.fail(SHUT_DOWN);
        } else {
            breakOff(turn, trial, "time ran out");
        }
    }

    /** Closes the reset with what is known, since {@code why} leaves no more to come. */
    static void breakOff(StepContext turn, ResetJudge trial, String why) {
        boolean livesAfterAll = (trial.is(Level.REBUILT, SHOWN) || trial.is(Level.RUNNING, SHOWN)) && turn.running();
        if (trial.rebuildFailed() && !livesAfterAll) {
            trial.fail("the rebuild failed by all signs, then " + why);
        } else {
            boolean stands = turn.link == GuestState.Link.UP && !turn.running() && trial.awaits(Level.RUNNING);
            var state = stands ? ", run state is " + turn.runState : "";
            trial.leaveUndecided();
            trial.conclude(Verdict.UNPROVEN, "%s%s; %s".formatted(why, state, trial.shownText()));
        }
    }

    private ReadingRules() {}
}
