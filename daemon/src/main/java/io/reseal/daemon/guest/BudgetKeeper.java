package io.reseal.daemon.guest;

import io.reseal.policy.Evidence;
import io.reseal.policy.Level;
import io.reseal.policy.Origin;
import io.reseal.policy.Reset;
import io.reseal.policy.Verdict;
import java.time.Duration;

/** Gives back the place of a reset when its verdict is reached, and passes everything on. */
record BudgetKeeper(Budget budget, FleetListener next) implements FleetListener {
    @Override
    public void resetClosed(Reset reset, Duration took) {
        boolean refused = reset.conclusion().orElseThrow().verdict() == Verdict.REFUSED;
        if (reset.ask().origin() == Origin.OPERATOR && !refused) {
            budget.release(reset.guest());
        }
        next.resetClosed(reset, took);
    }

    @Override
    public void guestChanged(GuestView guest) {
        next.guestChanged(guest);
    }

    @Override
    public void guestForgotten(GuestView last) {
        next.guestForgotten(last);
    }

    @Override
    public void resetOpened(Reset reset) {
        next.resetOpened(reset);
    }

    @Override
    public void evidenceFound(Reset reset, Evidence evidence) {
        next.evidenceFound(reset, evidence);
    }

    @Override
    public void levelProven(Reset reset, Level level, Duration afterEvent) {
        next.levelProven(reset, level, afterEvent);
    }

    @Override
    public void eventSeen(String guest, String event) {
        next.eventSeen(guest, event);
    }

    @Override
    public void commandEnded(String command, String outcome, Duration took) {
        next.commandEnded(command, outcome, took);
    }

    @Override
    public void blindFor(String guest, Duration more) {
        next.blindFor(guest, more);
    }
}
