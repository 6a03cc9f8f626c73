package io.reseal.policy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Cumulative KVM counters of each vCPU, by QOM path ({@code query-stats} with target {@code vcpu}).
 *
 * <p>They restart near zero when a reset opens a new KVM context and grow monotonically otherwise, also over an ordinary reset
 * and over a rebuild that failed: so a fall of any of them is the sign of a new context (QEMU 11.1.3 on Linux 6.18: none of the 42
 * fell in 600 readings over resets, pauses, NMIs and plugged vCPUs). Counters of target {@code vm} are no substitute: they restart
 * after half a rebuild too (QEMU 11.1.3).
 *
 * @param exits the counter {@code exits}; empty under TCG
 * @param others further ones, by their names: those of a guest that boots as it did before may be as high again, where the time
 *     that it slept or the preemptions by the host are not
 * @param sevState {@code query-sev.state}, for SEV types only
 * @param sevHandle {@code query-sev.handle}, for SEV and SEV-ES only: each launch is given another
 */
public record VcpuCounters(
        Map<String, Long> exits,
        Map<String, Map<String, Long>> others,
        Optional<String> sevState,
        OptionalLong sevHandle) {
    /** What is read beside {@code exits}: those that grow in most guests. Kernels before 5.14 have none. */
    public static final List<String> OTHERS = List.of(
            "halt_exits",
            "halt_wait_ns",
            "insn_emulation",
            "io_exits",
            "irq_injections",
            "preemption_other",
            "req_event",
            "tlb_flush");

    /** Nothing was read. */
    public static final VcpuCounters NONE = new VcpuCounters(Map.of(), Optional.empty(), OptionalLong.empty());

    /** A vCPU below this many exits (a parked one has 0 or 1) says nothing: its counter may fall by chance or not at all. */
    public static final long INFORMATIVE = 64;

    /**
     * More exits than any vCPU makes in a second: one costs at least a quarter of a microsecond. A counter that did not fall
     * contradicts a rebuild only if it could not have grown back in the time since.
     */
    static final long EXITS_PER_SECOND = 4_000_000;

    public VcpuCounters {
        exits = Map.copyOf(exits);
        others = copied(others);
    }

    private static Map<String, Map<String, Long>> copied(Map<String, Map<String, Long>> others) {
        var copies = HashMap.<String, Map<String, Long>>newHashMap(others.size());
        others.forEach((vcpu, counters) -> copies.put(vcpu, Map.copyOf(counters)));
        return Map.copyOf(copies);
    }

    /** With no counters but the exits. */
    public VcpuCounters(Map<String, Long> exits, Optional<String> sevState, OptionalLong sevHandle) {
        this(exits, Map.of(), sevState, sevHandle);
    }

    /** What a comparison with an earlier reading says about a rebuild in between. */
    public enum Reading {
        /** Of every informative vCPU a counter is smaller than it was. */
        RESTARTED,
        /** The counters of an informative vCPU went on. */
        WENT_ON,
        /** No informative vCPU, or one whose counters may have grown back. */
        SAYS_NOTHING
    }

    /**
     * Compares with {@code before}.
     *
     * @param since the time in which a restarted counter could have grown; zero for a guest that does not run
     */
    public Reading against(VcpuCounters before, Duration since) {
        var informative = before.exits.entrySet().stream()
                .filter(vcpu -> vcpu.getValue() >= INFORMATIVE && exits.containsKey(vcpu.getKey()))
                .map(Map.Entry::getKey)
                .toList();
        var whole = informative.stream()
                .filter(vcpu -> fallen(before, vcpu).isEmpty())
                .toList();
        if (!informative.isEmpty() && whole.isEmpty()) {
            return Reading.RESTARTED;
        }
        double growth = EXITS_PER_SECOND * (since.toNanos() / 1e9);
        boolean wentOn = whole.stream().anyMatch(vcpu -> exits.getOrDefault(vcpu, 0L) > growth);
        return wentOn ? Reading.WENT_ON : Reading.SAYS_NOTHING;
    }

    /** The counters that are smaller than they were {@code before}, of any vCPU that both have. */
    public SortedSet<String> fallen(VcpuCounters before) {
        return before.exits.keySet().stream()
                .flatMap(vcpu -> fallen(before, vcpu).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> fallen(VcpuCounters before, String vcpu) {
        var fallen = new TreeSet<String>();
        if (exits.containsKey(vcpu) && exits.get(vcpu) < before.exits.getOrDefault(vcpu, 0L)) {
            fallen.add("exits");
        }
        var now = others.getOrDefault(vcpu, Map.of());
        before.others.getOrDefault(vcpu, Map.of()).forEach((name, was) -> {
            if (now.getOrDefault(name, was) < was) {
                fallen.add(name);
            }
        });
        return fallen;
    }

    /** Whether a vCPU has made exits since {@code before}, which was read in the same KVM context. */
    public boolean grewSince(VcpuCounters before) {
        return before.exits.entrySet().stream()
                .anyMatch(vcpu -> exits.getOrDefault(vcpu.getKey(), 0L) > vcpu.getValue());
    }

    /** Whether both are of the same vCPUs, and SEV firmware tells the same of them. */
    public boolean sameVcpus(VcpuCounters before) {
        return exits.keySet().equals(before.exits.keySet())
                && sevState.equals(before.sevState)
                && sevHandle.equals(before.sevHandle);
    }

    /** SEV firmware has no launch of this guest: after a RESET the sure sign of a rebuild that failed (QEMU 11.1.3). */
    public boolean notLaunched() {
        return sevState.map("uninit"::equals).orElse(false);
    }

    /** SEV firmware waits for more pages of a launch, or for its end. */
    public boolean launching() {
        return sevState.map("launch-update"::equals).orElse(false);
    }

    /** SEV firmware tells of a launch that is not finished; QEMU finishes it before the RESET of a guest that runs. */
    public boolean launchUnfinished() {
        return sevState.map(state -> !state.equals("running")).orElse(false);
    }

    /** Both handles are known and the same: SEV firmware was asked for no launch in between (QEMU 11.1.3, LAUNCH_START). */
    public boolean sameHandle(VcpuCounters before) {
        return sevHandle.isPresent() && sevHandle.equals(before.sevHandle);
    }

    /** The sum over all vCPUs, for people. */
    public long total() {
        return exits.values().stream().mapToLong(Long::longValue).sum();
    }
}
