package io.reseal.policy.hazard;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch;
import java.util.List;

/** Hazards that lie in what the next launch is made of, and in what it takes of the host. */
public final class LaunchHazards {
    /** QEMU refuses firmware of another size (QEMU 11.1, hw/i386/x86-common.c:x86_bios_rom_reload). */
    private static final long BIOS_UNIT = 64 * 1024;

    /** At the first launch the frequency is not set, at a rebuild it is, and checked (QEMU 11.1, tdx.c:tdx_pre_create_vcpu). */
    private static final long TSC_UNIT_HZ = 25_000_000;

    /**
     * A rebuild closes a descriptor before it opens its successor, but for that of {@code /dev/sev}, which it leaks (QEMU
     * 11.1.3). This is room for the resets until somebody acts, and for what a guest of a dozen vCPUs may open in that time.
     */
    static final long FEW_DESCRIPTORS = 32;

    /** Adds those of a guest that QEMU relaunches at each reset. */
    static void add(List<Hazard> found, GuestFacts facts, Condition now) {
        var launches = now.launches();
        if (facts.kind().alwaysRebuilt()) {
            launches.next().firmware().ifPresent(firmware -> firmware(found, facts, now, firmware));
            ChangeHazards.add(found, facts, now);
            keys(found, facts, launches.room());
            descriptors(found, launches.room());
            tsc(found, facts, launches.next());
        }
    }

    private static void firmware(List<Hazard> found, GuestFacts facts, Condition now, Launch.Firmware firmware) {
        if (firmware.pflash()) {
            pflash(found, facts);
        } else if (unusable(firmware)) {
            found.add(new Hazard(
                    HazardId.FIRMWARE_GONE,
                    "%s is missing, unreadable or not of a size that is a multiple of 64 KiB: the reset ends QEMU without an event."
                            .formatted(firmware.path()),
                    "Put the firmware file back, under the same name."));
        } else if (now.launches().firmwareChanged()
                && !now.terms().allows(now.launches().expected())) {
            found.add(firmwareChanged(now, firmware, Hazards.forceHelps(facts, now)));
        }
    }

    public static boolean unusable(Launch.Firmware firmware) {
        return firmware.file()
                .map(file -> file.size() == 0 || file.size() % BIOS_UNIT != 0)
                .orElse(true);
    }

    private static Hazard firmwareChanged(Condition now, Launch.Firmware firmware, boolean forceHelps) {
        var measured = now.launches().expected();
        return new Hazard(
                HazardId.FIRMWARE_CHANGED,
                (now.launches().firmwareKnown()
                                ? "%s is not what QEMU has loaded: the next launch has another measurement%s."
                                : "%s may not be what QEMU has loaded, it or its path is too new: the next launch may have another measurement%s.")
                        .formatted(
                                firmware.path(),
                                measured.map(digest -> ", " + digest.words()).orElse("")),
                "Put the former file back%s%s."
                        .formatted(
                                measured.map(digest -> "; or allow " + digest.entries())
                                        .orElse(""),
                                forceHelps ? "; or force the reset and expect that measurement" : ""));
    }

    private static void pflash(List<Hazard> found, GuestFacts facts) {
        if (facts.kind() == GuestKind.SEV_ES) {
            found.add(new Hazard(
                    HazardId.SEV_ES_PFLASH,
                    "The firmware is in pflash, which a rebuild does not encrypt again: the guest very probably hangs.",
                    "Start the guest with -bios in place of pflash; until then shut it down and start it again."));
        }
    }

    private static void keys(List<Hazard> found, GuestFacts facts, HostCapacity room) {
        if (room.keys().isPresent() && room.keys().getAsLong() <= 0) {
            found.add(new Hazard(
                    HazardId.NO_SPARE_ASID,
                    "The host has no %s to spare: the rebuild fails, as the old VM keeps its own until the new one stands."
                            .formatted(facts.kind() == GuestKind.TDX ? "TDX key id" : "ASID"),
                    "Shut down or move another confidential guest of this host first."));
        }
    }

    private static void descriptors(List<Hazard> found, HostCapacity room) {
        if (room.descriptors().isPresent() && room.descriptors().getAsLong() < FEW_DESCRIPTORS) {
            found.add(new Hazard(
                    HazardId.REBUILDS_USED_UP,
                    "QEMU may open only %d more descriptors, of which each rebuild takes some for good: it fails beyond repair."
                            .formatted(room.descriptors().getAsLong()),
                    "Raise the limit of the running QEMU: prlimit --pid PID --nofile=65536."));
        }
    }

    private static void tsc(List<Hazard> found, GuestFacts facts, Launch launch) {
        if (facts.kind() == GuestKind.TDX && oddTsc(launch)) {
            found.add(new Hazard(
                    HazardId.TDX_TSC,
                    "The vCPUs' tsc-frequency is not a multiple of 25 MHz: the first reset kills QEMU.",
                    "Start the guest with a tsc-frequency that is a multiple of 25000000."));
        }
    }

    /** Where none is told QEMU takes the host's, and 0 stands for that too. */
    private static boolean oddTsc(Launch launch) {
        var frequency = launch.properties().getOrDefault("tsc-frequency", "0");
        return frequency.matches("[0-9]{1,18}") && Long.parseLong(frequency) % TSC_UNIT_HZ != 0;
    }

    private LaunchHazards() {}
}
