package io.reseal.policy;

import java.time.Instant;
import java.util.Optional;

/**
 * A reset under way.
 *
 * @param reset what is published of it
 * @param findings what is known of each level
 * @param before the vCPU counters before it; empty when none were read in the life that it ended
 * @param wasRunning whether the guest ran before it
 * @param rebuildExpected whether QEMU should open a new KVM context
 * @param stopSeen a STOP came, and no RESUME since
 * @param deadline when the time allowed runs out
 * @param settledAt from when on {@code running} counts; empty before the RESET
 */
public record OpenReset(
        Reset reset,
        Findings findings,
        Optional<VcpuCounters> before,
        boolean wasRunning,
        boolean rebuildExpected,
        boolean stopSeen,
        Instant deadline,
        Optional<Instant> settledAt) {

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
