package io.reseal.policy;

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
 * @param rebuildExpected whether QEMU should open a new KVM context
 * @param stopSeen a STOP came, and no RESUME since
 * @param deadline when the time allowed runs out
 * @param settledAt from when on {@code running} counts; empty before the RESET
 * @param ranSince the guest may have executed since the RESET
 * @param blind the connection was lost since the RESET, or it was inferred
 * @param wakeAt the earliest Tick that is on its way
 * @param curing our set-action is on its way, and system_reset waits for it
 * @param continuation whether we let the guest go on, which did not run before
 * @param leftOut how much evidence of each kind was counted and not kept
 */
public record OpenReset(
        Reset reset,
        Findings findings,
        Optional<VcpuCounters> before,
        Outlook outlook,
        boolean wasRunning,
        boolean rebuildExpected,
        boolean stopSeen,
        Instant deadline,
        Optional<Instant> settledAt,
        boolean ranSince,
        boolean blind,
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
        /** On its way. */
        SENT
    }

    public OpenReset {
        leftOut = Map.copyOf(leftOut);
    }

    /** One of the turn's guest, before anything is known of it. */
    static OpenReset begun(Turn turn, Reset reset) {
        var ask = reset.ask();
        boolean ours = ask.origin() == Origin.OPERATOR || ask.origin() == Origin.POLICY;
        return new OpenReset(
                reset,
                Findings.start(ours, turn.rebuiltOnReset()),
                turn.life.counters(),
                turn.outlook,
                turn.running(),
                turn.rebuiltOnReset(),
                false,
                turn.now.plus(ask.proof().within()),
                Optional.empty(),
                false,
                false,
                Optional.empty(),
                false,
                Continuation.NONE,
                Map.of());
    }

    Level wanted() {
        return reset.ask().proof().prove();
    }

    /** Whether its RESET came, or was inferred. */
    boolean observed() {
        return settledAt.isPresent();
    }

    /** Whether we sent the command and do not know yet what QEMU says to it. */
    boolean awaitsReply() {
        return findings.is(Level.ACKNOWLEDGED, Findings.Finding.PENDING);
    }
}
