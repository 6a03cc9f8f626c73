package io.reseal.policy.machine;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.Level;
import io.reseal.policy.RunState;
import io.reseal.policy.Sameness;
import io.reseal.policy.VcpuCounters.Reading;
import io.reseal.policy.launch.LaunchHistory;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The connection comes and goes: what a lost one means for an open reset, and what a new one tells of the time between. */
final class ConnectionRules {
    /** A process that is ending may look alive for so long: large guests take seconds to give back their memory. */
    private static final Duration ENDING = Duration.ofSeconds(5);

    private static final String LOST_IT =
            "inferred: the guest ran before the connection was lost and is in prelaunch now, and the vCPU counters went on:"
                    + " the sign of a rebuild that failed";

    private static final String REPLACED =
            "QEMU may have been replaced by another process while there was no connection, and its process cannot be told from another";

    static void attached(StepContext turn, Signal.Attached signal) {
        if (turn.link == GuestState.Link.UP) {
            detached(turn, new Signal.Detached(turn.now, "another connection took its place"));
        }
        var sameness = turn.facts.map(known -> sameness(turn, known, signal)).orElse(Sameness.OTHER);
        switch (sameness) {
            case SAME -> compare(turn, signal.situation());
            case UNKNOWN -> doubt(turn, signal.situation());
            case OTHER -> {
                if (ProcessReplacement.is(turn, signal.facts())) {
                    ended(turn);
                    ProcessReplacement.begin(turn);
                } else {
                    began(turn);
                }
            }
        }
        turn.link = GuestState.Link.UP;
        turn.lostAt = Optional.empty();
        turn.facts = Optional.of(known(turn, signal, sameness));
        turn.migrating = signal.situation().migrating();
        turn.outlook = turn.outlook.read(
                signal.situation().launch(), signal.situation().room());
        turn.takeRunState(signal.situation().runState());
        ReadingRules.counters(turn, signal.situation().counters());
        ReadingRules.runState(turn, turn.runState);
        ReadingRules.launch(turn);
        turn.trial.ifPresent(ResetJudge::concludeIfComplete);
    }

    /**
     * A QEMU that told of its SHUTDOWN and nothing after it has ended, and a guest that shut down does not run. Whether a TD was given
     * another process is more than that can show.
     */
    private static Sameness sameness(StepContext turn, GuestFacts known, Signal.Attached signal) {
        var told = known.compare(signal.facts());
        boolean runs = signal.situation().runState().running();
        boolean other =
                turn.link == GuestState.Link.ENDED || (sureToEnd(turn) && runs && !ProcessReplacement.mayCome(turn));
        return told == Sameness.UNKNOWN && other ? Sameness.OTHER : told;
    }

    private static boolean sureToEnd(StepContext turn) {
        return turn.shutdown.filter(shutdown -> !shutdown.stays()).isPresent();
    }

    /** The command line tells what a reboot was at first; what was seen since holds while the process lives. */
    private static GuestFacts known(StepContext turn, Signal.Attached signal, Sameness sameness) {
        var read = signal.facts().withRebuildForced(signal.situation().rebuildForced());
        if (sameness != Sameness.SAME) {
            return read;
        }
        boolean shutdown = turn.facts
                .filter(GuestFacts::processSeen)
                .map(facts -> facts.rebootAction().shutdown())
                .orElse(read.rebootAction().shutdown());
        return read.withRebootAction(read.rebootAction().withShutdown(shutdown));
    }

    /** What was seen of the reboot action since the process was attached holds. */
    static void factsRead(StepContext turn, GuestFacts read) {
        if (turn.link != GuestState.Link.UP) {
            return;
        }
        turn.facts = turn.facts.map(known -> {
            if (known.compare(read) == Sameness.OTHER) {
                return known;
            }
            boolean shutdown = known.rebootAction().shutdown()
                    || (!known.processSeen() && read.rebootAction().shutdown());
            return read.withRebuildForced(known.rebuildForced())
                    .withRebootAction(read.rebootAction().withShutdown(shutdown));
        });
    }

    /** A QEMU process that was not known before: what was found of another says nothing about it. */
    private static void began(StepContext turn) {
        if (turn.facts.isPresent()) {
            ended(turn);
        }
        turn.trial.ifPresent(trial -> {
            trial.note(EvidenceKind.PROCESS, Outcome.CONTRADICTS, "another QEMU process serves the monitor now");
            trial.conclude(Verdict.DIED, "QEMU was replaced by another process during the reset");
        });
        turn.forgetProcess();
    }

    /**
     * Smaller counters than before the gap, or a guest in {@code prelaunch} that was not: a reset took place in it. Larger
     * counters do not say that none did.
     */
    private static void compare(StepContext turn, GuestReading situation) {
        var read = against(turn, situation);
        if (read == Reading.RESTARTED || cameToPrelaunch(turn, situation)) {
            turn.trial
                    .filter(ResetJudge::observed)
                    .ifPresent(trial ->
                            ReadingRules.breakOff(turn, trial, "another reset took place in a blind interval"));
            infer(turn, read, situation);
        } else {
            turn.trial.filter(ResetJudge::observed).ifPresent(trial -> lookAnew(trial, situation));
        }
    }

    private static Reading against(StepContext turn, GuestReading situation) {
        return turn.trial
                .filter(trial -> !trial.observed())
                .map(trial -> trial.before)
                .orElse(turn.life.counters())
                .map(before -> situation.counters().against(before, Duration.ZERO))
                .orElse(Reading.SAYS_NOTHING);
    }

    private static boolean cameToPrelaunch(StepContext turn, GuestReading situation) {
        return situation.runState().prelaunch() && !turn.runState.beforeFirstRun();
    }

    private static void lookAnew(ResetJudge trial, GuestReading situation) {
        trial.blind = true;
        trial.ranSince |= !situation.runState().prelaunch();
        if (trial.awaits(Level.RUNNING)) {
            trial.settleAnew();
        }
    }

    /**
     * The monitor is served by a process that cannot be told from the one before. What changed may be that of another, so
     * nothing is shown by it; a failed QEMU process never gets another KVM context, so one that has it is another.
     */
    private static void doubt(StepContext turn, GuestReading situation) {
        turn.outlook = LaunchHistory.UNKNOWN;
        turn.last = Optional.empty();
        turn.shutdown = Optional.empty();
        var read = against(turn, situation);
        boolean changed = read == Reading.RESTARTED || cameToPrelaunch(turn, situation);
        if (changed && turn.trial.isEmpty()) {
            ResetJudge.open(turn, unknownAsk(turn));
        }
        turn.trial.ifPresent(trial -> giveUp(turn, trial, changed));
        if (changed) {
            boolean failed = turn.rebuildFailed && read != Reading.RESTARTED;
            var unanswered = turn.unanswered;
            turn.forgetProcess();
            turn.rebuildFailed = failed;
            turn.unanswered = unanswered;
        }
    }

    /** What was asked of one process cannot be shown by another. */
    private static void giveUp(StepContext turn, ResetJudge trial, boolean changed) {
        boolean perhapsToCome = trial.is(OpenReset.Reply.LOST) && !trial.observed();
        if (changed && !trial.observed()) {
            trial.observe(turn.now.plus(turn.offset));
        }
        trial.blind = true;
        for (var level : List.of(Level.OBSERVED, Level.RUNNING, Level.REBUILT, Level.SAME_LAUNCH)) {
            if (trial.awaits(level)) {
                trial.giveUpOn(level, EvidenceKind.PROCESS, REPLACED);
            }
        }
        trial.conclude(Verdict.UNPROVEN, "%s; %s".formatted(REPLACED, trial.shownText()));
        if (perhapsToCome) {
            turn.unanswered = Optional.of(trial.reset().id());
        }
    }

    private static Reset.Request unknownAsk(StepContext turn) {
        var proof = turn.terms().proof();
        return new Reset.Request(Origin.UNKNOWN, "found after a blind interval", proof, Set.of());
    }

    /**
     * A guest that stands in {@code prelaunch} has not run since its last reset, so counters that went on tell that this one did
     * not rebuild it.
     */
    private static void infer(StepContext turn, Reading read, GuestReading situation) {
        var trial = turn.trial.orElseGet(() -> ResetJudge.open(turn, unknownAsk(turn)));
        boolean restarted = read == Reading.RESTARTED;
        boolean runs = situation.runState().running();
        boolean fell = (turn.running() || EventRules.unexplainedStop(turn))
                && trial.rebuildExpected
                && situation.runState().prelaunch();
        boolean lostIt = fell && read == Reading.WENT_ON;
        trial.wasRunning = runs || lostIt;
        trial.suspect = false;
        trial.ranSince = runs;
        trial.blind = true;
        turn.beginLife(Optional.empty());
        var at = turn.now.plus(turn.offset);
        turn.last = Optional.of(new GuestState.LastReset(trial.reset().id(), at, Echo.awaited(turn.now)));
        trial.observe(at);
        if (lostIt) {
            trial.contradict(Level.OBSERVED, EvidenceKind.INFERRED, LOST_IT);
        } else if (fell && !restarted) {
            trial.giveUpOn(
                    Level.OBSERVED,
                    EvidenceKind.INFERRED,
                    "inferred: the guest came to prelaunch while there was no connection: somebody paused and reset it, or a rebuild failed");
        } else {
            var what = restarted ? "the vCPU counters restarted" : "the guest came to prelaunch";
            EventRules.showObserved(
                    trial,
                    EvidenceKind.INFERRED,
                    "inferred: %s while there was no connection, so its events were missed".formatted(what));
        }
    }

    static void detached(StepContext turn, Signal.Detached signal) {
        turn.link = GuestState.Link.DOWN;
        turn.lostAt = Optional.of(turn.now);
        turn.aliveAt = Optional.empty();
        turnDown(turn, "the connection was lost before anything was sent: " + signal.why());
        turn.trial
                .filter(trial -> trial.curing)
                .ifPresent(trial ->
                        RequestRules.neverSent(turn, trial, "the connection was lost before: " + signal.why()));
        turn.trial.ifPresent(trial -> {
            trial.note(EvidenceKind.CONNECTION, Outcome.INCONCLUSIVE, "connection lost: " + signal.why());
            ContAfterReset.disconnected(trial);
            if (trial.is(OpenReset.Reply.AWAITED)) {
                RequestRules.lost(trial, "the reply was lost with the connection, the reset may have happened");
            }
            trial.reconsiderRunning();
        });
        turn.act(new Action.LookAtProcess());
    }

    private static void turnDown(StepContext turn, String why) {
        turn.pending.ifPresent(_ -> {
            turn.pending = Optional.empty();
            turn.act(new Action.NotReachable(why));
        });
    }

    /** Whatever is open ends here, so that all who wait for it hear of that. */
    static void forgotten(StepContext turn, String why) {
        // a QEMU that told of its end takes its socket with it, which can be noticed before its process is gone
        if (turn.link == GuestState.Link.DOWN
                && turn.shutdown.filter(told -> !told.stays()).isPresent()) {
            ended(turn);
        }
        turnDown(turn, why);
        turn.trial.ifPresent(trial -> {
            trial.note(EvidenceKind.CONNECTION, Outcome.INCONCLUSIVE, why);
            trial.conclude(Verdict.UNPROVEN, "%s; %s".formatted(why, trial.shownText()));
        });
    }

    static void processSeen(StepContext turn, Signal.ProcessState state) {
        if (turn.link != GuestState.Link.DOWN) {
            return;
        }
        boolean gone = state == Signal.ProcessState.UNKNOWN_SOCKET_GONE && sureToEnd(turn);
        if (state == Signal.ProcessState.ENDED || gone) {
            ended(turn);
        } else if (state == Signal.ProcessState.RUNNING
                && turn.now.isAfter(lostAt(turn).plus(ENDING))) {
            turn.aliveAt = Optional.of(turn.now);
        }
        turn.trial.ifPresent(trial -> judgeEnd(turn, trial, state));
    }

    private static void judgeEnd(StepContext turn, ResetJudge trial, Signal.ProcessState state) {
        if (turn.link == GuestState.Link.ENDED && ProcessReplacement.mayCome(turn)) {
            trial.note(EvidenceKind.PROCESS, Outcome.INCONCLUSIVE, ProcessReplacement.AWAITED);
        } else if (turn.link == GuestState.Link.ENDED) {
            trial.note(EvidenceKind.PROCESS, Outcome.CONTRADICTS, "the QEMU process has ended");
            trial.conclude(Verdict.DIED, FailureDiagnosis.death(turn, trial));
        } else {
            trial.note(
                    EvidenceKind.PROCESS,
                    Outcome.INCONCLUSIVE,
                    state == Signal.ProcessState.RUNNING
                            ? "the QEMU process lives: connecting anew"
                            : "the QEMU process cannot be seen: unknown is not dead");
            // a process that dies closes its sockets before /proc tells that it ended
            ReadingRules.tryAgain(turn, trial);
        }
    }

    private static Instant lostAt(StepContext turn) {
        return turn.lostAt.orElse(turn.now);
    }

    /** The process that was known has ended: told once. */
    private static void ended(StepContext turn) {
        if (turn.link != GuestState.Link.ENDED) {
            turn.link = GuestState.Link.ENDED;
            var how = how(turn);
            turn.act(new Action.Ended(how, detail(turn, how)));
        }
    }

    private static Action.How how(StepContext turn) {
        if (turn.shutdown.isPresent()) {
            return turn.shutdown.get().reason().equals("host-qmp-quit") ? Action.How.QUIT : Action.How.SHUTDOWN;
        }
        if (turn.runState.equals(RunState.SHUTDOWN)) {
            return Action.How.SHUTDOWN;
        }
        boolean unheard =
                turn.aliveAt.isPresent() || turn.now.isAfter(lostAt(turn).plus(ProcessReplacement.SOON));
        return unheard ? Action.How.UNKNOWN : Action.How.CRASH;
    }

    private static String detail(StepContext turn, Action.How how) {
        return switch (how) {
            case CRASH -> "the QEMU process has ended without a SHUTDOWN event: it crashed or was killed";
            case UNKNOWN -> "the QEMU process has ended while there was no connection";
            case SHUTDOWN, QUIT ->
                turn.shutdown
                        .map(shutdown -> "the QEMU process has ended, SHUTDOWN with reason " + shutdown.reason())
                        .orElse("the QEMU process has ended, of a guest that had shut down before");
        };
    }

    private ConnectionRules() {}
}
