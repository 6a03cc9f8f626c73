package io.reseal.daemon.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A reset.
 *
 * @param by who requested it, as far as is known: user id of the peer
 * @param verdict once it is closed
 * @param level highest that was shown
 * @param wanted level that had to be shown, within the time {@code within}
 * @param echoes RESET events that followed from the same reset
 * @param loop the RESET events that it stands for, where there were too many to judge each
 * @param forced hazards that were overridden
 */
public record ResetDocument(
        String id,
        String guest,
        String kind,
        String origin,
        Optional<String> by,
        String reason,
        String state,
        Optional<String> verdict,
        Optional<String> level,
        String wanted,
        String within,
        Optional<String> summary,
        int echoes,
        Optional<Loop> loop,
        List<String> forced,
        List<HazardDocument> hazards,
        List<EvidenceDocument> evidence,
        Instant requestedAt,
        Optional<Instant> observedAt,
        Optional<Instant> provenAt,
        Optional<Instant> closedAt) {

    /** The state of a reset that has no verdict yet. */
    public static final String OPEN = "open";

    /** The state of a reset that has one. */
    public static final String CLOSED = "closed";

    /** Whether it is open. */
    public boolean open() {
        return state.equals(OPEN);
    }

    /**
     * A reset loop: so many RESET events.
     *
     * @param first when QEMU emitted the first
     * @param last when it emitted the newest
     */
    public record Loop(long count, Instant first, Instant last) {}

    /** Resets, the newest first. */
    public record Listing(List<ResetDocument> resets) {}
}
