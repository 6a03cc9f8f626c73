package io.reseal.policy.simulation;

import io.reseal.policy.machine.GuestMachine;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestState;
import io.reseal.policy.state.OpenReset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which of the resets that the core told of stands for which that took place: read off from what it did at each RESET. */
final class Attribution {
    private final Map<String, Physical> physicalOf = new HashMap<>();
    private final Set<Physical> heard = new HashSet<>();
    private final Set<Physical> swallowed = new HashSet<>();

    Optional<Physical> of(Reset reset) {
        return Optional.ofNullable(physicalOf.get(reset.id()));
    }

    /** Takes in a step whose signal told of {@code told}, if of any. */
    void took(GuestState before, Signal signal, GuestMachine.Step step, Optional<Physical> told) {
        var opened = step.actions().stream()
                .filter(Action.Opened.class::isInstance)
                .map(action -> ((Action.Opened) action).reset().id())
                .toList();
        var was = before.resets()
                .open()
                .filter(OpenReset::observed)
                .map(open -> open.reset().id());
        told.ifPresent(heard::add);
        boolean stays = was.isPresent()
                && was.equals(
                        step.state().resets().open().map(open -> open.reset().id()));
        if (signal instanceof Signal.ResetSeen) {
            reset(before, step, told.orElseThrow(), opened, stays ? was : Optional.empty());
        } else if (signal instanceof Signal.ResetsRepeated && stays) {
            physicalOf.remove(was.get()); // which one is ours is yet to be seen
        } else if (disowns(signal) && was.isPresent() && !opened.isEmpty()) {
            hand(was.get(), opened.getFirst());
        }
    }

    private static boolean disowns(Signal signal) {
        return signal instanceof Signal.Rejected
                || signal instanceof Signal.Acknowledged
                || signal instanceof Signal.RebootActionRejected
                || signal instanceof Signal.Detached;
    }

    private void hand(String from, String to) {
        Optional.ofNullable(physicalOf.remove(from)).ifPresent(reset -> physicalOf.put(to, reset));
    }

    private void reset(
            GuestState before, GuestMachine.Step step, Physical told, List<String> opened, Optional<String> stays) {
        if (!before.connection().up()) {
            return;
        }
        if (opened.size() > 1 && stays.isPresent()) {
            hand(stays.get(), opened.getFirst());
            physicalOf.put(opened.getLast(), told);
        } else if (!opened.isEmpty() && stays.isPresent()) {
            hand(stays.get(), opened.getLast());
            physicalOf.put(stays.get(), told);
        } else if (!opened.isEmpty()) {
            physicalOf.put(opened.getLast(), told);
        } else if (becameObserved(before, step)) {
            physicalOf.put(before.resets().open().orElseThrow().reset().id(), told);
        } else {
            swallow(told);
        }
    }

    private static boolean becameObserved(GuestState before, GuestMachine.Step step) {
        return before.resets().open().filter(open -> !open.observed()).isPresent()
                && step.state().resets().open().map(OpenReset::observed).orElse(true);
    }

    /** It was taken for the echo of the one before: a guest that reboots before its firmware's echo looks like that. */
    private void swallow(Physical told) {
        swallowed.add(told);
        boolean unechoed = told.before()
                .map(one -> one.by() != Physical.By.ECHO || !swallowed.contains(one))
                .orElse(false);
        SimulationOracle.holds(
                told.by() == Physical.By.ECHO || (told.by() == Physical.By.GUEST && unechoed),
                "a reset was taken for an echo",
                told);
    }

    /** It is one of a loop, which nothing is said of but their number. */
    void folded(Physical reset) {
        heard.add(reset);
    }

    boolean swallowed(Physical reset) {
        return swallowed.contains(reset);
    }

    boolean known(Physical reset) {
        return heard.contains(reset);
    }

    /** It cannot be known whether what comes now is of the same process. */
    void doubt() {
        heard.clear();
    }
}
