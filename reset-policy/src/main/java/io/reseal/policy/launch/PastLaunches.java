package io.reseal.policy.launch;

import io.reseal.policy.VcpuCounters;

/**
 * What was seen of a QEMU process so far.
 *
 * @param resets of it, seen or inferred, echoes of firmware not counted
 * @param hasRun whether the present incarnation was seen to run
 * @param counted whether the vCPU counters of the present incarnation were read
 */
public record PastLaunches(long resets, boolean hasRun, boolean counted) {
    static final PastLaunches UNKNOWN = new PastLaunches(0, false, false);

    PastLaunches ran() {
        return new PastLaunches(resets, true, counted);
    }

    /**
     * A vCPU that has never run has no exits; the boundary is that of an informative counter. After a reset that did not
     * rebuild the guest the counters go on, and say nothing of the incarnation that it began.
     */
    PastLaunches counted(VcpuCounters read) {
        boolean run =
                resets == 0 && read.exits().values().stream().anyMatch(exits -> exits >= VcpuCounters.INFORMATIVE);
        return new PastLaunches(resets, hasRun || run, counted || !read.exits().isEmpty());
    }

    PastLaunches reset() {
        return new PastLaunches(resets + 1, false, false);
    }
}
