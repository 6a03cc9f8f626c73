package io.reseal.policy;

import static io.reseal.policy.Findings.Finding.SHOWN;

import java.time.Duration;
import java.util.Set;

/** Readings come in: what they show of the open reset. Steps 6 and 7. */
final class Proving {
    /** How soon what did not succeed is tried again. */
    private static final Duration RETRY = Duration.ofMillis(250);

    /** Run states in which a guest that ran before its reset does not live any more (QEMU 11.1, qapi/run-state.json). */
    private static final Set<String> DEAD =
            Set.of("prelaunch", "internal-error", "guest-panicked", "shutdown", "io-error", "watchdog");

    private static final String SHUT_DOWN = "the reset was turned into a shutdown";

    static void counters(Turn turn, VcpuCounters now) {
        turn.takeCounters(now);
        turn.trial.ifPresent(trial -> {
            if (!trial.observed()) {
                trial.before = turn.life.counters();
            } else if (trial.awaits(Level.REBUILT)) {
                judge(turn, trial, now);
            }
        });
    }

    private static void judge(Turn turn, Trial trial, VcpuCounters now) {
        if (now.notLaunched()) {
            trial.contradict(
                    Level.REBUILT,
                    EvidenceKind.COUNTERS,
                    "query-sev tells state uninit: the launch did not take place");
            if (!trial.suspect()) {
                trial.failRebuild();
            }
        } else if (trial.before.isEmpty()) {
            trial.giveUpOn(Level.REBUILT, EvidenceKind.COUNTERS, "no counters are known from just before the reset");
        } else {
            compare(turn, trial, now);
        }
        turn.trial.ifPresent(open -> {
            readLaunchOnce(turn, open);
            open.concludeIfComplete();
        });
    }

    /** Whatever is wanted: a launch that changed is told, also of resets that others began. */
    private static void readLaunchOnce(Turn turn, Trial trial) {
        if (!trial.awaits(Level.REBUILT) && (turn.kind().alwaysRebuilt() || trial.wants(Level.SAME_LAUNCH))) {
            turn.act(new Action.ReadSituation());
        }
    }

    /** What the guest was launched from says something once it is known whether it was launched at all. */
    static void readLaunch(Turn turn, Trial trial) {
        if (trial.observed() && !trial.awaits(Level.REBUILT) && trial.wants(Level.SAME_LAUNCH)) {
            turn.act(new Action.ReadSituation());
        }
    }

    private static void compare(Turn turn, Trial trial, VcpuCounters now) {
        var before = trial.before.orElseThrow();
        switch (now.against(before, timeToGrow(turn, trial))) {
            case RESTARTED -> restarted(turn, trial, before, now);
            case WENT_ON -> wentOn(trial, before, now);
            case SAYS_NOTHING ->
                trial.giveUpOn(
                        Level.REBUILT,
                        EvidenceKind.COUNTERS,
                        "KVM exits do not tell: %d before, %d after".formatted(before.total(), now.total()));
        }
    }

    /** A vCPU that does not run makes no exits, so its counter cannot have grown back. */
    private static Duration timeToGrow(Turn turn, Trial trial) {
        var observed = trial.reset().times().observedAt().orElse(turn.now);
        return trial.ranSince || turn.running() ? Duration.between(observed, turn.now) : Duration.ZERO;
    }

    private static void restarted(Turn turn, Trial trial, VcpuCounters before, VcpuCounters now) {
        if (trial.wasRunning && now.launchUnfinished()) {
            var state = now.sevState().orElse("unknown");
            trial.giveUpOn(
                    Level.REBUILT, EvidenceKind.COUNTERS, "KVM exits restarted, but query-sev tells state " + state);
        } else if (turn.kind() == GuestKind.SEV_ES && now.sameHandle(before)) {
            oldHandle(trial, now);
        } else {
            showRebuilt(trial, before, now);
        }
    }

    /** Each launch of a SEV-ES guest is given another handle (QEMU 11.1.3). Of several in a gap the last may have the first's. */
    private static void oldHandle(Trial trial, VcpuCounters now) {
        var what = "KVM exits restarted, but query-sev tells the same handle as before, "
                + now.sevHandle().orElseThrow();
        if (trial.blind) {
            trial.giveUpOn(Level.REBUILT, EvidenceKind.COUNTERS, what);
        } else {
            contradict(trial, what);
        }
    }

    private static void showRebuilt(Trial trial, VcpuCounters before, VcpuCounters now) {
        var source = trial.blind ? EvidenceKind.INFERRED : EvidenceKind.COUNTERS;
        var what = trial.blind
                ? "inferred: KVM exits restarted over a lost connection"
                : "KVM exits of all informative vCPUs restarted";
        trial.show(Level.REBUILT, source, "%s: %d before, %d after".formatted(what, before.total(), now.total()));
        if (trial.pausedByOthers() && trial.awaits(Level.RUNNING)) {
            trial.skip(
                    Level.RUNNING,
                    EvidenceKind.NOT_APPLICABLE,
                    "running is not applicable: the guest was paused before, so the counters alone decide");
        }
    }

    private static void wentOn(Trial trial, VcpuCounters before, VcpuCounters now) {
        contradict(trial, "KVM exits went on: %d before, %d after".formatted(before.total(), now.total()));
    }

    private static void contradict(Trial trial, String what) {
        trial.contradict(Level.REBUILT, EvidenceKind.COUNTERS, what);
        if (!trial.wasRunning) {
            trial.failRebuild();
        }
    }

    /**
     * What was read after the RESET of the open reset is what the guest was launched from by it. Another launch does no harm
     * to the guest: the reset ends unproven once everything else up to the wanted level is known.
     */
    static void launch(Turn turn) {
        Comparing.read(turn);
        turn.trial
                .filter(Trial::observed)
                .filter(trial -> trial.wants(Level.SAME_LAUNCH) && !trial.awaits(Level.REBUILT))
                .ifPresent(trial -> {
                    judge(trial, SameLaunch.of(turn.kind(), turn.terms(), trial.outlook, turn.outlook));
                    trial.concludeIfComplete();
                });
    }

    private static void judge(Trial trial, SameLaunch.Judgement said) {
        switch (said.finding()) {
            case SHOWN -> trial.show(Level.SAME_LAUNCH, EvidenceKind.LAUNCH, said.detail());
            case CONTRADICTED -> trial.contradict(Level.SAME_LAUNCH, EvidenceKind.LAUNCH, said.detail());
            case NOT_APPLICABLE -> trial.skip(Level.SAME_LAUNCH, EvidenceKind.NOT_APPLICABLE, said.detail());
            case UNKNOWABLE, PENDING -> trial.giveUpOn(Level.SAME_LAUNCH, EvidenceKind.LAUNCH, said.detail());
        }
    }

    static void runState(Turn turn, String read) {
        turn.takeRunState(read);
        turn.trial.ifPresent(trial -> {
            if (trial.observed()) {
                judgeRunState(turn, trial);
            } else if (trial.wasRunning && read.equals("shutdown") && !Recreation.mayCome(trial)) {
                trial.fail(SHUT_DOWN);
            }
        });
    }

    private static void judgeRunState(Turn turn, Trial trial) {
        if (!turn.running()) {
            trial.reconsiderRunning();
        }
        if (!trial.awaits(Level.RUNNING)) {
            return;
        }
        if (turn.running() && trial.settled()) {
            settledRunning(trial);
        } else if (DEAD.contains(turn.runState) && trial.wasRunning) {
            trial.contradict(
                    Level.RUNNING, EvidenceKind.RUN_STATE, "run state is %s, was running".formatted(turn.runState));
            if (trial.suspect()) {
                trial.concludeIfComplete();
            } else {
                trial.fail("the guest does not run: " + turn.runState);
            }
        }
    }

    private static void settledRunning(Trial trial) {
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
                            + Durations.text(trial.reset().ask().proof().settle()));
        }
        trial.concludeIfComplete();
    }

    /** A reading did not succeed, or what was looked at has not come to its end yet. */
    static void tryAgain(Turn turn, Trial trial) {
        trial.wakeBy(turn.now.plus(RETRY));
    }

    static void tick(Turn turn) {
        turn.trial.ifPresent(trial -> {
            if (!turn.now.isBefore(trial.deadline)) {
                outOfTime(turn, trial);
            } else if (trial.woken()) {
                lookAgain(turn, trial);
                trial.sleep();
            }
        });
    }

    private static void lookAgain(Turn turn, Trial trial) {
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

    private static void outOfTime(Turn turn, Trial trial) {
        var within = Durations.text(trial.reset().ask().proof().within());
        trial.note(EvidenceKind.DEADLINE, Outcome.INCONCLUSIVE, "the time allowed, %s, ran out".formatted(within));
        if (turn.link == GuestState.Link.ENDED) {
            trial.conclude(Verdict.DIED, "QEMU ended during the reset, and no other took its place");
        } else if (Recreation.mayCome(trial) && turn.runState.equals("shutdown")) {
            trial.fail(SHUT_DOWN);
        } else {
            breakOff(turn, trial, "time ran out");
        }
    }

    /** Closes the reset with what is known, since {@code why} leaves no more to come. */
    static void breakOff(Turn turn, Trial trial, String why) {
        boolean livesAfterAll = trial.is(Level.REBUILT, SHOWN) && turn.running();
        if (trial.suspect() && !livesAfterAll) {
            trial.fail("the rebuild failed by all signs, then " + why);
        } else {
            trial.conclude(
                    Verdict.UNPROVEN,
                    "%s; shown up to %s, wanted %s"
                            .formatted(why, trial.reachedText(), trial.wanted().text()));
        }
    }

    private Proving() {}
}
