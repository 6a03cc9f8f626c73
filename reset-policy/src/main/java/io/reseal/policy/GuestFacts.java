package io.reseal.policy;

/**
 * What a guest is, read when it was attached and constant while its QEMU lives, but for {@code rebuildForced} and
 * {@code rebootAction}, which QMP can change at run time.
 *
 * @param uuid as QEMU tells it
 * @param identity of the QEMU process
 * @param processSeen whether {@code /proc} shows the process: else its command line, firmware, descriptors and bundle are unknown
 * @param kvm whether KVM runs the guest; TCG has no vCPU counters and rebuilds nothing
 * @param rebuildForced machine property {@code x-change-vmfd-on-reset}
 * @param rebootAction what a reboot is
 * @param firmwareEchoes whether the firmware answers each reset with one of its own, as SeaBIOS does
 */
public record GuestFacts(
        String uuid,
        QemuIdentity identity,
        boolean processSeen,
        GuestKind kind,
        QemuRelease qemu,
        boolean kvm,
        boolean rebuildForced,
        RebootAction rebootAction,
        boolean firmwareEchoes) {

    /** Whether a reset closes the KVM context and opens a new one (QEMU 11.1, {@code qemu_system_reset}). */
    public boolean rebuiltOnReset() {
        return kvm && (kind.alwaysRebuilt() || rebuildForced);
    }

    /** Whether both are the same QEMU process. Another UUID is another VM; the same one may be another process. */
    public Sameness compare(GuestFacts other) {
        return uuid.equals(other.uuid) ? identity.compare(other.identity) : Sameness.OTHER;
    }

    /** Whether QEMU was replaced by another in the same process ({@code cpr-exec}), which resets no guest. */
    public boolean imageReplaced(GuestFacts later) {
        return uuid.equals(later.uuid) && identity.imageReplaced(later.identity);
    }

    /** The same, with what was read again outside of QMP. */
    public GuestFacts reread(boolean seen, RebootAction action) {
        return new GuestFacts(uuid, identity, seen, kind, qemu, kvm, rebuildForced, action, firmwareEchoes);
    }

    public GuestFacts withRebootAction(RebootAction changed) {
        return new GuestFacts(uuid, identity, processSeen, kind, qemu, kvm, rebuildForced, changed, firmwareEchoes);
    }

    public GuestFacts withRebuildForced(boolean forced) {
        return new GuestFacts(uuid, identity, processSeen, kind, qemu, kvm, forced, rebootAction, firmwareEchoes);
    }
}
