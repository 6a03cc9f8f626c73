package io.reseal.policy.launch;

import java.util.OptionalLong;

/**
 * What a rebuild takes from the host, and how much of it is left; empty where it cannot be known.
 *
 * @param keys ASIDs (SEV types) or key ids (TDX) that no guest holds: {@code misc.capacity} less {@code misc.current}
 * @param descriptors that the QEMU process may still open; QEMU 11.1 leaks one for each rebuild of a SEV type
 * @param leaked descriptors of {@code /dev/sev} that former rebuilds of the QEMU process have leaked
 * @param memory in bytes, up to the limit of the QEMU process's control groups
 */
public record HostCapacity(OptionalLong keys, OptionalLong descriptors, OptionalLong leaked, OptionalLong memory) {
    /** Nothing is known. */
    public static final HostCapacity UNKNOWN = new HostCapacity(OptionalLong.empty(), OptionalLong.empty());

    /** Of a process of which nothing else is known. */
    public HostCapacity(OptionalLong keys, OptionalLong descriptors) {
        this(keys, descriptors, OptionalLong.empty(), OptionalLong.empty());
    }
}
