package io.reseal.policy.signal;

import io.reseal.policy.Level;
import io.reseal.policy.Spelled;
import io.reseal.policy.launch.LaunchChange;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.Reset;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the daemon is to do; it decides nothing. */
public sealed interface Action {
    /** Read everything in {@link GuestReading}; answer with {@link Signal.SituationRead} or {@link Signal.ReadFailed}. */
    record ReadSituation() implements Action {}

    /** Read the vCPU counters; answer with {@link Signal.CountersRead} or {@link Signal.ReadFailed}. */
    record ReadCounters() implements Action {}

    /** Read the run state; answer with {@link Signal.RunStateRead} or {@link Signal.ReadFailed}. */
    record ReadRunState() implements Action {}

    /** Send system_reset; answer with Acknowledged, Rejected or ReplyLost. */
    record SendSystemReset(Reset reset) implements Action {}

    /** Send set-action with reboot=reset; answer with RebootActionSet or RebootActionRejected. */
    record SendRebootAction(Reset reset) implements Action {}

    /**
     * Read run state and vCPU counters in one write, so that nothing comes between; answer with {@link Signal.BeforeContRead} or {@link
     * Signal.ReadFailed}.
     */
    record ReadBeforeCont(Reset reset) implements Action {}

    /** Send cont to a guest that was reset while stopped; answer with Continued, ContRejected or ContLost. */
    record SendCont(Reset reset) implements Action {}

    /** Look the QEMU process up in {@code /proc}; answer with {@link Signal.ProcessSeen}. */
    record LookAtProcess() implements Action {}

    /** Send a {@link Signal.Tick} at that time, by the clock of {@link Signal#at()}, whether a reset is open or not. */
    record WakeAt(Instant at) implements Action {}

    /**
     * A QEMU process has ended, outside of a reset or in it.
     *
     * @param how as far as the events before its end tell
     * @param detail one sentence for people
     */
    record Ended(How how, String detail) implements Action {}

    /** How a QEMU process ended. */
    enum How implements Spelled {
        /** No SHUTDOWN came before the end. */
        CRASH("crash"),
        /** A SHUTDOWN came: the guest or somebody on the host ended it. */
        SHUTDOWN("shutdown"),
        /** The QMP command quit. */
        QUIT("quit"),
        /** Nobody listened when it ended. */
        UNKNOWN("unknown");

        private final String text;

        How(String text) {
            this.text = text;
        }

        @Override
        public String text() {
            return text;
        }
    }

    /** A reset began. */
    record Opened(Reset reset) implements Action {}

    /** Evidence was added to a reset. */
    record Found(Reset reset, Evidence evidence) implements Action {}

    /** A level was shown that long after the RESET event. */
    record Shown(Reset reset, Level level, Duration afterEvent) implements Action {}

    /**
     * A reset launched the guest from something else than the launch before.
     *
     * @param reset id of that reset, which may be closed
     */
    record LaunchChanged(Optional<String> reset, List<LaunchChange> changes) implements Action {
        public LaunchChanged {
            changes = List.copyOf(changes);
        }
    }

    /** A verdict was reached. */
    record Closed(Reset reset) implements Action {}

    /** A reset loop began, went on or, with a verdict, ended. */
    record Looped(Reset reset) implements Action {}

    /** The latest request is turned down: this reset is open. */
    record Busy(Reset open) implements Action {}

    /** The latest request is turned down: the guest cannot be reached or read. Nothing was sent. */
    record NotReachable(String why) implements Action {}

    /**
     * A signal came that no daemon gives that carries out what the core wants, in order; it changed nothing.
     *
     * @param phase of the open reset, or that none is open
     * @param why it was not to be expected
     */
    record UnexpectedSignal(SignalType signal, String phase, String why) implements Action {}
}
