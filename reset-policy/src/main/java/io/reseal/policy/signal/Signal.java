package io.reseal.policy.signal;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.Spelled;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.state.GuestState;
import java.time.Duration;
import java.time.Instant;

/**
 * Something that happened to a guest. Events count between Attached and Detached only. Signals come in the order of the wire: a reading that follows a RESET was taken after
 * it, since QEMU executes commands and emits events in one thread. {@code reset} is the id of the reset for which a command was sent.
 */
public sealed interface Signal {
    /**
     * When Reseal learnt of it, by a clock that nobody sets: the wall time at which this run of Reseal began plus the time that has
     * passed since. Only differences mean anything; {@link ClockSet} tells the wall time.
     */
    Instant at();

    /** The wall clock differs from the clock of {@link #at()} by that from now on: it was read first, or somebody has set it. */
    record ClockSet(Instant at, Duration offset) implements Signal {}

    /** Another policy is in force; a reset that is open keeps the proof it began with. */
    record PolicyChanged(Instant at, ResetPolicy policy) implements Signal {}

    /** The guest is called otherwise from now on; its socket is the same. */
    record Renamed(Instant at, String name) implements Signal {}

    /** Answer to {@link Action.ReadBeforeCont}: both were read one right after the other. */
    record BeforeContRead(Instant at, String reset, RunState runState, VcpuCounters counters) implements Signal {}

    /**
     * Reseal was restarted: what its journal knows of the guest, with the reset that was open. The first signal of a guest; {@link Detached}
     * follows, as nobody listened since, and then {@link Attached}.
     *
     * @param known after the last signal that the journal has
     * @param knownAt when that signal was taken in, by the clock of the run of Reseal that took it
     */
    record Restored(Instant at, GuestState known, Instant knownAt) implements Signal {}

    /**
     * Reseal lets go of the guest.
     *
     * @param socketGone since its socket is gone, and not since somebody wants it so
     */
    record Forgotten(Instant at, String why, boolean socketGone) implements Signal {}

    /** A connection was negotiated and the guest was read. */
    record Attached(Instant at, GuestFacts facts, GuestReading situation) implements Signal {}

    /** More is known of the process that is attached, such as when {@code /proc} answers late: these facts take the place of those read before. */
    record FactsRead(Instant at, GuestFacts facts) implements Signal {}

    /** The connection was lost. */
    record Detached(Instant at, String why) implements Signal {}

    /** {@code /proc} was read for the QEMU process, after a lost connection. */
    record ProcessSeen(Instant at, ProcessState state) implements Signal {}

    /** Somebody wants this guest to be reset. */
    record Requested(Instant at, Reset.Request request) implements Signal {}

    /**
     * Answer to {@link Action.ReadSituation}.
     *
     * @param steady whether no event came while it was read; else only run state and counters are known to be newer than the last
     *     event
     */
    record SituationRead(Instant at, GuestReading situation, boolean steady) implements Signal {
        public SituationRead(Instant at, GuestReading situation) {
            this(at, situation, true);
        }
    }

    /** Answer to {@link Action.ReadCounters}, or the regular sample. */
    record CountersRead(Instant at, VcpuCounters counters) implements Signal {}

    /** Answer to {@link Action.ReadRunState}. */
    record RunStateRead(Instant at, RunState runState) implements Signal {}

    /** A reading did not succeed. */
    record ReadFailed(Instant at, String why) implements Signal {}

    /** QEMU returned success for our system_reset. */
    record Acknowledged(Instant at, String reset) implements Signal {}

    /** QEMU, or our own gate, said no to our system_reset: nothing was done. */
    record Rejected(Instant at, String reset, String why) implements Signal {}

    /** No reply to our system_reset came in time: it may or may not have been executed. */
    record ReplyLost(Instant at, String reset, String why) implements Signal {}

    /** QEMU returned success for our set-action: a reboot is a reset from now on. */
    record RebootActionSet(Instant at, String reset) implements Signal {}

    /** Our set-action was rejected or got no reply in time: what a reboot does is what it was, as far as is known. */
    record RebootActionRejected(Instant at, String reset, String why) implements Signal {}

    /** QEMU returned success for our cont. */
    record Continued(Instant at, String reset) implements Signal {}

    /** QEMU, or our own gate, said no to our cont: nothing was done. */
    record ContRejected(Instant at, String reset, String why) implements Signal {}

    /** No reply to our cont came in time: it may or may not have been executed. */
    record ContLost(Instant at, String reset, String why) implements Signal {}

    /**
     * QMP event RESET.
     *
     * @param emittedAt QEMU's own time of it, by the wall clock of the host
     */
    record ResetSeen(Instant at, Instant emittedAt, boolean byGuest, String reason) implements Signal {
        /** The reason of an event that tells none. */
        public static final String UNKNOWN = "unknown";
    }

    /**
     * So many QMP events RESET, which came faster than they can be judged one by one; before whatever came after the last of them.
     *
     * @param first QEMU's own time of the first, by the wall clock of the host
     * @param last of the last
     * @param byGuest whether the guest asked for each
     * @param reason of the last
     */
    record ResetsRepeated(Instant at, int count, Instant first, Instant last, boolean byGuest, String reason)
            implements Signal {}

    /** QMP event SHUTDOWN. */
    record ShutdownSeen(Instant at, String reason) implements Signal {}

    /** QMP event STOP. */
    record StopSeen(Instant at) implements Signal {}

    /** QMP event RESUME. */
    record ResumeSeen(Instant at) implements Signal {}

    /** QMP event SUSPEND: the guest sleeps (ACPI S3); QEMU emits no STOP. */
    record SuspendSeen(Instant at) implements Signal {}

    /** QMP event WAKEUP. */
    record WakeupSeen(Instant at) implements Signal {}

    /** A QMP event after which the run state or a migration may be another: MIGRATION, SUSPEND_DISK, WATCHDOG. */
    record StateInDoubt(Instant at, String event) implements Signal {}

    /** QMP event MEMORY_FAILURE; {@code detail} names recipient and action. */
    record MemoryFailureSeen(Instant at, String detail) implements Signal {}

    /** QMP event GUEST_PANICKED; {@code detail} is what the guest told of it, already harmless to show, or empty. */
    record PanicSeen(Instant at, String action, String detail) implements Signal {}

    /** A time requested by {@link Action.WakeAt} has come; one that comes too early is requested again. */
    record Tick(Instant at) implements Signal {}

    /** What the host says about a process. */
    enum ProcessState implements Spelled {
        /** It lives. */
        RUNNING("running"),
        /** It has ended, or is ending, or its pid belongs to another process. */
        ENDED("ended"),
        /** It cannot be seen, for example from another pid namespace. */
        UNKNOWN("unknown"),
        /** It cannot be seen, and nobody listens on the monitor's socket any more. */
        UNKNOWN_SOCKET_GONE("unknown-socket-gone");

        private final String text;

        ProcessState(String text) {
            this.text = text;
        }

        @Override
        public String text() {
            return text;
        }
    }
}
