package io.reseal.policy.machine;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.Level;
import io.reseal.policy.RebootAction;
import io.reseal.policy.RunState;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** QMP events come in: which reset they belong to. Step 5. */
final class EventRules {
    /** QEMU's clock is ours, unless somebody set the host's clock between the event and now. */
    static final Duration CREDIBLE_AGE = Duration.ofMinutes(1);

    /** An event that was emitted before the wall clock was set may be heard so much later. */
    private static final Duration STEP = Duration.ofSeconds(10);

    static void resetSeen(StepContext turn, Signal.ResetSeen event) {
        if (isEcho(turn, event)) {
            echoed(turn, event);
        } else if (turn.trial.isEmpty()) {
            begin(turn, event);
        } else if (turn.trial.get().answeredByShutdown()) {
            ReadingRules.breakOff(turn, turn.trial.get(), ReadingRules.SHUT_DOWN);
            begin(turn, event);
        } else if (turn.trial.get().observed()) {
            seenAfterAnother(turn, turn.trial.get(), event);
        } else if (event.byGuest() || turn.trial.get().curing) {
            beforeOurs(turn, turn.trial.get(), event);
        } else {
            observed(turn, turn.trial.get(), event);
        }
    }

    /** By the time for which the guest has run since, or by QEMU's own clock, for events that were heard late. */
    private static boolean isEcho(StepContext turn, Signal.ResetSeen event) {
        return event.byGuest()
                && !unexplainedStop(turn)
                && echoes(turn)
                && turn.last
                        .filter(last -> !last.echo().came())
                        .filter(last -> last.echo().due() || soonAfter(last, event))
                        .isPresent();
    }

    private static boolean soonAfter(GuestState.LastReset last, Signal.ResetSeen event) {
        var between = Duration.between(last.emittedAt(), event.emittedAt());
        return !between.isNegative() && between.compareTo(Echo.WINDOW) < 0;
    }

    /** A STOP came that no run state has explained since, and QEMU rebuilds this guest. */
    static boolean unexplainedStop(StepContext turn) {
        return turn.rebuiltOnReset() && turn.stop.map(stop -> !stop.explained()).orElse(false);
    }

    private static void echoed(StepContext turn, Signal.ResetSeen event) {
        turn.last = turn.last.map(last -> new GuestState.LastReset(last.id(), event.emittedAt(), Echo.seen(turn.now)));
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

    /** A firmware that answers resets has its time for it: while none came it is asked whether QEMU still answers. */
    static void watchEcho(StepContext turn) {
        boolean due = echoes(turn)
                && turn.last.map(last -> last.echo().toBeAsked(turn.now)).orElse(false);
        if (due && turn.running() && turn.link == GuestState.Link.UP) {
            turn.last = turn.last.map(last -> last.with(last.echo().queried(turn.now)));
            turn.act(new Action.ReadRunState());
        }
        lookLater(turn);
    }

    private static boolean echoes(StepContext turn) {
        return turn.facts.map(GuestFacts::firmwareEchoes).orElse(false);
    }

    /** A guest that stands still makes none: it is looked at again once it goes on. */
    static void lookLater(StepContext turn) {
        turn.last
                .map(GuestState.LastReset::echo)
                .filter(echo -> echoes(turn) && echo.due() && turn.now.isBefore(echo.lookAt()))
                .filter(_ -> turn.running() && turn.link == GuestState.Link.UP)
                .ifPresent(echo -> turn.act(new Action.WakeAt(echo.lookAt())));
    }

    private static void awaitEcho(StepContext turn, String reset, Signal.ResetSeen event) {
        turn.last = Optional.of(new GuestState.LastReset(reset, event.emittedAt(), Echo.awaited(turn.now)));
        lookLater(turn);
    }

    private static void seenAfterAnother(StepContext turn, ResetJudge trial, Signal.ResetSeen event) {
        if (!trial.awaits(Level.ACKNOWLEDGED)) {
            overtaken(turn, trial, event);
        } else if (event.byGuest()) {
            earlierWasAnothers(turn, trial, "ours is yet to come");
            beforeOurs(turn, trial, event);
        } else {
            earlierWasAnothers(turn, trial, "ours came last");
            observed(turn, trial, event);
        }
    }

    /** QEMU sends our RESET right before our reply: of several before the reply, the last one is ours. */
    private static void earlierWasAnothers(StepContext turn, ResetJudge trial, String ours) {
        disown(turn, trial);
        trial.note(EvidenceKind.OVERTAKEN, Outcome.INCONCLUSIVE, "the RESET before was somebody else's, " + ours);
        trial.before = turn.life.counters();
        trial.outlook = turn.outlook;
    }

    /** The RESET that was taken for the open reset's was somebody else's. */
    static void disown(StepContext turn, ResetJudge trial) {
        var at = trial.reset().times().observedAt().orElse(turn.now.plus(turn.offset));
        closedAtOnce(turn, trial, new Signal.ResetSeen(turn.now, at, false, "somebody else's system_reset"));
        trial.startOver();
    }

    private static void overtaken(StepContext turn, ResetJudge trial, Signal.ResetSeen event) {
        var who = event.byGuest() ? "the guest rebooted" : "somebody else reset the guest";
        trial.note(EvidenceKind.OVERTAKEN, Outcome.INCONCLUSIVE, who + " before this reset was judged");
        ReadingRules.breakOff(turn, trial, who + " before this reset was judged");
        begin(turn, event);
    }

    /** It came before our command was executed, or sent. */
    private static void beforeOurs(StepContext turn, ResetJudge trial, Signal.ResetSeen event) {
        var id = closedAtOnce(turn, trial, event);
        turn.life = turn.life.next(turn.now);
        turn.runState = turn.running() ? turn.runState : RunState.PRELAUNCH;
        turn.outlook = turn.outlook.reborn(Optional.empty());
        trial.outlook = turn.outlook;
        awaitEcho(turn, id, event);
        trial.before = Optional.empty();
        trial.note(
                EvidenceKind.OVERTAKEN,
                Outcome.INCONCLUSIVE,
                (event.byGuest() ? "the guest rebooted itself" : "somebody else reset the guest")
                        + " before our reset; the baseline is void");
    }

    /** Another reset than the open one, which leaves no time to judge it: it is counted. Returns its id. */
    private static String closedAtOnce(StepContext turn, ResetJudge open, Signal.ResetSeen event) {
        var other = ResetJudge.open(turn, askOf(turn, event), emitted(turn, event));
        other.suspect = open.suspect || unexplainedStop(turn);
        other.observe(event.emittedAt());
        judgeEvent(turn, other, event);
        other.leaveUndecided();
        other.conclude(
                Verdict.UNPROVEN,
                event.byGuest()
                        ? "our system_reset was on its way, which left no time to judge this reset"
                        : "another reset came before this one was judged");
        turn.trial = Optional.of(open);
        return other.reset().id();
    }

    private static void begin(StepContext turn, Signal.ResetSeen event) {
        var trial = ResetJudge.open(turn, askOf(turn, event), emitted(turn, event));
        if (!event.byGuest()) {
            turn.unanswered.ifPresent(ours -> trial.note(
                    EvidenceKind.ACKNOWLEDGEMENT,
                    Outcome.INCONCLUSIVE,
                    "perhaps by the system_reset of %s, which was never answered; perhaps somebody else's"
                            .formatted(ours)));
        }
        observed(turn, trial, event);
    }

    /** QEMU's time of the event where it is credible, on the wall clock. */
    private static Instant emitted(StepContext turn, Signal.ResetSeen event) {
        var wall = turn.now.plus(turn.offset);
        boolean credible = !event.emittedAt().isAfter(wall) && event.emittedAt().isAfter(wall.minus(CREDIBLE_AGE));
        return credible ? event.emittedAt() : wall;
    }

    private static Reset.Request askOf(StepContext turn, Signal.ResetSeen event) {
        boolean perhapsOurs = !event.byGuest() && turn.unanswered.isPresent();
        var origin = event.byGuest() ? Origin.GUEST : perhapsOurs ? Origin.UNKNOWN : Origin.EXTERNAL;
        return new Reset.Request(origin, event.reason(), turn.terms().proof(), Set.of());
    }

    private static void observed(StepContext turn, ResetJudge trial, Signal.ResetSeen event) {
        // first of all: the counters grow from now on, and telling of the RESET can wait
        turn.act(new Action.ReadCounters());
        turn.act(new Action.ReadRunState());
        boolean stopped = turn.stop.isPresent();
        trial.suspect = unexplainedStop(turn);
        trial.undated = turn.clockSetAt
                .map(at -> Duration.between(at, turn.now).compareTo(STEP) < 0)
                .orElse(false);
        trial.ranSince = turn.running();
        trial.wasRunning = turn.running() || trial.suspect;
        turn.beginLife(Optional.of(emitted(turn, event)));
        awaitEcho(turn, trial.reset().id(), event);
        trial.observe(emitted(turn, event));
        if (trial.suspect || !stopped) {
            judgeEvent(turn, trial, event);
        } else {
            showObserved(trial, event, "");
        }
        ReadingRules.standsStill(turn, trial);
        ReadingRules.readLaunch(turn, trial);
        trial.concludeIfComplete();
    }

    private static void judgeEvent(StepContext turn, ResetJudge trial, Signal.ResetSeen event) {
        if (trial.suspect) {
            trial.note(
                    EvidenceKind.STOP_EVENT,
                    Outcome.INCONCLUSIVE,
                    "STOP came before RESET: somebody paused the guest, or the rebuild failed; the counters decide");
        } else {
            showObserved(trial, event, turn.stop.isPresent() ? "" : ", no STOP before it");
        }
    }

    private static void showObserved(ResetJudge trial, Signal.ResetSeen event, String more) {
        showObserved(trial, "RESET with reason " + event.reason() + more);
    }

    static void showObserved(ResetJudge trial, String what) {
        showObserved(trial, EvidenceKind.RESET_EVENT, what);
    }

    /** A reset took place. Whose it was is known only of a system_reset that QEMU has answered. */
    static void showObserved(ResetJudge trial, EvidenceKind kind, String what) {
        if (trial.is(OpenReset.Reply.LOST)) {
            trial.giveUpOn(
                    Level.OBSERVED, kind, what + ", perhaps somebody else's: the reply to our system_reset was lost");
        } else {
            trial.show(Level.OBSERVED, kind, what);
        }
    }

    static void shutdownSeen(StepContext turn, String reason) {
        turn.shutdown = Optional.of(
                turn.shutdown.map(before -> before.again(reason)).orElseGet(() -> GuestState.Shutdown.told(reason)));
        if (RebootAction.isReboot(reason)) {
            turn.facts = turn.facts.map(
                    facts -> facts.withRebootAction(facts.rebootAction().withShutdown(true)));
        }
        // whether it is the answer to our own command is known once QEMU has answered that
        turn.trial.ifPresent(trial ->
                trial.note(EvidenceKind.SHUTDOWN_EVENT, Outcome.INCONCLUSIVE, "SHUTDOWN with reason " + reason));
        turn.act(new Action.ReadRunState());
    }

    /** What the run state is now tells a pause from a rebuild that failed. */
    static void stopSeen(StepContext turn) {
        turn.stop = Optional.of(new GuestState.Stop(turn.now, false, turn.runState.equals(RunState.SUSPENDED)));
        turn.runState = RunState.PAUSED;
        turn.trial.filter(ResetJudge::observed).ifPresent(ResetJudge::reconsiderRunning);
        turn.act(new Action.ReadRunState());
    }

    static void resumeSeen(StepContext turn) {
        boolean asleep = turn.stop.map(GuestState.Stop::asleep).orElse(false);
        goesOn(turn, asleep ? RunState.SUSPENDED : RunState.RUNNING);
    }

    static void wakeupSeen(StepContext turn) {
        goesOn(turn, RunState.RUNNING);
    }

    private static void goesOn(StepContext turn, RunState as) {
        turn.takeRunState(as);
        turn.shutdown = Optional.empty();
        turn.act(new Action.ReadRunState());
        turn.trial.ifPresent(trial -> {
            if (trial.observed() && trial.awaits(Level.RUNNING)) {
                trial.settleAnew();
            }
        });
    }

    /** QEMU emits no STOP when a guest falls asleep (11.1, {@code qemu_system_suspend}). */
    static void suspendSeen(StepContext turn) {
        turn.takeRunState(RunState.SUSPENDED);
        turn.trial.filter(ResetJudge::observed).ifPresent(ResetJudge::reconsiderRunning);
        turn.act(new Action.ReadRunState());
    }

    static void stateInDoubt(StepContext turn, String event) {
        if (event.equals("MIGRATION")) {
            turn.act(new Action.ReadSituation());
        } else {
            turn.act(new Action.ReadRunState());
        }
    }

    static void memoryFailureSeen(StepContext turn, String detail) {
        turn.trial.ifPresent(trial -> trial.note(
                EvidenceKind.MEMORY_FAILURE, Outcome.INCONCLUSIVE, "MEMORY_FAILURE while it was open: " + detail));
        turn.act(new Action.ReadRunState());
    }

    static void panicSeen(StepContext turn, Signal.PanicSeen panic) {
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

    private EventRules() {}
}
