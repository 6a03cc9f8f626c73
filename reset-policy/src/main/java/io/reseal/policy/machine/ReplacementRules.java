package io.reseal.policy.machine;

import io.reseal.policy.Level;
import io.reseal.policy.judge.ConclusionRules;
import io.reseal.policy.judge.OpeningRules;
import io.reseal.policy.judge.ResetJudge;
import io.reseal.policy.judge.StepContext;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.state.Echo;
import io.reseal.policy.state.Phase;
import io.reseal.policy.state.Phase.Observation;
import io.reseal.policy.state.Resets.LastReset;
import java.util.Optional;
import java.util.Set;

/** A new QEMU process took the place of one that shut down in order to reboot: one reset, by somebody else or ours. */
final class ReplacementRules {
    /** Until the guest is seen running it may wait for its owner: libvirt starts QEMU with -S. */
    static void begin(StepContext step) {
        // a reset that was seen is one, and what made another process necessary is the next
        step.judge
                .filter(ResetJudge::observed)
                .ifPresent(open -> ConclusionRules.breakOff(
                        step, open, "another QEMU process took its place before this reset was judged"));
        var judge = step.judge.orElseGet(() -> OpeningRules.open(step, request(step)));
        step.execution = step.execution.noShutdown();
        step.resets = step.resets.unanswered(Optional.empty());
        step.beginIncarnation(Optional.empty());
        step.incarnation =
                step.incarnation.rebuilt().with(step.incarnation.launches().inAnotherProcess());
        step.resets =
                step.resets.last(Optional.of(new LastReset(judge.reset().id(), step.wall(), Echo.seen(step.now))));
        var seen = new Observation(judge.settlesAt(), false, false, false);
        judge.observe(step.wall(), new Phase.Unobserved(seen, false));
        judge.show(
                Level.OBSERVED,
                EvidenceKind.PROCESS,
                "inferred: another QEMU process with the same UUID serves the monitor, as after libvirt's reset of a TDX guest");
        if (judge.awaits(Level.REBUILT)) {
            judge.show(
                    Level.REBUILT,
                    EvidenceKind.PROCESS,
                    "rebuilt by construction: the new process has a KVM context of its own");
        }
    }

    private static Reset.Request request(StepContext step) {
        return new Reset.Request(
                Origin.EXTERNAL, "a new QEMU process", step.terms().proof(), Set.of());
    }

    private ReplacementRules() {}
}
