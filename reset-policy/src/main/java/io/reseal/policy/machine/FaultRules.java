package io.reseal.policy.machine;

import io.reseal.policy.judge.StepContext;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.signal.SignalType;
import io.reseal.policy.state.GuestState;
import io.reseal.policy.state.OpenReset.Reply;
import java.util.List;

/** The core failed on a signal. Nothing is decided by a state that has missed one, but that what is open ends. */
final class FaultRules {
    static GuestMachine.Step after(GuestState state, Signal lost) {
        if (lost instanceof Signal.Requested) {
            // of the guest nothing is lost
            return new GuestMachine.Step(state, List.of());
        }
        var step = new StepContext(state, lost.at());
        var why = "a fault of Reseal: signal %s is lost"
                .formatted(SignalType.of(lost).text());
        if (step.connection.up() && endsConnection(lost)) {
            step.connection = step.connection.lost(step.now);
        }
        RequestRules.turnDown(step, why);
        step.judge.ifPresent(judge -> {
            // its RESET may yet come
            if (judge.is(Reply.AWAITED)) {
                judge.command(judge.open().command().with(Reply.OVERDUE));
            }
            judge.leaveUnproven(why);
        });
        return new GuestMachine.Step(step.state(), step.actions());
    }

    private static boolean endsConnection(Signal lost) {
        return lost instanceof Signal.Detached || lost instanceof Signal.Forgotten;
    }

    private FaultRules() {}
}
