package io.reseal.policy.machine;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.Level;
import io.reseal.policy.RebootAction;
import io.reseal.policy.RunState;
import io.reseal.policy.judge.ResetJudge;
import io.reseal.policy.judge.StepContext;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import java.util.function.UnaryOperator;

/** QMP events come in, other than RESET. */
final class EventRules {
    static void shutdownSeen(StepContext step, String reason) {
        step.execution = step.execution.shutDown(reason);
        if (RebootAction.isReboot(reason)) {
            changeRebootAction(step, action -> action.withShutdown(true));
        }
        // whether it is the answer to our own command is known once QEMU has answered that
        step.judge.ifPresent(judge ->
                judge.note(EvidenceKind.SHUTDOWN_EVENT, Outcome.INCONCLUSIVE, "SHUTDOWN with reason " + reason));
        step.act(new Action.ReadRunState());
    }

    static void changeRebootAction(StepContext step, UnaryOperator<RebootAction> change) {
        step.identity.facts().ifPresent(facts -> step.identity = step.identity.with(changed(facts, change)));
    }

    private static GuestFacts changed(GuestFacts facts, UnaryOperator<RebootAction> change) {
        return facts.withRebootAction(change.apply(facts.rebootAction()));
    }

    /** What the run state is now tells a pause from a rebuild that failed. */
    static void stopSeen(StepContext step) {
        step.execution = step.execution.stopped(step.now);
        reconsiderRunning(step);
    }

    /** QEMU emits no STOP when a guest falls asleep (11.1, {@code qemu_system_suspend}). */
    static void suspendSeen(StepContext step) {
        step.takeRunState(RunState.SUSPENDED);
        reconsiderRunning(step);
    }

    private static void reconsiderRunning(StepContext step) {
        step.judge.filter(ResetJudge::observed).ifPresent(ResetJudge::reconsiderRunning);
        step.act(new Action.ReadRunState());
    }

    static void resumeSeen(StepContext step) {
        boolean asleep = step.execution.stop().filter(stop -> stop.asleep()).isPresent();
        goesOn(step, asleep ? RunState.SUSPENDED : RunState.RUNNING);
    }

    static void wakeupSeen(StepContext step) {
        goesOn(step, RunState.RUNNING);
    }

    private static void goesOn(StepContext step, RunState as) {
        step.takeRunState(as);
        step.execution = step.execution.noShutdown();
        step.act(new Action.ReadRunState());
        step.judge
                .filter(judge -> judge.observed() && judge.awaits(Level.RUNNING))
                .ifPresent(ResetJudge::settleAgain);
    }

    static void stateInDoubt(StepContext step, String event) {
        step.act(event.equals("MIGRATION") ? new Action.ReadSituation() : new Action.ReadRunState());
    }

    static void memoryFailureSeen(StepContext step, String detail) {
        step.judge.ifPresent(judge -> judge.note(
                EvidenceKind.MEMORY_FAILURE, Outcome.INCONCLUSIVE, "MEMORY_FAILURE while it was open: " + detail));
        step.act(new Action.ReadRunState());
    }

    static void panicSeen(StepContext step, Signal.PanicSeen panic) {
        step.judge.ifPresent(judge -> {
            var why = panic.detail().isEmpty() ? "" : " (" + panic.detail() + ")";
            var what = "the guest panicked%s, QEMU's action is %s".formatted(why, panic.action());
            if (judge.observed()) {
                judge.panicked(what);
                step.act(new Action.ReadRunState());
            } else {
                judge.note(EvidenceKind.PANIC, Outcome.INCONCLUSIVE, what + "; before the RESET");
            }
        });
    }

    private EventRules() {}
}
