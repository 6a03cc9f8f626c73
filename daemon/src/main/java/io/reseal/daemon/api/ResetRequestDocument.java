package io.reseal.daemon.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/**
 * The body of a request for a reset; what is left out is decided by the guest's policy.
 *
 * @param prove level to show
 * @param within time allowed, such as {@code 30s}
 * @param key idempotency key
 * @param force ids of hazards to override
 */
public record ResetRequestDocument(
        @JsonInclude String reason,
        @JsonInclude boolean dryRun,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> prove,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> within,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> key,
        @JsonInclude List<String> force) {}
