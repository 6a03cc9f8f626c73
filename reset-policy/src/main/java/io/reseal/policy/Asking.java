package io.reseal.policy;

import java.util.List;
import java.util.Optional;

/** A reset is asked for, judged, sent and acknowledged: steps 1 to 4. */
final class Asking {
    static void asked(Turn turn, Reset.Ask ask) {
        if (turn.trial.isPresent()) {
            turn.act(new Action.Busy(turn.trial.get().reset()));
        } else if (turn.link != GuestState.Link.UP) {
            turn.act(new Action.NotReachable("there is no connection to its monitor"));
        } else if (turn.pending.isPresent()) {
            turn.act(new Action.NotReachable("another ask for a reset is being judged"));
        } else {
            turn.pending = Optional.of(ask);
            turn.act(new Action.ReadSituation());
        }
    }

    /**
     * A reading takes several commands, so a STOP or RESUME in between may be newer than its run state: what disagrees with
     * the events is read once more.
     */
    static void situationRead(Turn turn, Situation situation) {
        boolean ran = turn.running();
        turn.take(situation);
        Proving.launch(turn, situation.launch());
        turn.pending.ifPresent(ask -> {
            if (turn.running() == ran) {
                turn.pending = Optional.empty();
                judge(turn, ask);
            } else {
                turn.act(new Action.ReadSituation());
            }
        });
    }

    private static void judge(Turn turn, Reset.Ask ask) {
        var trial = Trial.open(turn, ask, turn.now);
        var stopping = stopping(turn.hazards(), ask);
        if (stopping.isEmpty()) {
            turn.act(new Action.SendSystemReset(trial.reset()));
        } else {
            var names =
                    String.join(", ", stopping.stream().map(h -> h.id().text()).toList());
            trial.conclude(Verdict.REFUSED, "nothing was sent: " + names);
        }
    }

    /** The hazards that {@code ask} does not override. */
    static List<Hazard> stopping(List<Hazard> hazards, Reset.Ask ask) {
        return hazards.stream()
                .filter(hazard -> !hazard.id().forceable() || !ask.forced().contains(hazard.id()))
                .toList();
    }

    static void readFailed(Turn turn, String why) {
        turn.pending.ifPresent(_ -> {
            turn.pending = Optional.empty();
            turn.act(new Action.NotReachable("its monitor could not be read, nothing was sent: " + why));
        });
        turn.trial.ifPresent(trial -> {
            trial.note(EvidenceKind.CONNECTION, Outcome.INCONCLUSIVE, "a reading did not succeed: " + why);
            Proving.tryAgain(turn, trial);
        });
    }

    static void acknowledged(Turn turn) {
        turn.trial.filter(trial -> trial.awaits(Level.ACKNOWLEDGED)).ifPresent(trial -> {
            trial.show(Level.ACKNOWLEDGED, EvidenceKind.ACKNOWLEDGEMENT, "QMP returned success");
            trial.concludeIfComplete();
        });
    }

    static void rejected(Turn turn, String why) {
        turn.trial.filter(trial -> trial.awaits(Level.ACKNOWLEDGED)).ifPresent(trial -> {
            trial.contradict(Level.ACKNOWLEDGED, EvidenceKind.ACKNOWLEDGEMENT, why);
            if (trial.observed()) {
                Watching.disown(turn, trial);
            }
            trial.conclude(Verdict.UNPROVEN, "system_reset was not executed: " + why);
        });
    }

    /** A lost reply is unknown, not a failure: QEMU may still execute the command. Resolved by looking. */
    static void replyLost(Turn turn, String why) {
        turn.trial.filter(trial -> trial.awaits(Level.ACKNOWLEDGED)).ifPresent(trial -> {
            trial.skip(
                    Level.ACKNOWLEDGED, EvidenceKind.ACKNOWLEDGEMENT, "no reply, the reset may have happened: " + why);
            turn.act(new Action.ReadRunState());
            trial.concludeIfComplete();
        });
    }

    private Asking() {}
}
