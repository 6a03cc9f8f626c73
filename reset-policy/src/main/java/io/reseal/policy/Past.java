package io.reseal.policy;

/**
 * What was seen of a QEMU process so far.
 *
 * @param resets of it, seen or inferred, echoes of firmware not counted
 * @param hasRun whether the present life was seen to run
 * @param counted whether the vCPU counters of the present life were read
 */
public record Past(long resets, boolean hasRun, boolean counted) {
    static final Past UNKNOWN = new Past(0, false, false);

    Past ran() {
        return new Past(resets, true, counted);
    }

    /**
     * A vCPU that has never run has no exits; the boundary is that of an informative counter. After a reset that did not
     * rebuild the guest the counters go on, and say nothing of the life that it began.
     */
    Past counted(VcpuCounters read) {
        boolean run =
                resets == 0 && read.exits().values().stream().anyMatch(exits -> exits >= VcpuCounters.INFORMATIVE);
        return new Past(resets, hasRun || run, counted || !read.exits().isEmpty());
    }

    Past reset() {
        return new Past(resets + 1, false, false);
    }
}
