package io.reseal.policy;

import io.reseal.policy.VcpuCounters.Reading;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The connection comes and goes: what a lost one means for an open reset, and what a new one tells of the time between. */
final class Linking {
    /** Run states before the first launch is finished: from these a guest gets to {@code prelaunch} without a reset. */
    private static final Set<String> BEFORE_LAUNCH = Set.of("prelaunch", "preconfig", "inmigrate", "unknown");

    private static final String LOST_IT =
            "inferred: the guest ran before the connection was lost and is in prelaunch now:"
                    + " the sign of a rebuild that failed";

    static void attached(Turn turn, Signal.Attached signal) {
        boolean same = turn.facts.map(signal.facts()::sameGuest).orElse(false);
        if (same) {
            compare(turn, signal.situation());
        } else if (Recreation.is(turn, signal.facts())) {
            Recreation.begin(turn);
        } else {
            began(turn);
        }
        turn.link = GuestState.Link.UP;
        turn.lostAt = Optional.empty();
        turn.facts = Optional.of(known(turn, signal, same));
        turn.migrating = signal.situation().migrating();
        turn.outlook = turn.outlook.read(
                signal.situation().launch(), signal.situation().room());
        turn.takeRunState(signal.situation().runState());
        Proving.counters(turn, signal.situation().counters());
        Proving.runState(turn, turn.runState);
        Proving.launch(turn);
        turn.trial.ifPresent(Trial::concludeIfComplete);
    }

    /** The command line tells what a reboot was at first; what we made of it holds while the process lives. */
    private static GuestFacts known(Turn turn, Signal.Attached signal, boolean same) {
        boolean undone = same && !turn.facts.map(GuestFacts::rebootIsShutdown).orElse(true);
        var read = signal.facts().withRebuildForced(signal.situation().rebuildForced());
        return undone ? read.withRebootIsShutdown(false) : read;
    }

    /** A QEMU process that was not known before: what was found of another says nothing about it. */
    private static void began(Turn turn) {
        turn.trial.ifPresent(trial -> {
            trial.note(EvidenceKind.PROCESS, Outcome.CONTRADICTS, "another QEMU process serves the monitor now");
            trial.conclude(Verdict.DIED, "QEMU was replaced by another process during the reset");
        });
        turn.life = new GuestState.Life(1, turn.now, Optional.empty());
        turn.outlook = Outlook.UNKNOWN;
        turn.rebuildFailed = false;
        turn.last = Optional.empty();
        turn.stoppedAt = Optional.empty();
    }

    /**
     * Smaller counters than before the gap, or a guest in {@code prelaunch} that was not: a reset took place in it. Larger
     * counters do not say that none did.
     */
    private static void compare(Turn turn, Situation situation) {
        var before = turn.trial
                .filter(trial -> !trial.observed())
                .map(trial -> trial.before)
                .orElse(turn.life.counters());
        boolean restarted = before.map(
                        earlier -> situation.counters().against(earlier, Duration.ZERO) == Reading.RESTARTED)
                .orElse(false);
        boolean prelaunch = situation.runState().equals(Turn.PRELAUNCH) && !BEFORE_LAUNCH.contains(turn.runState);
        if (restarted || prelaunch) {
            turn.trial
                    .filter(Trial::observed)
                    .ifPresent(trial -> Proving.breakOff(turn, trial, "another reset took place in a blind interval"));
            infer(turn, restarted, situation);
        } else {
            turn.trial.filter(Trial::observed).ifPresent(trial -> lookAnew(trial, situation));
        }
    }

    private static void lookAnew(Trial trial, Situation situation) {
        trial.blind = true;
        trial.ranSince |= !situation.runState().equals(Turn.PRELAUNCH);
        if (trial.awaits(Level.RUNNING)) {
            trial.settleAnew();
        }
    }

    private static Reset.Ask unknownAsk(Turn turn) {
        var proof = turn.terms().proof();
        return new Reset.Ask(Origin.UNKNOWN, "found after a blind interval", proof, Set.of());
    }

    private static void infer(Turn turn, boolean restarted, Situation situation) {
        var trial = turn.trial.orElseGet(() -> Trial.open(turn, unknownAsk(turn), turn.now));
        boolean runs = situation.runState().equals("running");
        boolean lostIt = (turn.running() || trial.stopSeen)
                && trial.rebuildExpected
                && situation.runState().equals(Turn.PRELAUNCH);
        trial.wasRunning = runs || (lostIt && !restarted);
        trial.ranSince = runs;
        trial.blind = true;
        turn.beginLife(Optional.empty());
        turn.last = Optional.of(new GuestState.LastReset(trial.reset().id(), turn.now, false));
        trial.observe(turn.now);
        var what = restarted ? "the vCPU counters restarted" : "the guest came to prelaunch";
        if (lostIt) {
            trial.contradict(Level.OBSERVED, EvidenceKind.INFERRED, LOST_IT);
        } else {
            trial.show(
                    Level.OBSERVED,
                    EvidenceKind.INFERRED,
                    "inferred: %s while there was no connection, so its events were missed".formatted(what));
        }
    }

    static void detached(Turn turn, Signal.Detached signal) {
        turn.link = GuestState.Link.DOWN;
        turn.lostAt = Optional.of(turn.now);
        turn.pending.ifPresent(_ -> {
            turn.pending = Optional.empty();
            turn.act(new Action.NotReachable("the connection was lost before anything was sent: " + signal.why()));
        });
        Asking.neverSent(turn, "the connection was lost before: " + signal.why());
        turn.trial.ifPresent(trial -> {
            trial.note(EvidenceKind.CONNECTION, Outcome.INCONCLUSIVE, "connection lost: " + signal.why());
            Continuing.disconnected(trial);
            if (trial.awaits(Level.ACKNOWLEDGED)) {
                trial.skip(
                        Level.ACKNOWLEDGED,
                        EvidenceKind.ACKNOWLEDGEMENT,
                        "the reply was lost with the connection, the reset may have happened");
            }
            trial.reconsiderRunning();
        });
        turn.act(new Action.LookAtProcess());
    }

    static void processSeen(Turn turn, Signal.ProcessState state) {
        if (turn.link != GuestState.Link.DOWN) {
            return;
        }
        if (state == Signal.ProcessState.ENDED) {
            turn.link = GuestState.Link.ENDED;
        }
        turn.trial.ifPresent(trial -> {
            if (state == Signal.ProcessState.ENDED && Recreation.mayCome(trial)) {
                trial.note(EvidenceKind.PROCESS, Outcome.INCONCLUSIVE, Recreation.AWAITED);
            } else if (state == Signal.ProcessState.ENDED) {
                trial.note(EvidenceKind.PROCESS, Outcome.CONTRADICTS, "the QEMU process has ended");
                trial.conclude(Verdict.DIED, Autopsy.death(turn, trial));
            } else {
                boolean seen = state == Signal.ProcessState.RUNNING;
                trial.note(
                        EvidenceKind.PROCESS,
                        Outcome.INCONCLUSIVE,
                        seen
                                ? "the QEMU process lives: connecting anew"
                                : "the QEMU process cannot be seen: unknown is not dead");
                // a process that dies closes its sockets before /proc tells that it ended
                Proving.tryAgain(turn, trial);
            }
        });
    }

    private Linking() {}
}
