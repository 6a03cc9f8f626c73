package io.reseal.daemon.api;

import java.util.List;

/**
 * What a reset would do.
 *
 * @param dryRun always true
 * @param sends commands to QEMU
 * @param shows levels that could be shown
 */
public record PlanDocument(
        String guest,
        boolean dryRun,
        boolean resettable,
        List<HazardDocument> hazards,
        List<String> sends,
        List<String> shows) {}
