package io.reseal.daemon.guest;

import io.reseal.policy.Evidence;
import io.reseal.policy.Level;
import io.reseal.policy.Reset;
import java.time.Duration;
import java.util.List;

/** Tells several listeners, in order. */
record Listeners(List<FleetListener> all) implements FleetListener {
    Listeners {
        all = List.copyOf(all);
    }

    @Override
    public void guestChanged(GuestView guest) {
        all.forEach(listener -> listener.guestChanged(guest));
    }

    @Override
    public void guestForgotten(GuestView last) {
        all.forEach(listener -> listener.guestForgotten(last));
    }

    @Override
    public void resetOpened(Reset reset) {
        all.forEach(listener -> listener.resetOpened(reset));
    }

    @Override
    public void evidenceFound(Reset reset, Evidence evidence) {
        all.forEach(listener -> listener.evidenceFound(reset, evidence));
    }

    @Override
    public void levelProven(Reset reset, Level level, Duration afterEvent) {
        all.forEach(listener -> listener.levelProven(reset, level, afterEvent));
    }

    @Override
    public void resetClosed(Reset reset, Duration took) {
        all.forEach(listener -> listener.resetClosed(reset, took));
    }

    @Override
    public void eventSeen(String guest, String event) {
        all.forEach(listener -> listener.eventSeen(guest, event));
    }

    @Override
    public void commandEnded(String command, String outcome, Duration took) {
        all.forEach(listener -> listener.commandEnded(command, outcome, took));
    }

    @Override
    public void blindFor(String guest, Duration more) {
        all.forEach(listener -> listener.blindFor(guest, more));
    }
}
