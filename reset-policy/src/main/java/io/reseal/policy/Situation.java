package io.reseal.policy;

/**
 * What of a guest changes from moment to moment, read over QMP in this order, the counters last.
 *
 * @param runState of {@code query-status}
 * @param migrating {@code query-migrate} tells of a migration under way
 * @param rebuildForced machine property {@code x-change-vmfd-on-reset}
 * @param launch what the next launch is made of
 * @param room what the host has left for a rebuild
 * @param counters of {@code query-stats}
 */
public record Situation(
        RunState runState, boolean migrating, boolean rebuildForced, Launch launch, Room room, VcpuCounters counters) {
    /** With what was read again. */
    public Situation with(RunState readRunState, VcpuCounters readCounters) {
        return new Situation(readRunState, migrating, rebuildForced, launch, room, readCounters);
    }
}
