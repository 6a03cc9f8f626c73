package io.reseal.policy;

import io.reseal.policy.VcpuCounters.Reading;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The connection comes and goes: what a lost one means for an open reset, and what a new one tells of the time between. */
final class Linking {
    static void attached(Turn turn, Signal.Attached signal) {
        boolean known = turn.facts.isPresent();
        boolean same = turn.facts.map(signal.facts()::sameGuest).orElse(false);
        if (known && !same) {
            replaced(turn);
        }
        turn.link = GuestState.Link.UP;
        turn.facts = Optional.of(signal.facts());
        if (same) {
            compare(turn, signal.situation());
        } else {
            turn.life = new GuestState.Life(1, turn.now, Optional.empty());
        }
        turn.takeRunState(signal.situation().runState());
        turn.migrating = signal.situation().migrating();
        Proving.counters(turn, signal.situation().counters());
        Proving.runState(turn, turn.runState);
    }

    private static void replaced(Turn turn) {
        turn.trial.ifPresent(trial -> {
            trial.note(EvidenceKind.PROCESS, Outcome.CONTRADICTS, "another QEMU process serves the monitor now");
            trial.conclude(Verdict.DIED, "QEMU was replaced by another process during the reset");
        });
        turn.rebuildFailed = false;
        turn.last = Optional.empty();
        turn.stoppedAt = Optional.empty();
    }

    /** Smaller counters than before the gap: a reset took place in it. Larger ones do not say that none did. */
    private static void compare(Turn turn, Situation situation) {
        var before = turn.trial.map(trial -> trial.before).orElse(turn.life.counters());
        boolean restarted = before.map(
                        earlier -> situation.counters().against(earlier, Duration.ZERO) == Reading.RESTARTED)
                .orElse(false);
        if (!restarted) {
            return;
        }
        if (turn.trial.isEmpty()) {
            infer(turn, Trial.open(turn, unknownAsk(turn), situation.runState().equals("running")));
        } else if (!turn.trial.get().observed()) {
            infer(turn, turn.trial.get());
        }
    }

    private static Reset.Ask unknownAsk(Turn turn) {
        var proof = turn.policy.proofFor(turn.name, turn.kind());
        return new Reset.Ask(Origin.UNKNOWN, "found after a blind interval", proof, Set.of());
    }

    private static void infer(Turn turn, Trial trial) {
        turn.life = turn.life.next(turn.now);
        turn.last = Optional.of(new GuestState.LastReset(trial.reset().id(), turn.now, false));
        trial.observe(turn.now);
        trial.show(
                Level.OBSERVED,
                EvidenceKind.INFERRED,
                "inferred: the vCPU counters restarted while there was no connection, so its events were missed");
    }

    static void detached(Turn turn, Signal.Detached signal) {
        turn.link = GuestState.Link.DOWN;
        turn.pending.ifPresent(_ -> {
            turn.pending = Optional.empty();
            turn.act(new Action.NotReachable("the connection was lost before anything was sent: " + signal.why()));
        });
        turn.trial.ifPresent(trial -> {
            trial.note(EvidenceKind.CONNECTION, Outcome.INCONCLUSIVE, "connection lost: " + signal.why());
            if (trial.awaits(Level.ACKNOWLEDGED)) {
                trial.skip(
                        Level.ACKNOWLEDGED,
                        EvidenceKind.ACKNOWLEDGEMENT,
                        "the reply was lost with the connection, the reset may have happened");
            }
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
            switch (state) {
                case ENDED -> {
                    trial.note(EvidenceKind.PROCESS, Outcome.CONTRADICTS, "the QEMU process has ended");
                    trial.conclude(Verdict.DIED, "QEMU ended during the reset");
                }
                case RUNNING ->
                    trial.note(EvidenceKind.PROCESS, Outcome.INCONCLUSIVE, "the QEMU process lives: connecting anew");
                case UNKNOWN ->
                    trial.note(
                            EvidenceKind.PROCESS,
                            Outcome.INCONCLUSIVE,
                            "the QEMU process cannot be seen: unknown is not dead");
            }
        });
    }

    private Linking() {}
}
