package io.reseal.policy.machine;

import io.reseal.policy.Finding;
import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.machine.OpenReset.Continuation;
import io.reseal.policy.machine.OpenReset.Reply;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A reset is asked for, judged, sent and acknowledged: steps 1 to 4. */
public final class RequestRules {
    /** A reset that others began is no reason to turn an operator away: a guest in a reboot loop always has one open. */
    static void requested(StepContext turn, Reset.Request request) {
        if (ours(turn)) {
            turn.act(new Action.Busy(turn.trial.orElseThrow().reset()));
        } else if (turn.link != GuestState.Link.UP) {
            turn.act(new Action.NotReachable("there is no connection to its monitor"));
        } else if (turn.pending.isPresent()) {
            turn.act(new Action.NotReachable("another request for a reset is being judged"));
        } else {
            turn.pending = Optional.of(new GuestState.Pending(
                    request, turn.now.plus(request.proof().within()), false, false));
            begin(turn);
        }
    }

    /** Reads the situation, or waits for the end of the reset that others began. */
    private static void begin(StepContext turn) {
        turn.pending.ifPresent(waiting -> {
            if (turn.trial.isEmpty()) {
                turn.pending = Optional.of(waiting.read(waiting.waited()));
                turn.act(new Action.ReadSituation());
            } else {
                turn.pending = Optional.of(waiting.waiting());
                turn.act(new Action.WakeAt(waiting.until()));
            }
        });
    }

    private static boolean ours(StepContext turn) {
        return turn.trial.map(open -> open.reset().request().origin().ours()).orElse(false);
    }

    /** No reset is open any more: whoever waits for that is served. */
    static void nextInLine(StepContext turn) {
        turn.pending.filter(waiting -> !waiting.reading()).ifPresent(waiting -> {
            turn.pending = Optional.of(waiting.read(true));
            turn.act(new Action.ReadSituation());
        });
    }

    static void turnDownInTime(StepContext turn) {
        turn.pending
                .filter(waiting -> !waiting.reading() && !turn.now.isBefore(waiting.until()))
                .ifPresent(_ -> {
                    turn.pending = Optional.empty();
                    turn.trial.ifPresent(open -> turn.act(new Action.Busy(open.reset())));
                });
    }

    /**
     * A reading takes several commands, so a STOP or RESUME in between may be newer than its run state: what disagrees with
     * the events is read once more.
     */
    static void situationRead(StepContext turn, Signal.SituationRead read) {
        boolean ran = turn.running();
        turn.take(read.situation());
        turn.unanswered = Optional.empty();
        if (read.steady()) {
            ReadingRules.launch(turn);
        }
        turn.pending.filter(GuestState.Pending::reading).ifPresent(waiting -> {
            if (turn.running() != ran) {
                turn.act(new Action.ReadSituation());
            } else if (turn.trial.isPresent() && !waiting.waited()) {
                begin(turn);
            } else {
                turn.pending = Optional.empty();
                judge(turn, waiting.request());
            }
        });
    }

    /** In a reboot loop the next reset follows upon the end of the one before: what is open then is broken off. */
    private static void judge(StepContext turn, Reset.Request request) {
        if (ours(turn)) {
            turn.act(new Action.Busy(turn.trial.orElseThrow().reset()));
            return;
        }
        turn.trial.ifPresent(
                open -> ReadingRules.breakOff(turn, open, "a reset was asked for before this one was judged"));
        var trial = ResetJudge.open(turn, request);
        var stopping = stopping(turn.hazards(), request.forced(), turn.terms().setAction());
        if (!stopping.isEmpty()) {
            trial.conclude(Verdict.REFUSED, "nothing was sent: " + names(stopping));
            return;
        }
        var facts = turn.facts.orElseThrow();
        trial.continuation =
                ContAfterReset.isDue(facts, turn.runState, turn.terms()) ? Continuation.DUE : Continuation.NONE;
        trial.curing = cures(facts, turn.terms(), request);
        if (trial.curing) {
            turn.act(new Action.SendRebootAction(trial.reset()));
        } else {
            trial.sent();
        }
    }

    /** The hazards that are neither {@code forced} nor cured before the reset, where {@code setAction} allows that. */
    public static List<Hazard> stopping(List<Hazard> hazards, Set<HazardId> forced, boolean setAction) {
        return hazards.stream()
                .filter(Hazard::stops)
                .filter(hazard -> !hazard.forceable() || !forced.contains(hazard.id()))
                .filter(hazard -> !setAction || !hazard.id().curedBySetAction())
                .toList();
    }

    /**
     * Before each reset anew: any client can have changed it since, and QMP has no query for it. Whoever forces a reset that is
     * a shutdown wants the shutdown.
     */
    private static boolean cures(GuestFacts facts, ResetPolicy.Terms terms, Reset.Request request) {
        boolean wanted = facts.rebootAction().shutdown() && request.forced().contains(HazardId.REBOOT_IS_SHUTDOWN);
        return terms.setAction() && !wanted;
    }

    static List<String> commands(GuestFacts facts, RunState runState, ResetPolicy.Terms terms, Reset.Request request) {
        var commands = new ArrayList<String>();
        if (cures(facts, terms, request)) {
            commands.add("set-action");
        }
        commands.add("system_reset");
        if (ContAfterReset.isDue(facts, runState, terms)) {
            commands.add("cont");
        }
        return List.copyOf(commands);
    }

    private static Optional<ResetJudge> curing(StepContext turn, String reset) {
        return turn.trial.filter(trial -> trial.curing && trial.reset().id().equals(reset));
    }

    /** Sent also if the guest was reset meanwhile: that was somebody else's, and ours is still owed. */
    static void rebootActionSet(StepContext turn, String reset) {
        boolean was = turn.facts.map(facts -> facts.rebootAction().shutdown()).orElse(false);
        turn.facts = turn.facts.map(
                facts -> facts.withRebootAction(facts.rebootAction().withShutdown(false)));
        curing(turn, reset).ifPresent(trial -> {
            trial.curing = false;
            trial.note(
                    EvidenceKind.REBOOT_ACTION,
                    Outcome.SUPPORTS,
                    was
                            ? "set-action: a reboot is a reset again, it was a shutdown"
                            : "set-action: a reboot is a reset");
            sendOrLeave(turn, trial);
        });
    }

    /** What stops a reset may have come up since it was judged. */
    private static void sendOrLeave(StepContext turn, ResetJudge trial) {
        var stopping = stopping(
                turn.hazards(), trial.reset().request().forced(), turn.terms().setAction());
        boolean stopped = turn.runState.equals(RunState.PAUSED)
                && turn.stop.map(stop -> !stop.explained()).orElse(false);
        if (stopped || (trial.wasRunning && !turn.running())) {
            neverSent(turn, trial, "the guest was stopped meanwhile");
        } else if (!stopping.isEmpty()) {
            neverSent(turn, trial, "meanwhile it has " + names(stopping));
        } else {
            trial.sent();
        }
    }

    private static String names(List<Hazard> hazards) {
        return String.join(", ", hazards.stream().map(h -> h.id().text()).toList());
    }

    static void rebootActionRejected(StepContext turn, String reset, String why) {
        curing(turn, reset).ifPresent(trial -> neverSent(turn, trial, "set-action did not succeed: " + why));
    }

    /** A reset that was not sent, since what it needs first did not succeed. */
    static void neverSent(StepContext turn, ResetJudge trial, String why) {
        if (trial.observed()) {
            EventRules.disown(turn, trial);
        }
        trial.conclude(Verdict.REFUSED, "system_reset was not sent: " + why);
    }

    /** A guest in a reboot loop may not keep still for a whole reading: the end of its next reset is another chance. */
    static void readFailed(StepContext turn, String why) {
        turn.pending.filter(GuestState.Pending::reading).ifPresent(waiting -> {
            if (turn.trial.isPresent() && turn.now.isBefore(waiting.until())) {
                begin(turn);
            } else {
                turn.pending = Optional.empty();
                turn.act(new Action.NotReachable("its monitor could not be read, nothing was sent: " + why));
            }
        });
        ContAfterReset.notChecked(turn, why);
        turn.trial.ifPresent(trial -> {
            trial.note(EvidenceKind.CONNECTION, Outcome.INCONCLUSIVE, "a reading did not succeed: " + why);
            ReadingRules.tryAgain(turn, trial);
        });
    }

    private static Optional<ResetJudge> unanswered(StepContext turn, String reset) {
        return turn.trial.filter(
                trial -> trial.is(Reply.AWAITED) && trial.reset().id().equals(reset));
    }

    static void acknowledged(StepContext turn, String reset) {
        unanswered(turn, reset).ifPresent(trial -> {
            trial.replied(Reply.CAME);
            turn.shutdown.filter(told -> told.reboot() && trial.observed()).ifPresent(told -> {
                EventRules.disown(turn, trial);
                trial.note(EvidenceKind.SHUTDOWN_EVENT, Outcome.INCONCLUSIVE, "SHUTDOWN with reason " + told.reason());
            });
            trial.show(Level.ACKNOWLEDGED, EvidenceKind.ACKNOWLEDGEMENT, "QMP returned success");
            if (trial.turnedIntoShutdown() && turn.kind() != GuestKind.TDX) {
                trial.contradict(Level.OBSERVED, EvidenceKind.SHUTDOWN_EVENT, ReadingRules.SHUT_DOWN);
            }
            trial.concludeIfComplete();
            turn.trial.ifPresent(open -> {
                ReadingRules.shutDown(turn, open);
                if (open.observed() && turn.runState.dead()) {
                    turn.act(new Action.ReadRunState());
                }
            });
        });
    }

    static void rejected(StepContext turn, String reset, String why) {
        unanswered(turn, reset).ifPresent(trial -> {
            trial.replied(Reply.CAME);
            trial.contradict(Level.ACKNOWLEDGED, EvidenceKind.ACKNOWLEDGEMENT, why);
            if (trial.observed()) {
                EventRules.disown(turn, trial);
            }
            trial.conclude(Verdict.UNPROVEN, "system_reset was not executed: " + why);
        });
    }

    /** A lost reply is unknown, not a failure: QEMU may still execute the command. Resolved by looking. */
    static void replyLost(StepContext turn, String reset, String why) {
        unanswered(turn, reset).ifPresent(trial -> {
            lost(trial, "no reply, the reset may have happened: " + why);
            turn.act(new Action.ReadRunState());
            trial.concludeIfComplete();
        });
    }

    static void lost(ResetJudge trial, String what) {
        trial.replied(Reply.LOST);
        if (trial.observed() && trial.is(Level.OBSERVED, Finding.SHOWN)) {
            trial.giveUpOn(
                    Level.OBSERVED,
                    EvidenceKind.RESET_EVENT,
                    "the RESET was perhaps somebody else's: the reply to our system_reset was lost");
        }
        trial.skip(Level.ACKNOWLEDGED, EvidenceKind.ACKNOWLEDGEMENT, what);
    }

    private RequestRules() {}
}
