package io.reseal.daemon.status;

import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.launch.LaunchChange;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.SignalType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Told what happens to guests, on the event loop of the guest concerned: implementations must be safe for any thread and
 * must not block. Each thing that happens is told exactly once.
 */
public interface GuestListener {
    /** A guest appeared or changed its state, kind, run state, hazards or incarnation. */
    default void guestChanged(GuestStatus guest) {}

    /** A guest was forgotten: its socket went and its QEMU ended. */
    default void guestForgotten(GuestStatus last) {}

    /** The QEMU process of a guest has ended, in a reset or outside of one. */
    default void guestEnded(String guest, Action.Ended end) {}

    /** A reset was asked for or seen. */
    default void resetOpened(Reset reset) {}

    /** Evidence was added to an open reset. */
    default void evidenceFound(Reset reset, Evidence evidence) {}

    /** A level was shown {@code afterEvent} after the RESET event. */
    default void levelProven(Reset reset, Level level, Duration afterEvent) {}

    /** A reset that was requested took so long for a part of its way. */
    default void stageTaken(ResetStage stage, Duration took) {}

    /** A verdict was reached; {@code took} is the time from request or event to verdict. */
    default void resetClosed(Reset reset, Duration took) {}

    /** A reset launched the guest from something else than the launch before; {@code reset} is its id, and may be closed. */
    default void launchChanged(String guest, Optional<String> reset, List<LaunchChange> changes) {}

    /** The core was given a signal that it does not expect in its state. */
    default void signalUnexpected(String guest, SignalType signal) {}

    /** The core failed on a signal: the signal is lost, the guest's state is what it was. */
    default void coreFailed(String guest, SignalType signal) {}

    /** A QMP event arrived; {@code detail} is what a guest said of its panic, made printable, else empty. */
    default void eventSeen(String guest, String event, String detail) {}

    /** So many QMP events of that name arrived, of which no more than the name was looked at. */
    default void eventsCounted(String guest, String event, int count) {}

    /** A QMP event or reply was longer than it may be, and was dropped. */
    default void oversized(String guest) {}

    /** A QMP command ended: {@code outcome} is {@code ok}, {@code rejected}, {@code timeout}, {@code lost}, {@code refused} or {@code busy}. */
    default void commandEnded(String command, String outcome, Duration took) {}

    /** A blind interval ended or went on by {@code more}. */
    default void blindFor(String guest, Duration more) {}

    /** What a kind of guest is called where none is known yet: the metrics label {@code unknown}. */
    static String kindText(GuestStatus guest) {
        return guest.kind().map(GuestKind::text).orElse("unknown");
    }
}
