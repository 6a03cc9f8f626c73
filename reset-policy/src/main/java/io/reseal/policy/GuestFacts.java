package io.reseal.policy;

import java.util.Optional;

/**
 * What a guest is, read when it was attached and constant while its QEMU lives, but for {@code rebuildForced} and
 * {@code rebootIsShutdown}, which QMP can change at run time.
 *
 * @param uuid as QEMU tells it
 * @param process identity of the QEMU process, where the kernel tells it
 * @param kvm whether KVM runs the guest; TCG has no vCPU counters and rebuilds nothing
 * @param rebuildForced machine property {@code x-change-vmfd-on-reset}
 * @param rebootIsShutdown {@code -no-reboot} or {@code -action reboot=shutdown} on the command line, until we undid it
 * @param firmwareEchoes whether the firmware answers each reset with one of its own, as SeaBIOS does
 */
public record GuestFacts(
        String uuid,
        Optional<ProcessId> process,
        GuestKind kind,
        QemuRelease qemu,
        boolean kvm,
        boolean rebuildForced,
        boolean rebootIsShutdown,
        boolean firmwareEchoes) {

    /**
     * A process, told from a later one with the same pid by its start time.
     *
     * @param startTicks field 22 of {@code /proc/PID/stat}, in clock ticks since boot
     */
    public record ProcessId(long pid, long startTicks) {}

    /** Whether a reset closes the KVM context and opens a new one (QEMU 11.1, {@code qemu_system_reset}). */
    public boolean rebuiltOnReset() {
        return kvm && (kind.alwaysRebuilt() || rebuildForced);
    }

    /** Whether both are the same QEMU process; unknown processes are the same when their UUIDs are. */
    boolean sameGuest(GuestFacts other) {
        boolean told = process.isPresent() && other.process.isPresent();
        return told ? process.equals(other.process) : uuid.equals(other.uuid);
    }

    GuestFacts withRebootIsShutdown(boolean shutdown) {
        return new GuestFacts(uuid, process, kind, qemu, kvm, rebuildForced, shutdown, firmwareEchoes);
    }

    GuestFacts withRebuildForced(boolean forced) {
        return new GuestFacts(uuid, process, kind, qemu, kvm, forced, rebootIsShutdown, firmwareEchoes);
    }
}
