package io.reseal.policy.machine;

import io.reseal.policy.judge.ResetJudge;
import io.reseal.policy.judge.StepContext;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.Connection.Link;
import java.time.Duration;
import java.util.Optional;

/** Reseal was restarted, and its journal knows the guest. */
final class RestoreRules {
    /**
     * Name, policy, ids and clock are those of this run of Reseal; the rest is what was known. A client that waited for a request that was
     * not judged yet is gone, so nothing is sent for it; ticks that were requested do not come, so the open reset requests one.
     */
    static void restored(StepContext step, Signal.Restored restored) {
        var known = restored.known();
        var shift = shift(step, restored);
        var resets = known.resets().shifted(shift);
        step.identity = known.identity().facts().map(step.identity::with).orElse(step.identity);
        step.connection = step.connection.restored(known.connection().shifted(shift));
        step.execution = known.execution().shifted(shift);
        step.incarnation = known.incarnation().shifted(shift);
        step.resets = resets.nonePending().open(Optional.empty());
        step.judge = resets.open().map(open -> new ResetJudge(step, open));
        step.judge.ifPresent(judge -> {
            judge.log(log -> log.renamed(step.identity.name()));
            judge.wakeAt(Optional.empty());
            judge.wakeBy(step.now);
        });
        if (step.connection.is(Link.DOWN)) {
            step.act(new Action.LookAtProcess());
        }
    }

    /** From the clock of the other run to that of this one. If the wall clock was set back in between, no time is taken to have passed. */
    private static Duration shift(StepContext step, Signal.Restored restored) {
        var byWall = restored.known().connection().offset().minus(step.connection.offset());
        var atMost = Duration.between(restored.knownAt(), step.now);
        return byWall.compareTo(atMost) < 0 ? byWall : atMost;
    }

    private RestoreRules() {}
}
