package io.reseal.policy.machine;

import io.reseal.policy.judge.StepContext;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.signal.Signal;
import java.util.Optional;

/**
 * QEMU replaced by another QEMU in the same process: live update by migration mode {@code cpr-exec} (QEMU 11.1). The guest runs on in
 * its memory with a new KVM context, whose counters begin again: that is neither a reset nor the end of a process.
 */
final class LiveUpdate {
    private static final String REPLACED =
            "QEMU was replaced by another in the same process (live update, cpr-exec) before this reset was judged";

    /** What was known of the QEMU before is no measure of the one that is attached now. */
    static void attached(StepContext step, Signal.Attached signal) {
        var known = step.identity.facts();
        if (known.filter(facts -> facts.imageReplaced(signal.facts())).isEmpty()) {
            return;
        }
        step.judge.ifPresent(judge -> {
            judge.note(EvidenceKind.PROCESS, Outcome.INCONCLUSIVE, REPLACED);
            judge.leaveUnproven(REPLACED);
        });
        step.resets = step.resets.unanswered(Optional.empty());
        step.incarnation = step.incarnation.restartCounters();
        step.execution = step.execution.in(signal.situation().runState());
    }

    private LiveUpdate() {}
}
