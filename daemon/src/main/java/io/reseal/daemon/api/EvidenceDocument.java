package io.reseal.daemon.api;

import java.time.Instant;
import java.util.Optional;

/**
 * One piece of evidence of a reset.
 *
 * @param outcome what it means for {@code level}
 */
public record EvidenceDocument(Instant at, String kind, String outcome, Optional<String> level, String detail) {}
