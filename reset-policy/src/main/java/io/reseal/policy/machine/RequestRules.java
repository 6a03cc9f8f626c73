package io.reseal.policy.machine;

import io.reseal.policy.Durations;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.judge.ConclusionRules;
import io.reseal.policy.judge.LaunchRules;
import io.reseal.policy.judge.OpeningRules;
import io.reseal.policy.judge.ResetJudge;
import io.reseal.policy.judge.StepContext;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.Phase;
import io.reseal.policy.state.Resets.Pending;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A reset is requested, judged, and sent or refused. */
final class RequestRules {
    /** How soon what did not succeed is tried again. */
    private static final Duration RETRY = Duration.ofMillis(250);

    /** How often it is looked whether a QEMU that did not answer in time does anything. */
    private static final Duration LATE_LOOK = Duration.ofSeconds(1);

    /** A reset that others began is no reason to turn an operator away: a guest in a reboot loop always has one open. */
    static void requested(StepContext step, Reset.Request request) {
        if (oursIsOpen(step)) {
            step.act(new Action.Busy(step.judge.orElseThrow().reset()));
        } else if (!step.connection.up()) {
            step.act(new Action.NotReachable("there is no connection to its monitor"));
        } else if (step.resets.pending().isPresent()) {
            step.act(new Action.NotReachable("another request for a reset is being judged"));
        } else {
            var until = step.now.plus(request.proof().within());
            begin(step, new Pending(request, until, false, false));
        }
    }

    private static boolean oursIsOpen(StepContext step) {
        return step.judge.filter(open -> open.reset().request().origin().ours()).isPresent();
    }

    /** Reads the situation, or waits for the end of the reset that others began. */
    private static void begin(StepContext step, Pending waiting) {
        if (step.judge.isEmpty()) {
            step.resets = step.resets.pending(waiting.read(waiting.waited()));
            step.act(new Action.ReadSituation());
        } else {
            step.resets = step.resets.pending(waiting.waiting());
        }
        step.act(new Action.WakeAt(waiting.until()));
    }

    static void turnDown(StepContext step, String why) {
        if (step.resets.pending().isPresent()) {
            step.resets = step.resets.nonePending();
            step.act(new Action.NotReachable(why));
        }
    }

    /** What is read later judges nothing any more, so nothing is sent. */
    static void turnDownInTime(StepContext step) {
        step.resets
                .pending()
                .filter(waiting -> !step.now.isBefore(waiting.until()))
                .ifPresent(waiting -> {
                    step.resets = step.resets.nonePending();
                    if (waiting.reading()) {
                        step.act(new Action.NotReachable(
                                "QEMU did not answer the questions before the reset within the time allowed, %s; nothing was sent"
                                        .formatted(Durations.text(
                                                waiting.request().proof().within()))));
                    } else {
                        step.judge.ifPresent(open -> step.act(new Action.Busy(open.reset())));
                    }
                });
    }

    /**
     * A reading takes several commands, so a STOP or RESUME in between may be newer than its run state: what disagrees with
     * the events is read once more.
     */
    static void situationRead(StepContext step, Signal.SituationRead read) {
        boolean ran = step.running();
        step.take(read.situation());
        step.resets = step.resets.unanswered(Optional.empty());
        if (read.steady()) {
            LaunchRules.read(step);
        }
        step.resets.pending().filter(Pending::reading).ifPresent(waiting -> {
            if (step.running() != ran) {
                step.act(new Action.ReadSituation());
            } else if (step.judge.isPresent() && !waiting.waited()) {
                begin(step, waiting);
            } else {
                step.resets = step.resets.nonePending();
                judge(step, waiting.request());
            }
        });
    }

    /** In a reboot loop the next reset follows upon the end of the one before: what is open then is broken off. */
    private static void judge(StepContext step, Reset.Request request) {
        if (oursIsOpen(step)) {
            step.act(new Action.Busy(step.judge.orElseThrow().reset()));
            return;
        }
        step.judge.ifPresent(
                open -> ConclusionRules.breakOff(step, open, "a reset was requested before this one was judged"));
        var judge = OpeningRules.open(step, request);
        var guest = step.guest();
        var stopping = guest.stopping(request);
        if (!stopping.isEmpty()) {
            judge.conclude(Verdict.REFUSED, "nothing was sent: " + names(stopping));
            return;
        }
        judge.command(judge.open().command().contDue(guest.contDue()));
        if (guest.setsRebootAction(request)) {
            judge.phase(new Phase.SettingRebootAction());
            step.act(new Action.SendRebootAction(judge.reset()));
        } else {
            judge.sent();
        }
    }

    static String names(List<Hazard> hazards) {
        return hazards.stream().map(hazard -> hazard.id().text()).collect(Collectors.joining(", "));
    }

    /** A guest in a reboot loop may not keep still for a whole reading: the end of its next reset is another chance. */
    static void readFailed(StepContext step, String why) {
        step.resets.pending().filter(Pending::reading).ifPresent(waiting -> {
            if (step.judge.isPresent() && step.now.isBefore(waiting.until())) {
                begin(step, waiting);
            } else {
                turnDown(step, "its monitor could not be read, nothing was sent: " + why);
            }
        });
        ContReplyRules.notChecked(step, why);
        step.judge.ifPresent(judge -> {
            judge.note(EvidenceKind.CONNECTION, Outcome.INCONCLUSIVE, "a reading did not succeed: " + why);
            tryAgain(step, judge);
        });
    }

    /** A reading did not succeed, or what was looked at has not come to its end yet. */
    static void tryAgain(StepContext step, ResetJudge judge) {
        judge.wakeBy(step.now.plus(judge.open().command().late() ? LATE_LOOK : RETRY));
    }

    private RequestRules() {}
}
