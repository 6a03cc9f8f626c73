package io.reseal.policy;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** QMP events come in: which reset they belong to. Step 5. */
final class Watching {
    /** SeaBIOS resets a second time 0.13-0.16 s after the first (QEMU 11.1.3, q35); the rest is for a busy host. */
    static final Duration ECHO_WINDOW = Duration.ofSeconds(1);

    /** A failed rebuild emits STOP, resets the devices and emits RESET: a STOP that is older was somebody's pause. */
    private static final Duration STOP_OF_THIS_RESET = Duration.ofSeconds(2);

    static void resetSeen(Turn turn, Signal.ResetSeen event) {
        if (isEcho(turn, event)) {
            echoed(turn);
        } else if (turn.trial.isPresent()) {
            seenDuring(turn, turn.trial.get(), event);
        } else {
            begin(turn, event);
        }
    }

    private static boolean isEcho(Turn turn, Signal.ResetSeen event) {
        boolean awaitsOurs = turn.trial.map(trial -> !trial.observed()).orElse(false);
        return !awaitsOurs
                && event.byGuest()
                && turn.facts.map(GuestFacts::firmwareEchoes).orElse(false)
                && turn.last
                        .map(last -> !last.echoed()
                                && event.emittedAt().isBefore(last.observedAt().plus(ECHO_WINDOW)))
                        .orElse(false);
    }

    private static void echoed(Turn turn) {
        turn.last = turn.last.map(last -> new GuestState.LastReset(last.id(), last.observedAt(), true));
        turn.life = new GuestState.Life(turn.life.incarnation(), turn.now, Optional.empty());
        turn.trial.ifPresent(Trial::echo);
        turn.act(new Action.ReadCounters());
        turn.act(new Action.ReadRunState());
    }

    private static void seenDuring(Turn turn, Trial trial, Signal.ResetSeen event) {
        boolean maybeOurs = trial.awaits(Level.ACKNOWLEDGED) && !event.byGuest();
        if (trial.observed() && maybeOurs) {
            earlierWasAnothers(turn, trial, event);
        } else if (trial.observed()) {
            overtaken(turn, trial, event);
        } else if (maybeOurs || !event.byGuest()) {
            observed(turn, trial, event);
        } else {
            guestWasFaster(turn, trial, event);
        }
    }

    /** QEMU sends our RESET before our reply: of several before the reply, the last one is ours. */
    private static void earlierWasAnothers(Turn turn, Trial trial, Signal.ResetSeen event) {
        trial.note(
                EvidenceKind.OVERTAKEN,
                Outcome.INCONCLUSIVE,
                "the RESET before was somebody else's: ours comes last before the reply");
        var at = trial.reset().times().observedAt().orElse(turn.now);
        closedAtOnce(turn, new Signal.ResetSeen(turn.now, at, false, event.reason()), Optional.of(trial));
        trial.startOver();
        trial.before = turn.life.counters();
        observed(turn, trial, event);
    }

    private static void overtaken(Turn turn, Trial trial, Signal.ResetSeen event) {
        var who = event.byGuest() ? "the guest rebooted" : "somebody else reset the guest";
        trial.note(EvidenceKind.OVERTAKEN, Outcome.INCONCLUSIVE, who + " before this reset was judged");
        if (trial.stopSeen && trial.rebuildExpected) {
            Proving.failed(turn, trial, "STOP came before RESET, then " + who);
        } else {
            trial.conclude(
                    Verdict.UNPROVEN,
                    "%s before this reset was judged; shown up to %s".formatted(who, trial.reachedText()));
        }
        begin(turn, event);
    }

    private static void guestWasFaster(Turn turn, Trial trial, Signal.ResetSeen event) {
        closedAtOnce(turn, event, Optional.of(trial));
        turn.life = turn.life.next(turn.now);
        trial.before = Optional.empty();
        trial.note(
                EvidenceKind.OVERTAKEN,
                Outcome.INCONCLUSIVE,
                "the guest rebooted itself before our reset: the counters read before say nothing any more");
    }

    /** Another reset that the open one swallowed: counted, but not judged. */
    private static void closedAtOnce(Turn turn, Signal.ResetSeen event, Optional<Trial> openOne) {
        var other = Trial.open(turn, askOf(turn, event), turn.running());
        other.observe(event.emittedAt());
        other.show(Level.OBSERVED, EvidenceKind.RESET_EVENT, describe(event));
        other.conclude(Verdict.UNPROVEN, "the operator's reset came before this one was judged");
        turn.trial = openOne;
    }

    private static void begin(Turn turn, Signal.ResetSeen event) {
        boolean stopped = turn.stoppedAt
                .map(at -> Duration.between(at, turn.now).compareTo(STOP_OF_THIS_RESET) < 0)
                .orElse(false);
        boolean rebuildFailed = stopped && turn.rebuiltOnReset();
        var trial = Trial.open(turn, askOf(turn, event), turn.running() || rebuildFailed);
        trial.stopSeen = stopped;
        observed(turn, trial, event);
        turn.pending.ifPresent(_ -> {
            turn.pending = Optional.empty();
            turn.act(new Action.Busy(trial.reset()));
        });
    }

    private static Reset.Ask askOf(Turn turn, Signal.ResetSeen event) {
        var origin = event.byGuest() ? Origin.GUEST : Origin.EXTERNAL;
        return new Reset.Ask(origin, event.reason(), turn.policy.proofFor(turn.name, turn.kind()), Set.of());
    }

    private static void observed(Turn turn, Trial trial, Signal.ResetSeen event) {
        turn.life = turn.life.next(turn.now);
        turn.last = Optional.of(new GuestState.LastReset(trial.reset().id(), event.emittedAt(), false));
        trial.observe(event.emittedAt());
        if (trial.stopSeen) {
            trial.contradict(
                    Level.OBSERVED,
                    EvidenceKind.STOP_EVENT,
                    "STOP came before RESET: the sign of a rebuild that failed");
        } else {
            trial.show(Level.OBSERVED, EvidenceKind.RESET_EVENT, describe(event));
        }
        turn.act(new Action.ReadCounters());
        turn.act(new Action.ReadRunState());
        trial.concludeIfComplete();
    }

    private static String describe(Signal.ResetSeen event) {
        return "RESET with reason %s, no STOP before it".formatted(event.reason());
    }

    static void shutdownSeen(Turn turn, String reason) {
        turn.trial.ifPresent(trial -> {
            trial.note(EvidenceKind.SHUTDOWN_EVENT, Outcome.CONTRADICTS, "SHUTDOWN with reason " + reason);
            turn.act(new Action.ReadRunState());
        });
    }

    static void stopSeen(Turn turn) {
        turn.stoppedAt = Optional.of(turn.now);
        turn.runState = "paused";
        turn.trial.ifPresent(trial -> {
            if (trial.observed()) {
                turn.act(new Action.ReadRunState());
            } else {
                trial.stopSeen = true;
            }
        });
    }

    static void resumeSeen(Turn turn) {
        turn.takeRunState("running");
        turn.trial.ifPresent(trial -> {
            if (!trial.observed()) {
                trial.stopSeen = false;
            } else if (trial.awaits(Level.RUNNING)) {
                trial.settleAnew();
            }
        });
    }

    static void panicSeen(Turn turn, String action) {
        turn.trial.ifPresent(trial -> {
            trial.note(EvidenceKind.PANIC, Outcome.CONTRADICTS, "the guest panicked, QEMU's action is " + action);
            turn.act(new Action.ReadRunState());
        });
    }

    private Watching() {}
}
