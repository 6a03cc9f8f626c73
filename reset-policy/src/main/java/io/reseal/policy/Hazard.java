package io.reseal.policy;

/**
 * A hazard that a guest has now.
 *
 * @param id stable id
 * @param consequence what the reset would do, in one sentence
 * @param cure what an operator can do about it, in one sentence
 * @param stops whether it stops a reset; else it is told for information
 */
public record Hazard(HazardId id, String consequence, String cure, boolean stops) {
    /** One that stops a reset unless all it says is what the reset keeps. */
    public Hazard(HazardId id, String consequence, String cure) {
        this(id, consequence, cure, id != HazardId.IGVM_STALE);
    }

    Hazard cured(String otherwise) {
        return new Hazard(id, consequence, otherwise, stops);
    }

    /** The QEMU releases that have it. */
    public QemuRange affected() {
        return id.affected();
    }
}
