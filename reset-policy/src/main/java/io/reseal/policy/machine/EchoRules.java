package io.reseal.policy.machine;

import io.reseal.policy.judge.StepContext;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.Echo;
import io.reseal.policy.state.Resets.LastReset;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** SeaBIOS answers each reset with one of its own: the same logical reset. */
final class EchoRules {
    /** By the time for which the guest has run since, or by QEMU's own clock, for events that were heard late. */
    static boolean isEcho(StepContext step, Signal.ResetSeen event) {
        return event.byGuest()
                && !step.unexplainedStop()
                && step.identity.firmwareEchoes()
                && step.resets
                        .last()
                        .filter(last -> !last.echo().came())
                        .filter(last -> last.echo().due() || (clockUntouched(step) && soonAfter(last, event)))
                        .isPresent();
    }

    /** Whether QEMU's times of two events can be compared: nobody set the wall clock since a little before the newest RESET. */
    private static boolean clockUntouched(StepContext step) {
        return !step.connection.clockSetAround(step.incarnation.since());
    }

    private static boolean soonAfter(LastReset last, Signal.ResetSeen event) {
        var between = Duration.between(last.emittedAt(), event.emittedAt());
        return !between.isNegative() && between.compareTo(Echo.WINDOW) < 0;
    }

    static void echoed(StepContext step, Signal.ResetSeen event) {
        step.resets = step.resets.last(
                step.resets.last().map(last -> new LastReset(last.id(), event.emittedAt(), Echo.seen(step.now))));
        step.incarnation = step.incarnation.echoed(step.now);
        step.judge.ifPresent(judge -> {
            if (judge.observed()) {
                judge.log(log -> log.echoed());
                judge.note(
                        EvidenceKind.ECHO,
                        Outcome.INCONCLUSIVE,
                        "the firmware reset once more on its own: the same reset");
                judge.reconsiderRunning();
                judge.settleAgain();
            } else {
                judge.baseline(judge.open().baseline().with(Optional.empty()));
                judge.note(EvidenceKind.ECHO, Outcome.INCONCLUSIVE, "echo of the reset before; the baseline is void");
            }
        });
        step.act(new Action.ReadCounters());
        step.act(new Action.ReadRunState());
    }

    /** A firmware that answers resets has its time for it: while none came QEMU is queried, to see whether it still answers. */
    static void watch(StepContext step) {
        var echo = step.resets.last().map(LastReset::echo).filter(one -> one.toBeQueried(step.now));
        if (echo.isPresent() && step.identity.firmwareEchoes() && step.running() && step.connection.up()) {
            step.resets = step.resets.last(echo.get().queried(step.now));
            step.act(new Action.ReadRunState());
        }
        step.wakeForEcho();
    }

    /** That RESET may be echoed. */
    static void await(StepContext step, String reset, Instant emittedAt) {
        step.resets = step.resets.last(Optional.of(new LastReset(reset, emittedAt, Echo.awaited(step.now))));
        step.wakeForEcho();
    }

    private EchoRules() {}
}
