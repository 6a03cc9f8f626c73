package io.reseal.policy;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The cumulative KVM counter {@code exits} of each vCPU, by QOM path ({@code query-stats} with target {@code vcpu}).
 *
 * <p>It restarts near zero when a reset opens a new KVM context and grows monotonically otherwise, also over an ordinary reset
 * and over a rebuild that failed. Counters of target {@code vm} are no substitute: they restart after half a rebuild
 * too (QEMU 11.1.3).
 *
 * @param exits empty under TCG
 * @param sevState {@code query-sev.state}, for SEV types only
 * @param sevHandle {@code query-sev.handle}, for SEV and SEV-ES only: each launch is given another
 */
public record VcpuCounters(Map<String, Long> exits, Optional<String> sevState, OptionalLong sevHandle) {
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
    }

    /** What a comparison with an earlier reading says about a rebuild in between. */
    public enum Reading {
        /** Every informative vCPU's counter is smaller than it was. */
        RESTARTED,
        /** An informative vCPU's counter went on. */
        WENT_ON,
        /** No informative vCPU, or one whose counter may have grown back. */
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
                .toList();
        var fallen = informative.stream()
                .filter(vcpu -> exits.getOrDefault(vcpu.getKey(), 0L) < vcpu.getValue())
                .count();
        if (!informative.isEmpty() && fallen == informative.size()) {
            return Reading.RESTARTED;
        }
        double growth = EXITS_PER_SECOND * (since.toNanos() / 1e9);
        boolean wentOn = informative.stream().anyMatch(vcpu -> {
            long now = exits.getOrDefault(vcpu.getKey(), 0L);
            return now >= vcpu.getValue() && now > growth;
        });
        return wentOn ? Reading.WENT_ON : Reading.SAYS_NOTHING;
    }

    /** Whether a vCPU has made exits since {@code before}, which was read in the same KVM context. */
    public boolean grewSince(VcpuCounters before) {
        return before.exits.entrySet().stream()
                .anyMatch(vcpu -> exits.getOrDefault(vcpu.getKey(), 0L) > vcpu.getValue());
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
