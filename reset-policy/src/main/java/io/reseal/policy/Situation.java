package io.reseal.policy;

/**
 * What of a guest changes from moment to moment, read over QMP in this order, the counters last.
 *
 * @param runState of {@code query-status}
 * @param migrating {@code query-migrate} tells of a migration under way
 * @param rebuildForced machine property {@code x-change-vmfd-on-reset}
 * @param counters of {@code query-stats}
 */
public record Situation(String runState, boolean migrating, boolean rebuildForced, VcpuCounters counters) {}
