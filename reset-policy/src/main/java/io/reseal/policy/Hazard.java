package io.reseal.policy;

/**
 * A hazard that a guest has now.
 *
 * @param id stable id
 * @param consequence what the reset would do, in one sentence
 * @param cure what an operator can do about it, in one sentence
 * @param stops whether it stops a reset; else it is told for information
 * @param forceable whether an operator may override it
 */
public record Hazard(HazardId id, String consequence, String cure, boolean stops, boolean forceable) {
    /** One that stops a reset unless all it says is what the reset keeps, and is as forceable as its id. */
    public Hazard(HazardId id, String consequence, String cure) {
        this(id, consequence, cure, id != HazardId.IGVM_STALE);
    }

    public Hazard(HazardId id, String consequence, String cure, boolean stops) {
        this(id, consequence, cure, stops, id.forceable());
    }

    Hazard cured(String otherwise) {
        return new Hazard(id, consequence, otherwise, stops, forceable);
    }

    /** The same, for information only. */
    Hazard harmless(String why) {
        return new Hazard(id, consequence, why, false, forceable);
    }

    Hazard unforceable() {
        return new Hazard(id, consequence, cure, stops, false);
    }

    /** The QEMU releases that have it. */
    public QemuRange affected() {
        return id.affected();
    }
}
