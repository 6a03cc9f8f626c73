package io.reseal.daemon.status;

import io.reseal.policy.Level;
import io.reseal.policy.launch.LaunchChange;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.SignalType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells several listeners, in order; one that fails costs neither the others nor the guest anything. */
public record GuestListeners(List<GuestListener> all) implements GuestListener {
    private static final Logger LOG = LoggerFactory.getLogger("reseal.guest");

    public GuestListeners {
        all = List.copyOf(all);
    }

    @Override
    public void guestChanged(GuestStatus guest) {
        tell(listener -> listener.guestChanged(guest));
    }

    @Override
    public void guestForgotten(GuestStatus last) {
        tell(listener -> listener.guestForgotten(last));
    }

    @Override
    public void guestEnded(String guest, Action.Ended end) {
        tell(listener -> listener.guestEnded(guest, end));
    }

    @Override
    public void resetOpened(Reset reset) {
        tell(listener -> listener.resetOpened(reset));
    }

    @Override
    public void evidenceFound(Reset reset, Evidence evidence) {
        tell(listener -> listener.evidenceFound(reset, evidence));
    }

    @Override
    public void levelProven(Reset reset, Level level, Duration afterEvent) {
        tell(listener -> listener.levelProven(reset, level, afterEvent));
    }

    @Override
    public void stageTaken(ResetStage stage, Duration took) {
        tell(listener -> listener.stageTaken(stage, took));
    }

    @Override
    public void resetClosed(Reset reset, Duration took) {
        tell(listener -> listener.resetClosed(reset, took));
    }

    @Override
    public void launchChanged(String guest, Optional<String> reset, List<LaunchChange> changes) {
        tell(listener -> listener.launchChanged(guest, reset, changes));
    }

    @Override
    public void signalUnexpected(String guest, SignalType signal) {
        tell(listener -> listener.signalUnexpected(guest, signal));
    }

    @Override
    public void coreFailed(String guest, SignalType signal) {
        tell(listener -> listener.coreFailed(guest, signal));
    }

    @Override
    public void eventSeen(String guest, String event, String detail) {
        tell(listener -> listener.eventSeen(guest, event, detail));
    }

    @Override
    public void eventsCounted(String guest, String event, int count) {
        tell(listener -> listener.eventsCounted(guest, event, count));
    }

    @Override
    public void oversized(String guest) {
        tell(listener -> listener.oversized(guest));
    }

    @Override
    public void commandEnded(String command, String outcome, Duration took) {
        tell(listener -> listener.commandEnded(command, outcome, took));
    }

    @Override
    public void blindFor(String guest, Duration more) {
        tell(listener -> listener.blindFor(guest, more));
    }

    private void tell(Consumer<GuestListener> what) {
        for (var listener : all) {
            try {
                what.accept(listener);
            } catch (RuntimeException fault) {
                LOG.error(
                        "{} failed; what it was to be told is lost to it",
                        listener.getClass().getSimpleName(),
                        fault);
            }
        }
    }
}
