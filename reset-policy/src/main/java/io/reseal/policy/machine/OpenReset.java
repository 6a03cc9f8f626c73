package io.reseal.policy.machine;

import io.reseal.policy.Level;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.launch.LaunchHistory;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Reset;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A reset under way.
 *
 * @param reset what is published of it
 * @param findings what is known of each level
 * @param before the vCPU counters before it; empty when none were read in the life that it ended
 * @param outlook what the guest was launched from before it
 * @param wasRunning whether the guest ran before it; before the RESET, whether it ran when the reset was asked for; and
 *     whether we let it go on since
 * @param stood the guest did not run when the reset was asked for or seen
 * @param rebuildExpected whether QEMU should open a new KVM context
 * @param suspect a STOP came before its RESET that no run state has explained: somebody's pause, or a rebuild that failed
 * @param offset of the wall clock when it was opened: its times are shown by that, in order, whatever is done to the clock
 * @param deadline when the time allowed runs out
 * @param reply what became of our system_reset
 * @param late the time allowed ran out before QEMU had answered our system_reset
 * @param settledAt from when on {@code running} counts; empty before the RESET
 * @param ranSince the guest may have executed since the RESET
 * @param blind the connection was lost since the RESET, or it was inferred
 * @param undated the wall clock was set shortly before its RESET was heard: QEMU's time of it does not tell how long ago it was
 * @param wakeAt the earliest Tick that is on its way
 * @param curing our set-action is on its way, and system_reset waits for it
 * @param continuation whether we let the guest go on, which did not run before
 * @param leftOut how much evidence of each kind was counted and not kept
 */
public record OpenReset(
        Reset reset,
        Findings findings,
        Optional<VcpuCounters> before,
        LaunchHistory outlook,
        boolean wasRunning,
        boolean stood,
        boolean rebuildExpected,
        boolean suspect,
        Duration offset,
        Instant deadline,
        Reply reply,
        boolean late,
        Optional<Instant> settledAt,
        boolean ranSince,
        boolean blind,
        boolean undated,
        Optional<Instant> wakeAt,
        boolean curing,
        Continuation continuation,
        Map<EvidenceKind, Integer> leftOut) {

    /** Whether a cont is to follow the reset. */
    public enum Continuation {
        /** The guest ran, or the reset is not ours, or the cont has been dealt with. */
        NONE,
        /** As soon as the reset is seen to have succeeded. */
        DUE,
        /** Run state and counters are read a last time before it. */
        CHECKED,
        /** On its way. */
        SENT
    }

    /** What became of our system_reset. */
    public enum Reply {
        /** It was not sent: not yet, or since the reset is not ours. */
        NONE,
        /** It is on its way. */
        AWAITED,
        /** QEMU has answered. */
        CAME,
        /** No answer will be heard; QEMU may have executed it, or may yet. */
        LOST
    }

    public OpenReset {
        leftOut = Map.copyOf(leftOut);
    }

    /** One of the turn's guest, before anything is known of it. */
    static OpenReset begun(StepContext turn, Reset reset) {
        var request = reset.request();
        return new OpenReset(
                reset,
                Findings.start(request.origin().ours(), turn.rebuiltOnReset()),
                turn.life.counters(),
                turn.outlook,
                turn.running(),
                !turn.running(),
                turn.rebuiltOnReset(),
                false,
                turn.offset,
                turn.now.plus(request.proof().within()),
                Reply.NONE,
                false,
                Optional.empty(),
                false,
                false,
                false,
                Optional.empty(),
                false,
                Continuation.NONE,
                Map.of());
    }

    Level wanted() {
        return reset.request().proof().prove();
    }

    /** Whether its RESET came, or was inferred. */
    public boolean observed() {
        return settledAt.isPresent();
    }
}
