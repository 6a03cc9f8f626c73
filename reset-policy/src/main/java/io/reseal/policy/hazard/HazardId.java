package io.reseal.policy.hazard;

import io.reseal.policy.QemuRange;
import io.reseal.policy.Spelled;

/** The stable id of a known reason why a reset would harm or mislead. */
public enum HazardId implements Spelled {
    /** QEMU older than 11.0 terminates a guest of a protected kind in place of resetting it. */
    QEMU_TOO_OLD("qemu-too-old"),
    /**
     * A SEV-type guest reset while it does not run makes the next {@code cont} abort QEMU (QEMU 11.1.3, {@code
     * target/i386/sev.c:sev_vm_state_change}).
     */
    PAUSED_SEV("paused-sev"),
    /** QEMU was told to treat a reboot as a shutdown: the reset ends the VM. */
    REBOOT_IS_SHUTDOWN("reboot-is-shutdown"),
    /** A manager that is known to set the reboot action over QMP has this guest: what a reboot is cannot be known. */
    REBOOT_ACTION_UNKNOWN("reboot-action-unknown"),
    /** QEMU's process cannot be seen, and so neither its command line nor its files and descriptors. */
    PROCESS_UNSEEN("process-unseen"),
    /** A run state in which a reset leaves the guest dead, or changes nothing, or destroys what it is there for. */
    NOT_RUNNING("not-running"),
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
    /** The IGVM file on disk is not what QEMU read at its start, or gone: a reset keeps the old one. For information only. */
    IGVM_STALE("igvm-stale"),
    /** Not exactly one {@code igvm-cfg} object, or not the machine's: every such object is replayed at a reset. */
    IGVM_OBJECTS("igvm-objects"),
    /** An IGVM guest that has never run nor been reset: its pages would be sent twice, and QEMU exits at {@code cont}. */
    IGVM_NOT_RUN("igvm-not-run"),
    /** Plain SEV or SEV-ES with IGVM: measured before its pages are there. */
    SEV_IGVM("sev-igvm"),
    /** TDX with IGVM, which QEMU 11.1 does not support. */
    TDX_IGVM("tdx-igvm"),
    /** Each launch from a bundle leaks memory: for information, until the next one would pass the limit of a control group. */
    IGVM_LEAK("igvm-leak"),
    /** The policy that the guest was launched with is not the bundle's, which holds from the next reset on. */
    POLICY_TRAP("policy-trap"),
    /** The ID block demands another launch digest than the launch can have: the PSP refuses it. */
    ID_BLOCK_MISMATCH("id-block-mismatch"),
    /** The ID block demands one of the launch digests that the launch can have, by the guest's interrupt flags. */
    ID_BLOCK_INTERRUPTS("id-block-interrupts"),
    /** What else than firmware and bundle a launch is made of has changed: vCPUs, properties of the confidential-guest object. */
    LAUNCH_CHANGED("launch-changed"),
    /** A migration is under way. */
    MIGRATING("migrating"),
    /** An earlier rebuild may have failed, and nothing tells whether it did. */
    REBUILD_IN_DOUBT("rebuild-in-doubt"),
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

    /** The QEMU releases that have it; without an end until one was seen to be cured. */
    public QemuRange affected() {
        return switch (this) {
            case QEMU_TOO_OLD -> QemuRange.before(11, 0);
            case REBOOT_IS_SHUTDOWN, REBOOT_ACTION_UNKNOWN, PROCESS_UNSEEN, NOT_RUNNING, MIGRATING, STATEFUL ->
                QemuRange.ALL;
            case PAUSED_SEV,
                    SEV_IGVM,
                    TDX_IGVM,
                    FIRMWARE_CHANGED,
                    FIRMWARE_GONE,
                    SEV_ES_PFLASH,
                    NO_SPARE_ASID,
                    TDX_TSC,
                    REBUILDS_USED_UP,
                    IGVM_STALE,
                    IGVM_OBJECTS,
                    IGVM_NOT_RUN,
                    IGVM_LEAK,
                    POLICY_TRAP,
                    ID_BLOCK_MISMATCH,
                    ID_BLOCK_INTERRUPTS,
                    LAUNCH_CHANGED,
                    REBUILD_IN_DOUBT,
                    REBUILD_FAILED -> QemuRange.from(11, 0);
        };
    }

    /** Whether a set-action before the reset takes it away. */
    public boolean curedBySetAction() {
        return this == REBOOT_IS_SHUTDOWN || this == REBOOT_ACTION_UNKNOWN;
    }

    /** Whether an operator may override it: not where a second reset is known to end in a dead QEMU. */
    public boolean forceable() {
        return this != REBUILD_FAILED;
    }
}
