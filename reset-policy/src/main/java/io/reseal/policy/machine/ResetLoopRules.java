package io.reseal.policy.machine;

import io.reseal.policy.judge.ConclusionRules;
import io.reseal.policy.judge.ResetJudge;
import io.reseal.policy.judge.StepContext;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.OpenReset.Reply;
import io.reseal.policy.state.ResetLoop;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A guest in a reset loop: its RESETs are counted in one record. None of them is judged, so none is proven; a reset of ours that they
 * overtake is judged as after any other RESET.
 */
final class ResetLoopRules {
    private static final String AGAIN = "the guest was reset again and again";

    static void repeated(StepContext step, Signal.ResetsRepeated event) {
        count(step, event);
        step.judge.ifPresent(judge -> overtake(step, judge));
        step.beginIncarnation(Optional.of(ResetEventRules.credible(step, event.last())));
        step.incarnation = step.incarnation.after(event.count() - 1);
        awaitEcho(step, event);
        step.judge.ifPresent(judge ->
                judge.baseline(judge.open().baseline().with(Optional.empty()).with(step.incarnation.launches())));
        step.resets.loop().ifPresent(loop -> step.act(new Action.WakeAt(loop.endsAt())));
    }

    /** The last of them may have been an echo already: then a reboot right after it goes without a record. */
    private static void awaitEcho(StepContext step, Signal.ResetsRepeated event) {
        step.resets = step.resets.last(Optional.empty());
        if (step.identity.firmwareEchoes()) {
            step.resets
                    .loop()
                    .ifPresent(loop -> EchoRules.await(step, loop.record().id(), event.last()));
        }
    }

    private static void count(StepContext step, Signal.ResetsRepeated event) {
        var last = ResetEventRules.credible(step, event.last());
        var known = step.resets.loop().map(ResetLoop::record);
        var reset = known.orElseGet(() -> begin(step, event));
        var before = reset.loop().orElseThrow();
        var counted = reset.with(before.and(event.count(), last.isBefore(before.last()) ? before.last() : last));
        step.resets = step.resets.loop(Optional.of(new ResetLoop(counted, step.now)));
        step.act(new Action.Looped(counted));
    }

    private static Reset begin(StepContext step, Signal.ResetsRepeated event) {
        var guest = step.identity;
        var first = ResetEventRules.credible(step, event.first());
        var request = new Reset.Request(
                ResetEventRules.origin(step, event.byGuest(), event.reason()),
                event.reason(),
                step.terms().proof(),
                Set.of());
        step.identity = guest.with(guest.ids().after());
        return new Reset(
                        guest.ids().id(),
                        guest.name(),
                        guest.kind(),
                        request,
                        List.of(),
                        List.of(),
                        Reset.Times.begin(first).observed(Optional.of(first)),
                        Optional.empty(),
                        0)
                .with(new Reset.Loop(0, first, first));
    }

    /** While our command is on its way, or before it was sent, ours is yet to come; else it was the one before these. */
    private static void overtake(StepContext step, ResetJudge judge) {
        if (judge.open().answeredByShutdown()) {
            ConclusionRules.breakOff(step, judge, ConclusionRules.SHUT_DOWN);
        } else if (judge.observed() && !judge.is(Reply.AWAITED)) {
            judge.note(EvidenceKind.OVERTAKEN, Outcome.INCONCLUSIVE, AGAIN + " before this reset was judged");
            ConclusionRules.breakOff(step, judge, AGAIN + " before this reset was judged");
        } else {
            if (judge.observed()) {
                judge.startOver();
            }
            judge.note(
                    EvidenceKind.OVERTAKEN,
                    Outcome.INCONCLUSIVE,
                    AGAIN + ", and which RESET is ours cannot be told; the baseline is void");
        }
    }

    static void tick(StepContext step) {
        step.resets.loop().ifPresent(loop -> {
            if (step.now.isBefore(loop.endsAt())) {
                step.act(new Action.WakeAt(loop.endsAt()));
            } else {
                end(step, "then none came for a while");
                if (step.connection.up()) {
                    step.act(new Action.ReadCounters());
                    step.act(new Action.ReadRunState());
                }
            }
        });
    }

    /** It has come to its end, if there is one. */
    static void end(StepContext step, String why) {
        step.resets.loop().map(ResetLoop::record).ifPresent(reset -> {
            var loop = reset.loop().orElseThrow();
            var summary = "reset loop: %d RESETs, which were not judged one by one, %s".formatted(loop.count(), why);
            var wall = step.wall();
            var closedAt = wall.isBefore(loop.last()) ? loop.last() : wall;
            step.act(new Action.Looped(reset.with(reset.times().closed(closedAt))
                    .with(new Reset.Conclusion(Verdict.UNPROVEN, Optional.empty(), summary))));
            step.resets = step.resets.loop(Optional.empty());
        });
    }

    static void rename(StepContext step, String name) {
        step.resets = step.resets.loop(
                step.resets.loop().map(loop -> loop.with(loop.record().with(name, 0))));
    }

    private ResetLoopRules() {}
}
