package io.reseal.policy.machine;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.RunState;
import io.reseal.policy.Sameness;
import io.reseal.policy.judge.ConclusionRules;
import io.reseal.policy.judge.ContAfterReset;
import io.reseal.policy.judge.CounterRules;
import io.reseal.policy.judge.LaunchRules;
import io.reseal.policy.judge.ResetJudge;
import io.reseal.policy.judge.RunStateRules;
import io.reseal.policy.judge.StepContext;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.GuestReading;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.Connection.Link;
import io.reseal.policy.state.OpenReset.Reply;
import io.reseal.policy.state.ProcessReplacement;
import java.time.Duration;

/** The connection comes and goes. */
final class ConnectionRules {
    /** Longer than a rebuild that fails takes from STOP to RESET. */
    private static final Duration STOP_TO_RESET = Duration.ofSeconds(1);

    static void attached(StepContext step, Signal.Attached signal) {
        if (step.connection.up()) {
            detached(step, new Signal.Detached(step.now, "another connection took its place"));
        }
        var sameness = step.identity
                .facts()
                .map(known -> sameness(step, known, signal))
                .orElse(Sameness.OTHER);
        switch (sameness) {
            case SAME -> GapRules.compare(step, signal.situation());
            case UNKNOWN -> GapRules.doubt(step, signal.situation());
            case OTHER -> another(step, signal);
        }
        step.execution = step.execution.stoppedBefore(step.now.minus(STOP_TO_RESET));
        step.connection = step.connection.attached();
        step.identity = step.identity.with(known(step, signal, sameness));
        read(step, signal.situation());
    }

    private static void read(StepContext step, GuestReading reading) {
        step.execution = step.execution.migrating(reading.migrating());
        step.takeLaunch(reading);
        step.takeRunState(reading.runState());
        CounterRules.read(step, reading.counters());
        RunStateRules.take(step, step.runState());
        LaunchRules.read(step);
        step.judge.ifPresent(ResetJudge::reconnected);
        step.judge.ifPresent(judge -> ConclusionRules.concludeIfComplete(step, judge));
    }

    /**
     * A QEMU that told of its SHUTDOWN and nothing after it has ended, and a guest that shut down does not run. One that stood still may have a QEMU
     * that stays ({@code -no-shutdown}), and run again by a {@code cont} of others. Whether a TD was given another process is more than that can show.
     */
    private static Sameness sameness(StepContext step, GuestFacts known, Signal.Attached signal) {
        var told = known.compare(signal.facts());
        boolean runs = signal.situation().runState().running();
        boolean shutDown = step.execution.ends() && runs && !ProcessReplacement.mayCome(step.identity, step.execution);
        boolean other = step.connection.is(Link.ENDED) || shutDown;
        return told == Sameness.UNKNOWN && other ? Sameness.OTHER : told;
    }

    /** The command line tells what a reboot was at first; what was seen since holds while the process lives. */
    private static GuestFacts known(StepContext step, Signal.Attached signal, Sameness sameness) {
        var read = signal.facts().withRebuildForced(signal.situation().rebuildForced());
        if (sameness != Sameness.SAME) {
            return read;
        }
        boolean shutdown = step.identity
                .facts()
                .filter(GuestFacts::processSeen)
                .map(facts -> facts.rebootAction().shutdown())
                .orElse(read.rebootAction().shutdown());
        return read.withRebootAction(read.rebootAction().withShutdown(shutdown));
    }

    /** What was seen of the reboot action since the process was attached holds. */
    static void factsRead(StepContext step, GuestFacts read) {
        step.identity
                .facts()
                .filter(_ -> step.connection.up())
                .filter(known -> known.compare(read) != Sameness.OTHER)
                .ifPresent(known -> {
                    boolean shutdown = known.rebootAction().shutdown()
                            || (!known.processSeen() && read.rebootAction().shutdown());
                    step.identity = step.identity.with(read.withRebuildForced(known.rebuildForced())
                            .withRebootAction(read.rebootAction().withShutdown(shutdown)));
                });
    }

    /**
     * What QEMU answered right before its end may be heard after the end of its process was seen, and a process that cannot be told from
     * the one that ended may be that one: a command of ours that it never answered may have come to pass, and it is no new process.
     */
    private static void another(StepContext step, Signal.Attached signal) {
        boolean perhapsTheSame = step.identity
                .facts()
                .filter(known -> known.compare(signal.facts()) == Sameness.UNKNOWN)
                .isPresent();
        boolean shutDown = signal.situation().runState().equals(RunState.SHUTDOWN);
        if (ProcessReplacement.is(step.state(), signal.facts(), step.now) && !(perhapsTheSame && shutDown)) {
            ProcessRules.ended(step);
            ReplacementRules.begin(step);
        } else {
            began(step, perhapsTheSame);
        }
    }

    /** A QEMU process that was not known before: what was found of another says nothing about it. */
    private static void began(StepContext step, boolean perhapsTheSame) {
        if (step.identity.facts().isPresent()) {
            ProcessRules.ended(step);
        }
        step.judge.ifPresent(judge -> {
            judge.note(EvidenceKind.PROCESS, Outcome.CONTRADICTS, "another QEMU process serves the monitor now");
            judge.conclude(Verdict.DIED, "QEMU was replaced by another process during the reset");
        });
        var unanswered = step.resets.unanswered().filter(_ -> perhapsTheSame);
        step.forgetProcess();
        step.resets = step.resets.unanswered(unanswered);
    }

    static void detached(StepContext step, Signal.Detached signal) {
        step.connection = step.connection.lost(step.now);
        RequestRules.turnDown(step, "the connection was lost before anything was sent: " + signal.why());
        ReplyRules.disconnectedBefore(step, signal.why());
        step.judge.ifPresent(judge -> {
            judge.note(EvidenceKind.CONNECTION, Outcome.INCONCLUSIVE, "connection lost: " + signal.why());
            ContAfterReset.disconnected(judge);
            if (judge.is(Reply.OVERDUE)) {
                judge.replied(Reply.CUT);
            } else if (judge.is(Reply.AWAITED)) {
                ReplyRules.lost(
                        judge, Reply.CUT, "the reply was lost with the connection, the reset may have happened");
            }
            judge.reconsiderRunning();
            judge.connectionLost();
        });
        step.act(new Action.LookAtProcess());
    }

    /** Whatever is open ends here, so that all who wait for it hear of that. */
    static void forgotten(StepContext step, Signal.Forgotten signal) {
        var why = signal.why();
        // a QEMU that told of its end takes its socket with it, which can be noticed before its process is gone
        if (signal.socketGone() && step.connection.is(Link.DOWN) && step.execution.sureToEnd()) {
            ProcessRules.ended(step);
        }
        RequestRules.turnDown(step, why);
        step.judge.ifPresent(judge -> {
            judge.note(EvidenceKind.CONNECTION, Outcome.INCONCLUSIVE, why);
            judge.leaveUnproven(why);
        });
    }

    private ConnectionRules() {}
}
