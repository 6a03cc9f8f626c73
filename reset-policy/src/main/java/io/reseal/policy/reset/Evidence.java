package io.reseal.policy.reset;

import io.reseal.policy.Level;
import java.time.Instant;
import java.util.Optional;

/**
 * One observation about a reset.
 *
 * @param at when it was made; QEMU's own time for RESET
 * @param kind where it comes from
 * @param outcome what it says
 * @param level the level it speaks of, where it speaks of one
 * @param detail one sentence for people
 */
public record Evidence(Instant at, EvidenceKind kind, Outcome outcome, Optional<Level> level, String detail) {}
