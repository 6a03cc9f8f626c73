package io.reseal.policy;

import java.util.List;

/** Hazards that lie in what the next launch is made of. They concern guests that QEMU rebuilds at a reset (11.0 and newer). */
final class LaunchHazards {
    /** QEMU refuses firmware of another size (QEMU 11.1, hw/i386/x86-common.c: x86_bios_rom_reload). */
    private static final long BIOS_UNIT = 64 * 1024;

    /** QEMU 11.1.3 cannot rebuild a TDX guest with another frequency: KVM_SET_TSC_KHZ fails. */
    private static final long TSC_UNIT_HZ = 25_000_000;

    /**
     * A rebuild opens a VM, its guest_memfds, and two descriptors for each vCPU before the old ones are closed; this leaves room
     * for a guest of a dozen vCPUs.
     */
    static final long FEW_DESCRIPTORS = 32;

    static void add(List<Hazard> found, GuestFacts facts, Outlook outlook) {
        if (!facts.rebuiltOnReset()) {
            return;
        }
        firmware(found, facts, outlook);
        if (facts.kind().alwaysRebuilt()) {
            room(found, facts, outlook.room());
        }
        if (facts.kind() == GuestKind.TDX && oddTsc(outlook.next())) {
            found.add(new Hazard(
                    HazardId.TDX_TSC,
                    "The vCPUs' tsc-frequency is not a multiple of 25 MHz: the first reset kills QEMU.",
                    "Start the guest with a tsc-frequency that is a multiple of 25000000, or without one."));
        }
    }

    private static void firmware(List<Hazard> found, GuestFacts facts, Outlook outlook) {
        outlook.next().firmware().ifPresent(firmware -> {
            if (firmware.pflash()) {
                pflash(found, facts);
            } else if (unusable(firmware)) {
                found.add(new Hazard(
                        HazardId.FIRMWARE_GONE,
                        "The firmware %s is missing or its size is not a multiple of 64 KiB: QEMU exits at the reset, without an event."
                                .formatted(firmware.path()),
                        "Put the firmware file back where QEMU finds it."));
            } else if (facts.kind().alwaysRebuilt() && outlook.firmwareChanged()) {
                found.add(
                        new Hazard(
                                HazardId.FIRMWARE_CHANGED,
                                "The firmware %s was changed since QEMU loaded it: the next launch has another measurement."
                                        .formatted(firmware.path()),
                                "Put the former file back; or, if the change is meant, force the reset and expect another measurement."));
            }
        });
    }

    private static boolean unusable(Launch.Firmware firmware) {
        return firmware.file()
                .map(file -> file.size() == 0 || file.size() % BIOS_UNIT != 0)
                .orElse(true);
    }

    private static void pflash(List<Hazard> found, GuestFacts facts) {
        if (facts.kind() == GuestKind.SEV_ES) {
            found.add(new Hazard(
                    HazardId.SEV_ES_PFLASH,
                    "The firmware is in pflash, which QEMU does not encrypt again at a rebuild: the guest very probably hangs.",
                    "Start the guest with -bios in place of pflash; until then shut it down and start it again."));
        }
    }

    private static void room(List<Hazard> found, GuestFacts facts, Room room) {
        if (room.keys().isPresent() && room.keys().getAsLong() <= 0) {
            found.add(new Hazard(
                    HazardId.NO_SPARE_ASID,
                    "The host has no %s to spare: the rebuild fails, as the guest keeps its own until the new one stands."
                            .formatted(facts.kind() == GuestKind.TDX ? "TDX key id" : "ASID"),
                    "Shut down or move another confidential guest of this host first."));
        }
        if (room.descriptors().isPresent() && room.descriptors().getAsLong() < FEW_DESCRIPTORS) {
            found.add(new Hazard(
                    HazardId.REBUILDS_USED_UP,
                    "QEMU may open only %d descriptors more, of which a rebuild needs several and leaks one: it fails and cannot be repaired."
                            .formatted(room.descriptors().getAsLong()),
                    "Raise the limit of the running QEMU: prlimit --pid PID --nofile=65536."));
        }
    }

    private static boolean oddTsc(Launch launch) {
        var frequency = launch.properties().get("tsc-frequency");
        if (frequency == null || !frequency.matches("[0-9]{1,18}")) {
            return false;
        }
        return Long.parseLong(frequency) % TSC_UNIT_HZ != 0;
    }

    private LaunchHazards() {}
}
