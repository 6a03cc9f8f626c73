package io.reseal.policy.machine;

import io.reseal.policy.RunState;
import io.reseal.policy.judge.FailureDiagnosis;
import io.reseal.policy.judge.ResetJudge;
import io.reseal.policy.judge.StepContext;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.Connection.Link;
import io.reseal.policy.state.Execution.Shutdown;
import io.reseal.policy.state.ProcessReplacement;
import java.time.Duration;
import java.time.Instant;

/** What the host says about the QEMU process of a guest that cannot be heard. */
final class ProcessRules {
    /** A process that is ending may look alive for so long: large guests take seconds to give back their memory. */
    private static final Duration ENDING = Duration.ofSeconds(5);

    /** Evidence of a process that ended in good order inside a reset. */
    private static final String AWAITED =
            "the QEMU process has ended in good order: libvirt resets a TDX guest by another process, which is waited for";

    static void seen(StepContext step, Signal.ProcessState state) {
        if (!step.connection.is(Link.DOWN)) {
            return;
        }
        boolean gone = state == Signal.ProcessState.UNKNOWN_SOCKET_GONE && step.execution.sureToEnd();
        if (state == Signal.ProcessState.ENDED || gone) {
            ended(step);
        } else if (state == Signal.ProcessState.RUNNING
                && step.now.isAfter(lostAt(step).plus(ENDING))) {
            step.connection = step.connection.alive(step.now);
        }
        step.judge.ifPresent(judge -> judgeEnd(step, judge, state));
    }

    private static void judgeEnd(StepContext step, ResetJudge judge, Signal.ProcessState state) {
        boolean ended = step.connection.is(Link.ENDED);
        if (ended && ProcessReplacement.mayCome(step.identity, step.execution)) {
            judge.note(EvidenceKind.PROCESS, Outcome.INCONCLUSIVE, AWAITED);
        } else if (ended) {
            judge.note(EvidenceKind.PROCESS, Outcome.CONTRADICTS, "the QEMU process has ended");
            judge.conclude(Verdict.DIED, FailureDiagnosis.death(step.state(), judge.open()));
        } else {
            judge.note(
                    EvidenceKind.PROCESS,
                    Outcome.INCONCLUSIVE,
                    state == Signal.ProcessState.RUNNING
                            ? "the QEMU process lives: connecting again"
                            : "the QEMU process cannot be seen: unknown is not dead");
            // a process that dies closes its sockets before /proc tells that it ended
            RequestRules.tryAgain(step, judge);
        }
    }

    private static Instant lostAt(StepContext step) {
        return step.connection.lostAt().orElse(step.now);
    }

    /** The process that was known has ended: told once. */
    static void ended(StepContext step) {
        if (!step.connection.is(Link.ENDED)) {
            step.connection = step.connection.ended();
            var how = how(step);
            step.act(new Action.Ended(how, detail(step, how)));
        }
    }

    private static Action.How how(StepContext step) {
        var told = step.execution.shutdown().map(Shutdown::reason);
        if (told.isPresent()) {
            return told.get().equals("host-qmp-quit") ? Action.How.QUIT : Action.How.SHUTDOWN;
        }
        if (step.runState().equals(RunState.SHUTDOWN)) {
            return Action.How.SHUTDOWN;
        }
        boolean unheard = step.connection.aliveAt().isPresent()
                || step.now.isAfter(lostAt(step).plus(ProcessReplacement.SOON));
        return unheard ? Action.How.UNKNOWN : Action.How.CRASH;
    }

    private static String detail(StepContext step, Action.How how) {
        return switch (how) {
            case CRASH -> "the QEMU process has ended without a SHUTDOWN event: it crashed or was killed";
            case UNKNOWN -> "the QEMU process has ended while there was no connection";
            case SHUTDOWN, QUIT ->
                step.execution
                        .shutdown()
                        .map(shutdown -> "the QEMU process has ended, SHUTDOWN with reason " + shutdown.reason())
                        .orElse("the QEMU process has ended, of a guest that had shut down before");
        };
    }

    private ProcessRules() {}
}
