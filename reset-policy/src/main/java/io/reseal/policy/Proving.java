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
                trial.fail("the rebuild failed");
            }
        } else if (trial.before.isEmpty()) {
            trial.giveUpOn(Level.REBUILT, EvidenceKind.COUNTERS, "no counters are known from just before the reset");
        } else {
            compare(turn, trial, now);
        }
        turn.trial.ifPresent(Trial::concludeIfComplete);
    }

    private static void compare(Turn turn, Trial trial, VcpuCounters now) {
        var before = trial.before.orElseThrow();
        switch (now.against(before, timeToGrow(turn, trial))) {
            case RESTARTED -> restarted(trial, before, now);
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

    private static void restarted(Trial trial, VcpuCounters before, VcpuCounters now) {
        if (trial.wasRunning && now.launchUnfinished()) {
            var state = now.sevState().orElse("unknown");
            trial.giveUpOn(
                    Level.REBUILT, EvidenceKind.COUNTERS, "KVM exits restarted, but query-sev tells state " + state);
            return;
        }
        var source = trial.blind ? EvidenceKind.INFERRED : EvidenceKind.COUNTERS;
        var what = trial.blind
                ? "inferred: KVM exits restarted over a lost connection"
                : "KVM exits of all informative vCPUs restarted";
        trial.show(Level.REBUILT, source, "%s: %d before, %d after".formatted(what, before.total(), now.total()));
        if (!trial.wasRunning && !trial.ranSince && !trial.blind && trial.awaits(Level.RUNNING)) {
            trial.skip(
                    Level.RUNNING,
                    EvidenceKind.NOT_APPLICABLE,
                    "running is not applicable: the guest was paused before, so the counters alone decide");
        }
    }

    private static void wentOn(Trial trial, VcpuCounters before, VcpuCounters now) {
        trial.contradict(
                Level.REBUILT,
                EvidenceKind.COUNTERS,
                "KVM exits went on: %d before, %d after".formatted(before.total(), now.total()));
        if (!trial.wasRunning) {
            trial.fail("the rebuild failed");
        }
    }

    /** What was read after the RESET of the open reset is what the guest was launched from by it. */
    static void launch(Turn turn, Launch now) {
        turn.trial
                .filter(Trial::observed)
                .filter(trial -> trial.wants(Level.SAME_LAUNCH))
                .ifPresent(trial -> {
                    var judgement = SameLaunch.of(turn.kind(), trial.outlook, now);
                    switch (judgement.finding()) {
                        case SHOWN -> trial.show(Level.SAME_LAUNCH, EvidenceKind.LAUNCH, judgement.detail());
                        case CONTRADICTED ->
                            trial.contradict(Level.SAME_LAUNCH, EvidenceKind.LAUNCH, judgement.detail());
                        default -> trial.giveUpOn(Level.SAME_LAUNCH, EvidenceKind.LAUNCH, judgement.detail());
                    }
                    trial.concludeIfComplete();
                });
    }

    static void runState(Turn turn, String read) {
        turn.takeRunState(read);
        turn.trial.ifPresent(trial -> {
            if (trial.observed()) {
                judgeRunState(turn, trial);
            } else if (trial.wasRunning && read.equals("shutdown")) {
                trial.fail("the reset was turned into a shutdown");
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
        if (turn.link == GuestState.Link.DOWN) {
            turn.act(new Action.LookAtProcess());
            return;
        }
        if (trial.observed() && trial.awaits(Level.REBUILT)) {
            turn.act(new Action.ReadCounters());
        }
        if (trial.awaits(Level.RUNNING)) {
            turn.act(new Action.ReadRunState());
        }
        if (trial.observed() && trial.wants(Level.SAME_LAUNCH)) {
            turn.act(new Action.ReadSituation());
        }
    }

    private static void outOfTime(Turn turn, Trial trial) {
        var within = Durations.text(trial.reset().ask().proof().within());
        trial.note(EvidenceKind.DEADLINE, Outcome.INCONCLUSIVE, "the time allowed, %s, ran out".formatted(within));
        breakOff(turn, trial, "time ran out");
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
