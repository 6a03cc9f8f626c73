package io.reseal.policy;

import java.time.Instant;

/**
 * Something that happened to a guest. Events count between Attached and Detached only. Signals come in the order of the wire: a reading that follows a RESET was taken after
 * it, since QEMU executes commands and emits events in one thread.
 */
public sealed interface Signal {
    /** When Reseal learnt of it. */
    Instant at();

    /** A connection was negotiated and the guest was read. */
    record Attached(Instant at, GuestFacts facts, Situation situation) implements Signal {}

    /** The connection was lost. */
    record Detached(Instant at, String why) implements Signal {}

    /** {@code /proc} was asked about the QEMU process, after a lost connection. */
    record ProcessSeen(Instant at, ProcessState state) implements Signal {}

    /** Somebody wants this guest to be reset. */
    record Asked(Instant at, Reset.Ask ask) implements Signal {}

    /** Answer to {@link Action.ReadSituation}. */
    record SituationRead(Instant at, Situation situation) implements Signal {}

    /** Answer to {@link Action.ReadCounters}, or the regular sample. */
    record CountersRead(Instant at, VcpuCounters counters) implements Signal {}

    /** Answer to {@link Action.ReadRunState}. */
    record RunStateRead(Instant at, String runState) implements Signal {}

    /** A reading did not succeed. */
    record ReadFailed(Instant at, String why) implements Signal {}

    /** QEMU returned success for our system_reset. */
    record Acknowledged(Instant at) implements Signal {}

    /** QEMU, or our own gate, said no to our system_reset: nothing was done. */
    record Rejected(Instant at, String why) implements Signal {}

    /** No reply to our system_reset came in time: it may or may not have been executed. */
    record ReplyLost(Instant at, String why) implements Signal {}

    /** QEMU returned success for our set-action: a reboot is a reset from now on. */
    record RebootActionSet(Instant at) implements Signal {}

    /** Our set-action was rejected or got no reply in time: what a reboot does is what it was, as far as is known. */
    record RebootActionRejected(Instant at, String why) implements Signal {}

    /** QEMU returned success for our cont. */
    record Continued(Instant at) implements Signal {}

    /** QEMU, or our own gate, said no to our cont: nothing was done. */
    record ContRejected(Instant at, String why) implements Signal {}

    /** No reply to our cont came in time: it may or may not have been executed. */
    record ContLost(Instant at, String why) implements Signal {}

    /**
     * QMP event RESET.
     *
     * @param emittedAt QEMU's own time of it, never after {@code at}
     */
    record ResetSeen(Instant at, Instant emittedAt, boolean byGuest, String reason) implements Signal {}

    /** QMP event SHUTDOWN. */
    record ShutdownSeen(Instant at, String reason) implements Signal {}

    /** QMP event STOP. */
    record StopSeen(Instant at) implements Signal {}

    /** QMP event RESUME. */
    record ResumeSeen(Instant at) implements Signal {}

    /** QMP event GUEST_PANICKED; {@code detail} is what the guest told of it, already harmless to show, or empty. */
    record PanicSeen(Instant at, String action, String detail) implements Signal {}

    /** A time asked for by {@link Action.WakeAt} has come; one that comes too early is asked for again. */
    record Tick(Instant at) implements Signal {}

    /** What {@code /proc} says about a process. */
    enum ProcessState {
        /** It lives. */
        RUNNING,
        /** It has ended, or is ending, or its pid belongs to another process. */
        ENDED,
        /** It cannot be seen, for example from another pid namespace. */
        UNKNOWN
    }
}
