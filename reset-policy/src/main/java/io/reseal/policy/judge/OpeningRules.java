package io.reseal.policy.judge;

import io.reseal.policy.Finding;
import io.reseal.policy.GuestFacts;
import io.reseal.policy.Level;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.signal.Action;
import io.reseal.policy.state.EvidenceLog;
import io.reseal.policy.state.OpenReset;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A reset begins. */
public final class OpeningRules {
    /** Opens a reset, whose counters before it are those last read in the present incarnation. */
    public static ResetJudge open(StepContext step, Reset.Request request) {
        return open(step, request, step.wall());
    }

    /**
     * The same, of one that was requested, or seen, at another time.
     *
     * @param requestedAt wall time
     */
    public static ResetJudge open(StepContext step, Reset.Request request, Instant requestedAt) {
        var guest = step.identity;
        var hazards = step.guest().hazards();
        var reset = new Reset(
                guest.ids().id(),
                guest.name(),
                guest.kind(),
                request,
                hazards,
                List.of(),
                Reset.Times.begin(requestedAt),
                Optional.empty(),
                0);
        step.identity = guest.with(guest.ids().after());
        var log = EvidenceLog.begin(reset, step.connection.offset());
        var judge = new ResetJudge(step, OpenReset.begin(log, baseline(step), step.now));
        step.judge = Optional.of(judge);
        step.act(new Action.Opened(reset));
        judge.wakeBy(judge.open().schedule().deadline());
        noteLevelsOutOfReach(step, judge);
        return judge;
    }

    private static OpenReset.Baseline baseline(StepContext step) {
        return new OpenReset.Baseline(
                step.incarnation.counters(),
                step.incarnation.launches(),
                step.running(),
                step.identity.rebuiltOnReset());
    }

    private static void noteLevelsOutOfReach(StepContext step, ResetJudge judge) {
        var wanted = judge.open().wanted();
        if (judge.is(Level.REBUILT, Finding.NOT_APPLICABLE) && wanted.compareTo(Level.REBUILT) >= 0) {
            var why = step.identity.facts().map(GuestFacts::kvm).orElse(true)
                    ? "a %s guest is reset in the ordinary way, without a new KVM context"
                            .formatted(step.kind().text())
                    : "without KVM nothing is rebuilt";
            judge.say(
                    EvidenceKind.NOT_APPLICABLE,
                    Outcome.INCONCLUSIVE,
                    Level.REBUILT,
                    "rebuilt is not applicable: " + why);
        }
        if (!wanted.provable()) {
            judge.say(
                    EvidenceKind.NOT_APPLICABLE,
                    Outcome.INCONCLUSIVE,
                    wanted,
                    "%s cannot be proven by this version".formatted(wanted.text()));
        }
    }

    private OpeningRules() {}
}
