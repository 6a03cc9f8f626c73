package io.reseal.daemon.http;

import io.reseal.policy.Level;
import io.reseal.policy.hazard.HazardId;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The body of a request for a reset.
 *
 * @param key the idempotency key, where the body and not the header has it
 */
record ResetBody(
        Optional<Level> prove,
        Optional<Duration> within,
        String reason,
        Set<HazardId> force,
        boolean dryRun,
        Optional<String> key) {
    static final ResetBody NOTHING_SAID = new ResetBody(
            Optional.empty(), Optional.empty(), "", EnumSet.noneOf(HazardId.class), false, Optional.empty());
}
