package io.reseal.policy.machine;

import io.reseal.policy.Level;
import io.reseal.policy.judge.ConclusionRules;
import io.reseal.policy.judge.CounterRules;
import io.reseal.policy.judge.LaunchRules;
import io.reseal.policy.judge.ObservationRules;
import io.reseal.policy.judge.OpeningRules;
import io.reseal.policy.judge.ResetJudge;
import io.reseal.policy.judge.RunStateRules;
import io.reseal.policy.judge.StepContext;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.Phase;
import io.reseal.policy.state.Phase.AfterReset;
import io.reseal.policy.state.Phase.Observation;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** A RESET came in: which reset it belongs to. */
final class ResetEventRules {
    static void seen(StepContext step, Signal.ResetSeen event) {
        if (EchoRules.isEcho(step, event)) {
            EchoRules.echoed(step, event);
        } else if (step.judge.isEmpty()) {
            begin(step, event);
        } else {
            seenDuring(step, step.judge.get(), event);
        }
    }

    private static void seenDuring(StepContext step, ResetJudge judge, Signal.ResetSeen event) {
        if (judge.open().answeredByShutdown()) {
            ConclusionRules.breakOff(step, judge, ConclusionRules.SHUT_DOWN);
            begin(step, event);
        } else if (judge.observed()) {
            seenAfterAnother(step, judge, event);
        } else if (event.byGuest() || judge.open().phase() instanceof Phase.SettingRebootAction) {
            beforeOurs(step, judge, event);
        } else {
            observed(step, judge, event);
        }
    }

    private static void seenAfterAnother(StepContext step, ResetJudge judge, Signal.ResetSeen event) {
        if (!judge.awaits(Level.ACKNOWLEDGED)) {
            overtaken(step, judge, event);
        } else if (event.byGuest()) {
            earlierWasAnothers(step, judge, "ours is yet to come");
            beforeOurs(step, judge, event);
        } else {
            earlierWasAnothers(step, judge, "ours came last");
            observed(step, judge, event);
        }
    }

    /** QEMU sends our RESET right before our reply: of several before the reply, the last one is ours. */
    private static void earlierWasAnothers(StepContext step, ResetJudge judge, String ours) {
        disown(step, judge);
        judge.note(EvidenceKind.OVERTAKEN, Outcome.INCONCLUSIVE, "the RESET before was somebody else's, " + ours);
        judge.baseline(judge.open().baseline().with(step.incarnation.counters()).with(step.incarnation.launches()));
    }

    /** The RESET that was taken for the open reset's was somebody else's. */
    static void disown(StepContext step, ResetJudge judge) {
        var at = judge.reset().times().observedAt().orElse(step.wall());
        closedAtOnce(step, judge, new Signal.ResetSeen(step.now, at, false, "somebody else's system_reset"));
        judge.startOver();
    }

    private static void overtaken(StepContext step, ResetJudge judge, Signal.ResetSeen event) {
        var who = event.byGuest() ? "the guest rebooted" : "somebody else reset the guest";
        var what = who + " before this reset was judged";
        judge.note(EvidenceKind.OVERTAKEN, Outcome.INCONCLUSIVE, what);
        ConclusionRules.breakOff(step, judge, what);
        begin(step, event);
    }

    /** It came before our command was executed, or sent. */
    private static void beforeOurs(StepContext step, ResetJudge judge, Signal.ResetSeen event) {
        var id = closedAtOnce(step, judge, event);
        step.fallToPrelaunch();
        step.incarnation =
                step.incarnation.next(step.now).with(step.incarnation.launches().relaunched(Optional.empty()));
        EchoRules.await(step, id, event.emittedAt());
        judge.baseline(judge.open().baseline().with(Optional.empty()).with(step.incarnation.launches()));
        judge.note(
                EvidenceKind.OVERTAKEN,
                Outcome.INCONCLUSIVE,
                (event.byGuest() ? "the guest rebooted itself" : "somebody else reset the guest")
                        + " before our reset; the baseline is void");
    }

    /** Another reset than the open one, which leaves no time to judge it: it is counted. Returns its id. */
    private static String closedAtOnce(StepContext step, ResetJudge open, Signal.ResetSeen event) {
        var other = OpeningRules.open(step, request(step, event), emitted(step, event));
        boolean suspect = open.open().suspect() || step.unexplainedStop();
        var seen = new Observation(other.settlesAt(), step.running(), false, false);
        other.observe(event.emittedAt(), after(seen, suspect));
        judgeEvent(other, event, step.running());
        ConclusionRules.leaveUndecided(step, other);
        other.conclude(
                Verdict.UNPROVEN,
                event.byGuest()
                        ? "our system_reset was on its way, which left no time to judge this reset"
                        : "another reset came before this one was judged");
        step.judge = Optional.of(open);
        return other.reset().id();
    }

    private static void begin(StepContext step, Signal.ResetSeen event) {
        ResetLoopRules.end(step, "then none came for a while");
        var judge = OpeningRules.open(step, request(step, event), emitted(step, event));
        if (!event.byGuest()) {
            ObservationRules.noteUnanswered(step, judge);
        }
        observed(step, judge, event);
    }

    /** QEMU's time of the event where it is credible, on the wall clock. */
    private static Instant emitted(StepContext step, Signal.ResetSeen event) {
        return credible(step, event.emittedAt());
    }

    static Instant credible(StepContext step, Instant emittedAt) {
        var wall = step.wall();
        boolean credible = !emittedAt.isAfter(wall) && emittedAt.isAfter(wall.minus(CounterRules.CREDIBLE_AGE));
        return credible ? emittedAt : wall;
    }

    private static Reset.Request request(StepContext step, Signal.ResetSeen event) {
        return new Reset.Request(
                origin(step, event), event.reason(), step.terms().proof(), Set.of());
    }

    private static Origin origin(StepContext step, Signal.ResetSeen event) {
        return origin(step, event.byGuest(), event.reason());
    }

    static Origin origin(StepContext step, boolean byGuest, String reason) {
        if (byGuest) {
            return Origin.GUEST;
        }
        boolean perhapsOurs = step.resets.unanswered().isPresent();
        return perhapsOurs || reason.equals(Signal.ResetSeen.UNKNOWN) ? Origin.UNKNOWN : Origin.EXTERNAL;
    }

    private static void observed(StepContext step, ResetJudge judge, Signal.ResetSeen event) {
        // first of all: the counters grow from now on, and telling of the RESET can wait
        step.act(new Action.ReadCounters());
        step.act(new Action.ReadRunState());
        boolean stopped = step.execution.stop().isPresent();
        boolean suspect = step.unexplainedStop();
        boolean ran = step.running();
        boolean undated = step.connection.clockSetAround(step.now);
        var seen = new Observation(judge.settlesAt(), ran || suspect, ran, undated);
        step.beginIncarnation(Optional.of(emitted(step, event)));
        EchoRules.await(step, judge.reset().id(), event.emittedAt());
        judge.observe(emitted(step, event), after(seen, suspect));
        if (suspect || !stopped) {
            judgeEvent(judge, event, ran);
        } else {
            showObserved(judge, event, "");
        }
        RunStateRules.standsStill(step, judge);
        LaunchRules.readIfWanted(step, judge);
        ConclusionRules.concludeIfComplete(step, judge);
    }

    private static AfterReset after(Observation seen, boolean suspect) {
        return suspect ? new Phase.Suspect(seen) : new Phase.Settling(seen);
    }

    /** @param ran the guest ran until the RESET: nothing had stopped it */
    private static void judgeEvent(ResetJudge judge, Signal.ResetSeen event, boolean ran) {
        if (judge.open().suspect()) {
            judge.note(
                    EvidenceKind.STOP_EVENT,
                    Outcome.INCONCLUSIVE,
                    "STOP came before RESET: somebody paused the guest, or the rebuild failed; the counters decide");
        } else {
            showObserved(judge, event, ran ? ", no STOP before it" : "");
        }
    }

    private static void showObserved(ResetJudge judge, Signal.ResetSeen event, String more) {
        ObservationRules.show(judge, "RESET with reason " + event.reason() + more);
    }

    private ResetEventRules() {}
}
