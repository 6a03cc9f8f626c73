package io.reseal.policy.signal;

import io.reseal.policy.Spelled;

/** What kind of signal it is, by a word that does not change: a label of metrics, and what a stored signal is read back by. */
public enum SignalType implements Spelled {
    CLOCK_SET("clock-set"),
    POLICY_CHANGED("policy-changed"),
    RENAMED("renamed"),
    RESTORED("restored"),
    FORGOTTEN("forgotten"),
    ATTACHED("attached"),
    FACTS_READ("facts-read"),
    DETACHED("detached"),
    PROCESS_SEEN("process-seen"),
    REQUESTED("requested"),
    SITUATION_READ("situation-read"),
    COUNTERS_READ("counters-read"),
    RUN_STATE_READ("run-state-read"),
    READ_FAILED("read-failed"),
    ACKNOWLEDGED("acknowledged"),
    REJECTED("rejected"),
    REPLY_LOST("reply-lost"),
    REBOOT_ACTION_SET("reboot-action-set"),
    REBOOT_ACTION_REJECTED("reboot-action-rejected"),
    BEFORE_CONT_READ("before-cont-read"),
    CONTINUED("continued"),
    CONT_REJECTED("cont-rejected"),
    CONT_LOST("cont-lost"),
    RESET_SEEN("reset-seen"),
    RESETS_REPEATED("resets-repeated"),
    SHUTDOWN_SEEN("shutdown-seen"),
    STOP_SEEN("stop-seen"),
    RESUME_SEEN("resume-seen"),
    SUSPEND_SEEN("suspend-seen"),
    WAKEUP_SEEN("wakeup-seen"),
    STATE_IN_DOUBT("state-in-doubt"),
    MEMORY_FAILURE_SEEN("memory-failure-seen"),
    PANIC_SEEN("panic-seen"),
    TICK("tick");

    private final String text;

    SignalType(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }

    /** The type of this signal. */
    public static SignalType of(Signal signal) {
        return switch (signal) {
            case Signal.ClockSet _ -> CLOCK_SET;
            case Signal.PolicyChanged _ -> POLICY_CHANGED;
            case Signal.Renamed _ -> RENAMED;
            case Signal.Restored _ -> RESTORED;
            case Signal.Forgotten _ -> FORGOTTEN;
            case Signal.Attached _ -> ATTACHED;
            case Signal.FactsRead _ -> FACTS_READ;
            case Signal.Detached _ -> DETACHED;
            case Signal.ProcessSeen _ -> PROCESS_SEEN;
            case Signal.Requested _ -> REQUESTED;
            case Signal.SituationRead _ -> SITUATION_READ;
            case Signal.CountersRead _ -> COUNTERS_READ;
            case Signal.RunStateRead _ -> RUN_STATE_READ;
            case Signal.ReadFailed _ -> READ_FAILED;
            case Signal.Acknowledged _ -> ACKNOWLEDGED;
            case Signal.Rejected _ -> REJECTED;
            case Signal.ReplyLost _ -> REPLY_LOST;
            case Signal.RebootActionSet _ -> REBOOT_ACTION_SET;
            case Signal.RebootActionRejected _ -> REBOOT_ACTION_REJECTED;
            case Signal.BeforeContRead _ -> BEFORE_CONT_READ;
            case Signal.Continued _ -> CONTINUED;
            case Signal.ContRejected _ -> CONT_REJECTED;
            case Signal.ContLost _ -> CONT_LOST;
            case Signal.ResetSeen _ -> RESET_SEEN;
            case Signal.ResetsRepeated _ -> RESETS_REPEATED;
            case Signal.ShutdownSeen _ -> SHUTDOWN_SEEN;
            case Signal.StopSeen _ -> STOP_SEEN;
            case Signal.ResumeSeen _ -> RESUME_SEEN;
            case Signal.SuspendSeen _ -> SUSPEND_SEEN;
            case Signal.WakeupSeen _ -> WAKEUP_SEEN;
            case Signal.StateInDoubt _ -> STATE_IN_DOUBT;
            case Signal.MemoryFailureSeen _ -> MEMORY_FAILURE_SEEN;
            case Signal.PanicSeen _ -> PANIC_SEEN;
            case Signal.Tick _ -> TICK;
        };
    }
}
