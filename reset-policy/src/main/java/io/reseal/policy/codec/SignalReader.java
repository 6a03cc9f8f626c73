package io.reseal.policy.codec;

import io.reseal.policy.signal.Signal;
import io.reseal.policy.signal.Signal.ProcessState;
import io.reseal.policy.signal.SignalType;
import java.time.Instant;

/** Reads signals back. */
final class SignalReader {
    static Signal read(TreeReader tree) {
        var at = tree.instant("at");
        var type = tree.word("signal", SignalType.class);
        return switch (type) {
            case CLOCK_SET -> new Signal.ClockSet(at, tree.duration("offset"));
            case POLICY_CHANGED -> new Signal.PolicyChanged(at, tree.tree("policy", PolicyCodec::read));
            case RENAMED -> new Signal.Renamed(at, tree.text("name"));
            case RESTORED -> new Signal.Restored(at, tree.tree("known", StateCodec::state), tree.instant("knownAt"));
            case FORGOTTEN -> new Signal.Forgotten(at, tree.text("why"), tree.flag("socketGone"));
            case ATTACHED ->
                new Signal.Attached(at, tree.tree("facts", FactsCodec::read), tree.tree("reading", ReadingCodec::read));
            case FACTS_READ -> new Signal.FactsRead(at, tree.tree("facts", FactsCodec::read));
            case DETACHED -> new Signal.Detached(at, tree.text("why"));
            case PROCESS_SEEN -> new Signal.ProcessSeen(at, tree.word("process", ProcessState.class));
            case REQUESTED -> new Signal.Requested(at, tree.tree("request", ResetCodec::request));
            case SITUATION_READ ->
                new Signal.SituationRead(at, tree.tree("reading", ReadingCodec::read), tree.flag("steady"));
            case COUNTERS_READ -> new Signal.CountersRead(at, tree.tree("counters", ReadingCodec::counters));
            case RUN_STATE_READ -> new Signal.RunStateRead(at, ReadingCodec.runState(tree));
            case READ_FAILED -> new Signal.ReadFailed(at, tree.text("why"));
            case ACKNOWLEDGED,
                    REJECTED,
                    REPLY_LOST,
                    REBOOT_ACTION_SET,
                    REBOOT_ACTION_REJECTED,
                    BEFORE_CONT_READ,
                    CONTINUED,
                    CONT_REJECTED,
                    CONT_LOST -> reply(type, at, tree);
            case RESET_SEEN,
                    RESETS_REPEATED,
                    SHUTDOWN_SEEN,
                    STOP_SEEN,
                    RESUME_SEEN,
                    SUSPEND_SEEN,
                    WAKEUP_SEEN,
                    STATE_IN_DOUBT,
                    MEMORY_FAILURE_SEEN,
                    PANIC_SEEN -> event(type, at, tree);
            case TICK -> new Signal.Tick(at);
        };
    }

    private static Signal reply(SignalType type, Instant at, TreeReader tree) {
        var reset = tree.text("reset");
        return switch (type) {
            case ACKNOWLEDGED -> new Signal.Acknowledged(at, reset);
            case REJECTED -> new Signal.Rejected(at, reset, tree.text("why"));
            case REPLY_LOST -> new Signal.ReplyLost(at, reset, tree.text("why"));
            case REBOOT_ACTION_SET -> new Signal.RebootActionSet(at, reset);
            case REBOOT_ACTION_REJECTED -> new Signal.RebootActionRejected(at, reset, tree.text("why"));
            case BEFORE_CONT_READ ->
                new Signal.BeforeContRead(
                        at, reset, ReadingCodec.runState(tree), tree.tree("counters", ReadingCodec::counters));
            case CONTINUED -> new Signal.Continued(at, reset);
            case CONT_REJECTED -> new Signal.ContRejected(at, reset, tree.text("why"));
            case CONT_LOST -> new Signal.ContLost(at, reset, tree.text("why"));
            default -> throw new IllegalArgumentException(type + " is no reply");
        };
    }

    private static Signal event(SignalType type, Instant at, TreeReader tree) {
        return switch (type) {
            case RESET_SEEN ->
                new Signal.ResetSeen(at, tree.instant("emittedAt"), tree.flag("byGuest"), tree.text("reason"));
            case RESETS_REPEATED ->
                new Signal.ResetsRepeated(
                        at,
                        tree.smallNumber("count"),
                        tree.instant("first"),
                        tree.instant("last"),
                        tree.flag("byGuest"),
                        tree.text("reason"));
            case SHUTDOWN_SEEN -> new Signal.ShutdownSeen(at, tree.text("reason"));
            case STOP_SEEN -> new Signal.StopSeen(at);
            case RESUME_SEEN -> new Signal.ResumeSeen(at);
            case SUSPEND_SEEN -> new Signal.SuspendSeen(at);
            case WAKEUP_SEEN -> new Signal.WakeupSeen(at);
            case STATE_IN_DOUBT -> new Signal.StateInDoubt(at, tree.text("event"));
            case MEMORY_FAILURE_SEEN -> new Signal.MemoryFailureSeen(at, tree.text("detail"));
            case PANIC_SEEN -> new Signal.PanicSeen(at, tree.text("action"), tree.text("detail"));
            default -> throw new IllegalArgumentException(type + " is no event");
        };
    }

    private SignalReader() {}
}
