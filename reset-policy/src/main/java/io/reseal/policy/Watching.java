package io.reseal.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** QMP events come in: which reset they belong to. Step 5. */
final class Watching {
    /** SeaBIOS resets a second time 0.13-0.16 s after the first (QEMU 11.1.3, q35); the rest is for a busy host. */
    static final Duration ECHO_WINDOW = Duration.ofSeconds(1);

    /** A failed rebuild emits STOP, resets the devices and emits RESET: a STOP that is older was somebody's pause. */
    static final Duration STOP_OF_THIS_RESET = Duration.ofSeconds(2);

    static void resetSeen(Turn turn, Signal.ResetSeen event) {
        if (isEcho(turn, event)) {
            echoed(turn);
        } else if (turn.trial.isEmpty()) {
            begin(turn, event);
        } else if (turn.trial.get().observed()) {
            seenAfterAnother(turn, turn.trial.get(), event);
        } else if (event.byGuest()) {
            guestWasFaster(turn, turn.trial.get(), event);
        } else {
            observed(turn, turn.trial.get(), event);
        }
    }

    private static boolean isEcho(Turn turn, Signal.ResetSeen event) {
        return event.byGuest()
                && !rebuildFailed(turn)
                && turn.facts.map(GuestFacts::firmwareEchoes).orElse(false)
                && turn.last
                        .map(last -> !last.echoed()
                                && event.emittedAt().isBefore(last.observedAt().plus(ECHO_WINDOW)))
                        .orElse(false);
    }

    /** STOP came just before the RESET that is looked at, and QEMU rebuilds this guest. */
    private static boolean rebuildFailed(Turn turn) {
        return turn.rebuiltOnReset()
                && turn.stoppedAt
                        .map(at -> Duration.between(at, turn.now).compareTo(STOP_OF_THIS_RESET) < 0)
                        .orElse(false);
    }

    private static void echoed(Turn turn) {
        turn.last = turn.last.map(last -> new GuestState.LastReset(last.id(), last.observedAt(), true));
        turn.life = new GuestState.Life(turn.life.incarnation(), turn.now, Optional.empty());
        turn.trial.ifPresent(trial -> {
            if (trial.observed()) {
                trial.echo();
            } else {
                trial.before = Optional.empty();
                trial.note(EvidenceKind.ECHO, Outcome.INCONCLUSIVE, "echo of the reset before; the baseline is void");
            }
        });
        turn.act(new Action.ReadCounters());
        turn.act(new Action.ReadRunState());
    }

    private static void seenAfterAnother(Turn turn, Trial trial, Signal.ResetSeen event) {
        if (trial.awaits(Level.ACKNOWLEDGED) && !event.byGuest()) {
            earlierWasAnothers(turn, trial);
            observed(turn, trial, event);
        } else {
            overtaken(turn, trial, event);
        }
    }

    /** QEMU sends our RESET before our reply: of several before the reply, the last one is ours. */
    private static void earlierWasAnothers(Turn turn, Trial trial) {
        disown(turn, trial);
        trial.note(
                EvidenceKind.OVERTAKEN, Outcome.INCONCLUSIVE, "the RESET before was somebody else's, ours came last");
        trial.before = turn.life.counters();
        trial.outlook = turn.outlook;
        trial.stopSeen |= turn.stoppedAt.isPresent();
    }

    /** The RESET that was taken for the open reset's was somebody else's. */
    static void disown(Turn turn, Trial trial) {
        var at = trial.reset().times().observedAt().orElse(turn.now);
        closedAtOnce(turn, trial, new Signal.ResetSeen(turn.now, at, false, "somebody else's system_reset"));
        trial.startOver();
    }

    private static void overtaken(Turn turn, Trial trial, Signal.ResetSeen event) {
        var who = event.byGuest() ? "the guest rebooted" : "somebody else reset the guest";
        trial.note(EvidenceKind.OVERTAKEN, Outcome.INCONCLUSIVE, who + " before this reset was judged");
        Proving.breakOff(turn, trial, who + " before this reset was judged");
        begin(turn, event);
    }

    private static void guestWasFaster(Turn turn, Trial trial, Signal.ResetSeen event) {
        var id = closedAtOnce(turn, trial, event);
        turn.life = turn.life.next(turn.now);
        turn.outlook = turn.outlook.reborn(Optional.empty());
        trial.outlook = turn.outlook;
        turn.last = Optional.of(new GuestState.LastReset(id, event.emittedAt(), false));
        trial.before = Optional.empty();
        trial.note(
                EvidenceKind.OVERTAKEN,
                Outcome.INCONCLUSIVE,
                "the guest rebooted itself before our reset; the baseline is void");
    }

    /** Another reset than the open one, which leaves no time to judge it: it is counted. Returns its id. */
    private static String closedAtOnce(Turn turn, Trial open, Signal.ResetSeen event) {
        var other = Trial.open(turn, askOf(turn, event), earlier(event.emittedAt(), turn.now));
        other.stopSeen = open.stopSeen;
        other.observe(event.emittedAt());
        judgeEvent(other, event);
        if (other.suspect()) {
            other.fail("STOP came before RESET; another reset followed at once");
        } else {
            other.conclude(Verdict.UNPROVEN, "another reset came before this one was judged");
        }
        turn.trial = Optional.of(open);
        return other.reset().id();
    }

    private static void begin(Turn turn, Signal.ResetSeen event) {
        var trial = Trial.open(turn, askOf(turn, event), earlier(event.emittedAt(), turn.now));
        trial.stopSeen = rebuildFailed(turn);
        observed(turn, trial, event);
        if (turn.trial.isPresent() && turn.pending.isPresent()) {
            turn.pending = Optional.empty();
            turn.act(new Action.Busy(trial.reset()));
        }
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Reset.Ask askOf(Turn turn, Signal.ResetSeen event) {
        var origin = event.byGuest() ? Origin.GUEST : Origin.EXTERNAL;
        return new Reset.Ask(origin, event.reason(), turn.terms().proof(), Set.of());
    }

    private static void observed(Turn turn, Trial trial, Signal.ResetSeen event) {
        // first of all: the counters grow from now on, and telling of the RESET can wait
        turn.act(new Action.ReadCounters());
        turn.act(new Action.ReadRunState());
        trial.ranSince = turn.running();
        trial.wasRunning = turn.running() || (trial.stopSeen && trial.rebuildExpected);
        turn.beginLife(Optional.of(event.emittedAt()));
        turn.last = Optional.of(new GuestState.LastReset(trial.reset().id(), event.emittedAt(), false));
        trial.observe(event.emittedAt());
        judgeEvent(trial, event);
        Proving.readLaunch(turn, trial);
        trial.concludeIfComplete();
    }

    private static void judgeEvent(Trial trial, Signal.ResetSeen event) {
        if (trial.stopSeen && trial.rebuildExpected) {
            trial.contradict(
                    Level.OBSERVED,
                    EvidenceKind.STOP_EVENT,
                    "STOP came before RESET: the sign of a rebuild that failed");
        } else if (trial.stopSeen) {
            trial.show(Level.OBSERVED, EvidenceKind.RESET_EVENT, "RESET with reason " + event.reason());
        } else {
            trial.show(
                    Level.OBSERVED,
                    EvidenceKind.RESET_EVENT,
                    "RESET with reason %s, no STOP before it".formatted(event.reason()));
        }
    }

    static void shutdownSeen(Turn turn, String reason) {
        turn.trial.ifPresent(trial -> {
            // under libvirt it is the first half of a TDX guest's reset
            var outcome = turn.kind() == GuestKind.TDX ? Outcome.INCONCLUSIVE : Outcome.CONTRADICTS;
            trial.note(EvidenceKind.SHUTDOWN_EVENT, outcome, "SHUTDOWN with reason " + reason);
            turn.act(new Action.ReadRunState());
        });
    }

    static void stopSeen(Turn turn) {
        turn.stoppedAt = Optional.of(turn.now);
        turn.runState = "paused";
        turn.trial.ifPresent(trial -> {
            if (trial.observed()) {
                trial.reconsiderRunning();
                turn.act(new Action.ReadRunState());
            } else {
                trial.stopSeen = true;
            }
        });
    }

    static void resumeSeen(Turn turn) {
        turn.takeRunState("running");
        turn.trial.ifPresent(trial -> {
            if (trial.observed() && trial.awaits(Level.RUNNING)) {
                trial.settleAnew();
            }
        });
    }

    static void panicSeen(Turn turn, Signal.PanicSeen panic) {
        turn.trial.ifPresent(trial -> {
            var why = panic.detail().isEmpty() ? "" : " (" + panic.detail() + ")";
            var what = "the guest panicked%s, QEMU's action is %s".formatted(why, panic.action());
            if (trial.observed()) {
                trial.panicked(what);
                turn.act(new Action.ReadRunState());
            } else {
                trial.note(EvidenceKind.PANIC, Outcome.INCONCLUSIVE, what + "; before the RESET");
            }
        });
    }

    private Watching() {}
}
