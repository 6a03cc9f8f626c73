package io.reseal.policy;

/** The stable id of a known reason why a reset would harm or mislead. */
public enum HazardId implements Word {
    /** QEMU older than 11.0 terminates a guest of a protected kind in place of resetting it. */
    QEMU_TOO_OLD("qemu-too-old"),
    /**
     * A SEV-type guest reset while it does not run makes the next {@code cont} abort QEMU (QEMU 11.1.3, {@code
     * target/i386/sev.c:sev_vm_state_change}); no release after 11.1 was looked at.
     */
    PAUSED_SEV("paused-sev"),
    /** QEMU was told to treat a reboot as a shutdown: the reset ends the VM. */
    REBOOT_IS_SHUTDOWN("reboot-is-shutdown"),
    /** The {@code -bios} file is not what was loaded: the next launch has another measurement. */
    FIRMWARE_CHANGED("firmware-changed"),
    /** The {@code -bios} file is missing, or its size is not a multiple of 64 KiB: QEMU exits at the reset. */
    FIRMWARE_GONE("firmware-gone"),
    /** Pflash firmware of a SEV-ES guest is not encrypted again at a rebuild. */
    SEV_ES_PFLASH("sev-es-pflash"),
    /** The host has no ASID or key id to spare, which a rebuild needs beside the one that the guest holds. */
    NO_SPARE_ASID("no-spare-asid"),
    /** The operator declared that the guest keeps state in its memory, such as the vTPM of an SVSM. */
    STATEFUL("stateful"),
    /** The vCPUs' TSC frequency is not a multiple of 25 MHz: the first reset of a TDX guest kills QEMU. */
    TDX_TSC("tdx-tsc"),
    /** QEMU's descriptors are nearly used up, of which each rebuild of a SEV type leaks one. */
    REBUILDS_USED_UP("rebuilds-used-up"),
    /** The IGVM file on disk is not what QEMU read at its start: a reset keeps the old one. For information only. */
    IGVM_STALE("igvm-stale"),
    /** Not exactly one {@code igvm-cfg} object, or not the machine's: every such object is replayed at a reset. */
    IGVM_OBJECTS("igvm-objects"),
    /** An IGVM guest that has not run yet: its pages would be sent twice, and QEMU exits at {@code cont}. */
    IGVM_NOT_RUN("igvm-not-run"),
    /** Plain SEV or SEV-ES with IGVM: measured before its pages are there. */
    SEV_IGVM("sev-igvm"),
    /** TDX with IGVM, which QEMU 11.0 and 11.1 do not support. */
    TDX_IGVM("tdx-igvm"),
    /** The policy on the command line is not the bundle's, which holds from the first reset on. */
    POLICY_TRAP("policy-trap"),
    /** The ID block demands another launch digest than the launch can have: the PSP refuses it. */
    ID_BLOCK_MISMATCH("id-block-mismatch"),
    /** The ID block demands one of the launch digests that the launch can have, by the guest's interrupt flags. For information. */
    ID_BLOCK_INTERRUPTS("id-block-interrupts"),
    /** What else than firmware and bundle a launch is made of has changed: vCPUs, properties of the confidential-guest object. */
    LAUNCH_CHANGED("launch-changed"),
    /** A migration is under way. */
    MIGRATING("migrating"),
    /** An earlier rebuild failed: for SEV-ES, SEV-SNP and TDX only a new QEMU process helps. */
    REBUILD_FAILED("rebuild-failed");

    private final String text;

    HazardId(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }

    /** The QEMU releases that have it. */
    public QemuRange affected() {
        return switch (this) {
            case QEMU_TOO_OLD -> QemuRange.before(11, 0);
            case PAUSED_SEV, SEV_IGVM, TDX_IGVM -> QemuRange.from(11, 0).until(11, 2);
            case REBOOT_IS_SHUTDOWN, MIGRATING, STATEFUL -> QemuRange.ALL;
            case FIRMWARE_CHANGED,
                    FIRMWARE_GONE,
                    SEV_ES_PFLASH,
                    NO_SPARE_ASID,
                    TDX_TSC,
                    REBUILDS_USED_UP,
                    IGVM_STALE,
                    IGVM_OBJECTS,
                    IGVM_NOT_RUN,
                    POLICY_TRAP,
                    ID_BLOCK_MISMATCH,
                    ID_BLOCK_INTERRUPTS,
                    LAUNCH_CHANGED,
                    REBUILD_FAILED -> QemuRange.from(11, 0);
        };
    }

    /** Whether it stops a reset; what does not is told for information. */
    public boolean stops() {
        return this != IGVM_STALE && this != ID_BLOCK_INTERRUPTS;
    }

    /** Whether an operator may override it: not where a second reset is known to end in a dead QEMU. */
    public boolean forceable() {
        return this != REBUILD_FAILED;
    }
}
