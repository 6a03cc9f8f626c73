package io.reseal.policy.simulation;

import static io.reseal.policy.simulation.SimulationOracle.holds;

import io.reseal.policy.machine.GuestMachine;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestState;
import java.util.ArrayList;
import java.util.List;

/** The signals of one run of Reseal, as a journal keeps them: the same ones give the same actions and the same state. */
final class Replay {
    private final GuestState first;
    private final List<Signal> signals = new ArrayList<>();
    private final List<List<Action>> actions = new ArrayList<>();
    private GuestState latest;

    Replay(GuestState first) {
        this.first = first;
        this.latest = first;
    }

    void took(Signal signal, GuestMachine.Step step) {
        signals.add(signal);
        actions.add(step.actions());
        latest = step.state();
    }

    GuestState latest() {
        return latest;
    }

    void check() {
        var again = first;
        for (int i = 0; i < signals.size(); i++) {
            var step = GuestMachine.step(again, signals.get(i));
            holds(step.actions().equals(actions.get(i)), "the replay differs at " + signals.get(i), step.actions());
            again = step.state();
        }
        holds(again.equals(latest), "the replay ends otherwise", again);
    }
}
