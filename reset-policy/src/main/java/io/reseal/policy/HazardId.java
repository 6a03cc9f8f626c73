package io.reseal.policy;

/** The stable id of a known reason why a reset would harm or mislead. */
public enum HazardId implements Word {
    /** QEMU older than 11.0 terminates a guest of a protected kind in place of resetting it. */
    QEMU_TOO_OLD("qemu-too-old"),
    /** On QEMU 11.0 and 11.1 a SEV-type guest reset while it does not run makes the next {@code cont} abort QEMU. */
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
    /** The vCPUs' TSC frequency is not a multiple of 25 MHz: the first reset of a TDX guest kills QEMU. */
    TDX_TSC("tdx-tsc"),
    /** QEMU's descriptors are nearly used up, of which each rebuild leaks one. */
    REBUILDS_USED_UP("rebuilds-used-up"),
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

    /** Whether an operator may override it: not where a second reset is known to end in a dead QEMU. */
    public boolean forceable() {
        return this != REBUILD_FAILED;
    }
}
