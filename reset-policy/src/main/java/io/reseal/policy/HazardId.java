package io.reseal.policy;

/** The stable id of a known reason why a reset would harm or mislead. */
public enum HazardId implements Word {
    /** QEMU older than 11.0 terminates a guest of a protected kind in place of resetting it. */
    QEMU_TOO_OLD("qemu-too-old"),
    /** On QEMU 11.0 and 11.1 a SEV-type guest reset while it does not run makes the next {@code cont} abort QEMU. */
    PAUSED_SEV("paused-sev"),
    /** QEMU was told to treat a reboot as a shutdown: the reset ends the VM. */
    REBOOT_IS_SHUTDOWN("reboot-is-shutdown"),
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
