package io.reseal.policy.signal;

import io.reseal.policy.RunState;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch;

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
public record GuestReading(
        RunState runState,
        boolean migrating,
        boolean rebuildForced,
        Launch launch,
        HostCapacity room,
        VcpuCounters counters) {
    /** With what was read again. */
    public GuestReading with(RunState readRunState, VcpuCounters readCounters) {
        return new GuestReading(readRunState, migrating, rebuildForced, launch, room, readCounters);
    }
}
