package io.reseal.policy;

/**
 * How much of a reset is proven, in ascending order. A level includes those below it that apply to the guest's kind.
 */
public enum Level implements Spelled {
    /** QMP returned success. */
    ACKNOWLEDGED("acknowledged"),
    /** A RESET event after our request (or alone, for resets that others began), no STOP before it. */
    OBSERVED("observed"),
    /** Run state {@code running}, and still so after the settle time. */
    RUNNING("running"),
    /** Every informative vCPU's KVM {@code exits} counter restarted. */
    REBUILT("rebuilt"),
    /** The launch identity is what it was, or is on the allow-list. */
    SAME_LAUNCH("same-launch"),
    /** Firmware or kernel progress was seen. */
    BOOTING("booting"),
    /** The guest itself answered with another boot id. */
    ALIVE("alive"),
    /** Fresh attestation evidence matched the expected digest. */
    ATTESTED("attested");

    /** The highest level for which this version of Reseal can gather evidence. */
    public static final Level HIGHEST_PROVABLE = SAME_LAUNCH;

    private final String text;

    Level(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }

    /** Whether this version of Reseal can gather evidence for the level. */
    public boolean provable() {
        return compareTo(HIGHEST_PROVABLE) <= 0;
    }
}
