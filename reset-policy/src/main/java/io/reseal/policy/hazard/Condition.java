package io.reseal.policy.hazard;

import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.launch.LaunchHistory;

/**
 * What of a guest's condition hazards depend on.
 *
 * @param terms of the operator for this guest
 * @param launches what it was launched from, and would be next
 * @param rebuildFailed a rebuild of this QEMU process has failed before
 * @param rebuildDoubted nothing tells whether one has
 */
public record Condition(
        RunState runState,
        boolean migrating,
        ResetPolicy.Terms terms,
        LaunchHistory launches,
        boolean rebuildFailed,
        boolean rebuildDoubted) {}
