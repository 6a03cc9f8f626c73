package io.reseal.policy;

import io.reseal.policy.OpenReset.Continuation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
        Proving.launch(turn);
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
        var stopping = stopping(turn.hazards(), ask.forced(), turn.terms().setAction());
        if (!stopping.isEmpty()) {
            var names =
                    String.join(", ", stopping.stream().map(h -> h.id().text()).toList());
            trial.conclude(Verdict.REFUSED, "nothing was sent: " + names);
            return;
        }
        var facts = turn.facts.orElseThrow();
        trial.continuation = Continuing.isDue(facts, turn.runState) ? Continuation.DUE : Continuation.NONE;
        trial.curing = cures(facts, turn.terms(), ask);
        turn.act(trial.curing ? new Action.SendRebootAction(trial.reset()) : new Action.SendSystemReset(trial.reset()));
    }

    /** The hazards that are neither {@code forced} nor cured before the reset, where {@code setAction} allows that. */
    static List<Hazard> stopping(List<Hazard> hazards, Set<HazardId> forced, boolean setAction) {
        return hazards.stream()
                .filter(hazard -> hazard.stops())
                .filter(hazard -> !hazard.id().forceable() || !forced.contains(hazard.id()))
                .filter(hazard -> !setAction || hazard.id() != HazardId.REBOOT_IS_SHUTDOWN)
                .toList();
    }

    /** Whoever forces a reset that is a shutdown wants the shutdown. */
    private static boolean cures(GuestFacts facts, ResetPolicy.Terms terms, Reset.Ask ask) {
        return facts.rebootIsShutdown() && terms.setAction() && !ask.forced().contains(HazardId.REBOOT_IS_SHUTDOWN);
    }

    static List<String> commands(GuestFacts facts, String runState, ResetPolicy.Terms terms, Reset.Ask ask) {
        var commands = new ArrayList<String>();
        if (cures(facts, terms, ask)) {
            commands.add("set-action");
        }
        commands.add("system_reset");
        if (Continuing.isDue(facts, runState)) {
            commands.add("cont");
        }
        return List.copyOf(commands);
    }

    /** Sent also if the guest was reset meanwhile: that was somebody else's, and ours is still owed. */
    static void rebootActionSet(Turn turn) {
        turn.facts = turn.facts.map(facts -> facts.withRebootIsShutdown(false));
        turn.trial.filter(trial -> trial.curing).ifPresent(trial -> {
            trial.curing = false;
            trial.note(
                    EvidenceKind.REBOOT_ACTION,
                    Outcome.SUPPORTS,
                    "set-action: a reboot is a reset again, it was a shutdown");
            turn.act(new Action.SendSystemReset(trial.reset()));
        });
    }

    /** A reset that was not sent, since what it needs first did not succeed. */
    static void neverSent(Turn turn, String why) {
        turn.trial.filter(trial -> trial.curing).ifPresent(trial -> {
            if (trial.observed()) {
                Watching.disown(turn, trial);
            }
            trial.conclude(Verdict.REFUSED, "system_reset was not sent: " + why);
        });
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
