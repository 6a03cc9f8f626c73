package io.reseal.policy;

import java.time.Duration;
import java.util.Set;

/** Readings come in: what they show of the open reset. Steps 6 and 7. */
final class Proving {
    /** Run states in which a guest that ran before its reset does not live any more (QEMU 11.1, qapi/run-state.json). */
    private static final Set<String> DEAD =
            Set.of("prelaunch", "internal-error", "guest-panicked", "shutdown", "io-error", "watchdog");

    static void counters(Turn turn, VcpuCounters now) {
        turn.life = turn.life.with(now);
        turn.trial.ifPresent(trial -> {
            if (!trial.observed()) {
                trial.before = turn.life.counters();
            } else if (trial.awaits(Level.REBUILT)) {
                judge(turn, trial, now);
            }
        });
    }

    private static void judge(Turn turn, Trial trial, VcpuCounters now) {
        if (now.sevState().map("uninit"::equals).orElse(false)) {
            trial.contradict(
                    Level.REBUILT,
                    EvidenceKind.COUNTERS,
                    "query-sev tells state uninit: the launch did not take place");
            failed(turn, trial, "the rebuild failed");
        } else if (trial.before.isEmpty()) {
            saysNothing(turn, trial, "no counters are known from just before the reset");
        } else {
            compare(turn, trial, now);
        }
    }

    private static void compare(Turn turn, Trial trial, VcpuCounters now) {
        var before = trial.before.orElseThrow();
        switch (now.against(before, timeToGrow(turn, trial))) {
            case RESTARTED -> restarted(trial, before, now);
            case WENT_ON -> wentOn(turn, trial, before, now);
            case SAYS_NOTHING ->
                saysNothing(turn, trial, "no vCPU had made enough exits before (%s) to tell".formatted(before.total()));
        }
    }

    /** A vCPU that does not run makes no exits, so its counter cannot have grown back. */
    private static Duration timeToGrow(Turn turn, Trial trial) {
        boolean ran = turn.running() || (trial.wasRunning && !trial.stopSeen);
        var observed = trial.reset().times().observedAt().orElse(turn.now);
        return ran ? Duration.between(observed, turn.now) : Duration.ZERO;
    }

    private static void restarted(Trial trial, VcpuCounters before, VcpuCounters now) {
        trial.show(
                Level.REBUILT,
                EvidenceKind.COUNTERS,
                "KVM exits of all informative vCPUs restarted: %d before, %d after"
                        .formatted(before.total(), now.total()));
        if (!trial.wasRunning && trial.awaits(Level.RUNNING)) {
            trial.skip(
                    Level.RUNNING,
                    EvidenceKind.NOT_APPLICABLE,
                    "running is not applicable: the guest was paused before, so the counters alone decide");
        }
        trial.concludeIfComplete();
    }

    private static void wentOn(Turn turn, Trial trial, VcpuCounters before, VcpuCounters now) {
        trial.contradict(
                Level.REBUILT,
                EvidenceKind.COUNTERS,
                "KVM exits went on: %d before, %d after".formatted(before.total(), now.total()));
        if (trial.stopSeen || !trial.wasRunning) {
            failed(turn, trial, "the rebuild failed");
        } else {
            trial.concludeIfComplete();
        }
    }

    private static void saysNothing(Turn turn, Trial trial, String why) {
        trial.giveUpOn(Level.REBUILT, EvidenceKind.COUNTERS, why);
        if (trial.stopSeen) {
            failed(turn, trial, "the rebuild failed");
        } else {
            trial.concludeIfComplete();
        }
    }

    static void runState(Turn turn, String read) {
        turn.takeRunState(read);
        turn.trial.ifPresent(trial -> {
            if (!trial.observed() && read.equals("shutdown")) {
                failed(turn, trial, "the reset was turned into a shutdown");
            } else if (trial.observed() && trial.awaits(Level.RUNNING)) {
                judgeRunState(turn, trial, read);
            }
        });
    }

    private static void judgeRunState(Turn turn, Trial trial, String read) {
        if (turn.running() && trial.settled()) {
            trial.show(
                    Level.RUNNING,
                    EvidenceKind.RUN_STATE,
                    "running, and still so after " + trial.reset().ask().proof().settle());
            trial.concludeIfComplete();
        } else if (DEAD.contains(read) && trial.wasRunning) {
            trial.contradict(Level.RUNNING, EvidenceKind.RUN_STATE, "run state is %s, was running".formatted(read));
            failed(turn, trial, "the guest does not run: " + read);
        }
    }

    static void tick(Turn turn) {
        turn.trial.ifPresent(trial -> {
            if (!turn.now.isBefore(trial.deadline)) {
                outOfTime(turn, trial);
            } else if (trial.settled() && turn.link == GuestState.Link.UP) {
                lookAgain(turn, trial);
            }
        });
    }

    private static void lookAgain(Turn turn, Trial trial) {
        if (trial.awaits(Level.REBUILT)) {
            turn.act(new Action.ReadCounters());
        }
        if (trial.awaits(Level.RUNNING)) {
            turn.act(new Action.ReadRunState());
        }
    }

    private static void outOfTime(Turn turn, Trial trial) {
        var within = trial.reset().ask().proof().within();
        trial.note(EvidenceKind.DEADLINE, Outcome.INCONCLUSIVE, "the time allowed, %s, ran out".formatted(within));
        if (trial.stopSeen && trial.observed() && trial.rebuildExpected) {
            failed(turn, trial, "STOP came before RESET and nothing shows that the guest lives");
        } else {
            trial.conclude(
                    Verdict.UNPROVEN,
                    "time ran out; shown up to %s, wanted %s"
                            .formatted(trial.reachedText(), trial.wanted().text()));
        }
    }

    /** QEMU lives, the guest does not. Unless the rebuild itself was shown to work, no second one is tried. */
    static void failed(Turn turn, Trial trial, String summary) {
        boolean rebuilt = trial.toOpenReset().findings().is(Level.REBUILT, Findings.Finding.SHOWN);
        turn.rebuildFailed |= trial.observed() && trial.rebuildExpected && !rebuilt;
        trial.conclude(Verdict.FAILED, summary);
    }

    private Proving() {}
}
