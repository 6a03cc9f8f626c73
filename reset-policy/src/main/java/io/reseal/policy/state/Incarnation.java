package io.reseal.policy.state;

import io.reseal.policy.VcpuCounters;
import io.reseal.policy.launch.LaunchHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The KVM context of a guest from a launch or reset to the next.
 *
 * @param number 1 for the first that was seen of a QEMU process
 * @param since when it began, or was first seen
 * @param counters last read in it; empty when none was
 * @param launches what it was launched from, and what the next one would be
 * @param rebuildFailed a rebuild of this QEMU process has failed
 * @param doubted a rebuild of this QEMU process may have failed: the counters before it, or {@link VcpuCounters#NONE} if none were read
 */
public record Incarnation(
        int number,
        Instant since,
        Optional<VcpuCounters> counters,
        LaunchHistory launches,
        boolean rebuildFailed,
        Optional<VcpuCounters> doubted) {

    /** Of a QEMU process of which nothing is known. */
    public static Incarnation first(Instant now) {
        return new Incarnation(1, now, Optional.empty(), LaunchHistory.UNKNOWN, false, Optional.empty());
    }

    public Incarnation next(Instant now) {
        return new Incarnation(number + 1, now, Optional.empty(), launches, rebuildFailed, doubted);
    }

    /** The same, after so many of which nothing was read. */
    public Incarnation after(int unread) {
        return new Incarnation(number + unread, since, counters, launches, rebuildFailed, doubted);
    }

    /** The firmware reset once more: counters from before say nothing. */
    public Incarnation echoed(Instant now) {
        return new Incarnation(number, now, Optional.empty(), launches, rebuildFailed, doubted);
    }

    public Incarnation with(VcpuCounters read) {
        return new Incarnation(number, since, Optional.of(read), launches.seen(read), rebuildFailed, doubted);
    }

    /** Its counters begin again, though nobody reset it. */
    public Incarnation restartCounters() {
        return new Incarnation(number, since, Optional.empty(), launches, rebuildFailed, doubted);
    }

    public Incarnation with(LaunchHistory changed) {
        return new Incarnation(number, since, counters, changed, rebuildFailed, doubted);
    }

    public Incarnation rebuildFailed(boolean failed) {
        return new Incarnation(number, since, counters, launches, failed, doubted);
    }

    public Incarnation doubted(Optional<VcpuCounters> before) {
        return new Incarnation(number, since, counters, launches, rebuildFailed, before);
    }

    /** A new KVM context was seen: no rebuild has failed. */
    public Incarnation rebuilt() {
        return rebuildFailed(false).doubted(Optional.empty());
    }

    /** With times by another clock. */
    public Incarnation shifted(Duration by) {
        return new Incarnation(number, since.plus(by), counters, launches, rebuildFailed, doubted);
    }

    /** Whether only the counters are others than {@code before}, and those of the same vCPUs in the same state of launch. */
    boolean onlyCountedSince(Incarnation before) {
        return number == before.number
                && since.equals(before.since)
                && rebuildFailed == before.rebuildFailed
                && doubted.equals(before.doubted)
                && launches.equals(before.launches)
                && counters.isPresent()
                && before.counters.filter(counters.get()::sameVcpus).isPresent();
    }

    /** SEV firmware has no launch of it. */
    public boolean notLaunched() {
        return counters.filter(VcpuCounters::notLaunched).isPresent();
    }
}
