package io.reseal.policy.simulation;

import io.reseal.policy.machine.GuestMachine;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestState;
import io.reseal.policy.state.OpenReset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** One arrow of a drawing of states: from one state to another, on a signal, by the names that the code has for them. */
record Transition(String from, String to, String signal) implements Comparable<Transition> {
    /** Where every reset begins. */
    static final String BEGIN = "[*]";

    private static final String END = "Concluded";
    private static final Comparator<Transition> ORDER =
            Comparator.comparing(Transition::from).thenComparing(Transition::to).thenComparing(Transition::signal);

    /** Those of resets in a step: of the one that was open, and of those that were opened. */
    static List<Transition> ofPhases(GuestState before, Signal signal, GuestMachine.Step step) {
        var walked = new ArrayList<Transition>();
        before.resets()
                .open()
                .ifPresent(open -> walked.add(of(phase(open), open.reset().id(), signal, step)));
        for (var action : step.actions()) {
            if (action instanceof Action.Opened(var reset)) {
                walked.add(of(BEGIN, reset.id(), signal, step));
            }
        }
        walked.removeIf(one -> one.from().equals(one.to()));
        return walked;
    }

    private static Transition of(String from, String reset, Signal signal, GuestMachine.Step step) {
        var after =
                step.state().resets().open().filter(open -> open.reset().id().equals(reset));
        return new Transition(from, after.map(Transition::phase).orElse(END), name(signal));
    }

    static Optional<Transition> ofLink(GuestState before, Signal signal, GuestMachine.Step step) {
        var from = before.connection().link();
        var to = step.state().connection().link();
        return from == to ? Optional.empty() : Optional.of(new Transition(from.name(), to.name(), name(signal)));
    }

    private static String phase(OpenReset open) {
        return open.phase().getClass().getSimpleName();
    }

    private static String name(Signal signal) {
        return signal.getClass().getSimpleName();
    }

    @Override
    public int compareTo(Transition other) {
        return ORDER.compare(this, other);
    }
}
