package io.reseal.daemon.request;

import io.reseal.policy.Level;
import io.reseal.policy.hazard.HazardId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * An operator's wish to reset a guest.
 *
 * @param guest its name
 * @param prove wanted level; the guest's policy decides when empty
 * @param within time allowed; the guest's policy decides when empty
 * @param reason free text for the record, may be empty
 * @param force hazards to override
 * @param dryRun judge only, send nothing that changes the guest
 * @param key idempotency key: a second request with the same key gets the reset of the first
 * @param by who made the request, for the record: peer credentials of the admin socket
 */
public record ResetRequest(
        String guest,
        Optional<Level> prove,
        Optional<Duration> within,
        String reason,
        Set<HazardId> force,
        boolean dryRun,
        Optional<String> key,
        String by) {
    public ResetRequest {
        force = Set.copyOf(force);
    }
}
