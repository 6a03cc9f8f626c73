package io.reseal.policy;

import java.util.Optional;

/**
 * QEMU replaced by another QEMU in the same process: live update by migration mode {@code cpr-exec} (QEMU 11.1). The guest runs on in
 * its memory with a new KVM context, whose counters begin anew: that is neither a reset nor the end of a process.
 */
final class LiveUpdate {
    private static final String REPLACED =
            "QEMU was replaced by another in the same process (live update, cpr-exec) before this reset was judged";

    /** What was known of the QEMU before is no measure of the one that is attached now. */
    static void attached(Turn turn, Signal.Attached signal) {
        if (turn.facts.filter(known -> known.imageReplaced(signal.facts())).isEmpty()) {
            return;
        }
        turn.trial.ifPresent(trial -> {
            trial.note(EvidenceKind.PROCESS, Outcome.INCONCLUSIVE, REPLACED);
            trial.conclude(Verdict.UNPROVEN, "%s; %s".formatted(REPLACED, trial.shownText()));
        });
        turn.unanswered = Optional.empty();
        turn.life = new GuestState.Life(turn.life.incarnation(), turn.life.since(), Optional.empty());
        turn.runState = signal.situation().runState();
    }

    private LiveUpdate() {}
}
