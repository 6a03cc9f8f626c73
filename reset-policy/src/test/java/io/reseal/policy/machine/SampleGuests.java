package io.reseal.policy.machine;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.QemuIdentity;
import io.reseal.policy.QemuRelease;
import io.reseal.policy.RebootAction;
import io.reseal.policy.VcpuCounters;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Guests as they are read at an attach, and what their vCPUs count. */
public final class SampleGuests {
    public static GuestFacts guest(GuestKind kind) {
        return new GuestFacts(
                "uuid-1",
                QemuIdentity.of(new QemuIdentity.ProcessId(4711, 99)),
                true,
                kind,
                new QemuRelease(11, 1, 3),
                true,
                false,
                RebootAction.RESET,
                false);
    }

    public static GuestFacts snp() {
        return guest(GuestKind.SEV_SNP);
    }

    public static GuestFacts tdx() {
        return guest(GuestKind.TDX);
    }

    public static GuestFacts plain() {
        return guest(GuestKind.PLAIN);
    }

    /** A plain guest with SeaBIOS whose machine has {@code x-change-vmfd-on-reset=on}. */
    public static GuestFacts forced() {
        var plain = plain();
        return plain.withRebuildForced(true);
    }

    public static GuestFacts echoing(GuestFacts of) {
        return new GuestFacts(
                of.uuid(),
                of.identity(),
                of.processSeen(),
                of.kind(),
                of.qemu(),
                of.kvm(),
                of.rebuildForced(),
                of.rebootAction(),
                true);
    }

    /** The same guest, served by a process of that identity. */
    public static GuestFacts servedBy(GuestFacts of, QemuIdentity identity) {
        return new GuestFacts(
                of.uuid(),
                identity,
                of.processSeen(),
                of.kind(),
                of.qemu(),
                of.kvm(),
                of.rebuildForced(),
                of.rebootAction(),
                of.firmwareEchoes());
    }

    public static VcpuCounters exits(long count) {
        return new VcpuCounters(Map.of("/machine/unattached/device[0]", count), Optional.empty(), OptionalLong.empty());
    }

    private SampleGuests() {}
}
