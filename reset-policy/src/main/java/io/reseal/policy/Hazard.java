package io.reseal.policy;

/**
 * A hazard that a guest has now.
 *
 * @param id stable id
 * @param consequence what the reset would do, in one sentence
 * @param cure what an operator can do about it, in one sentence
 * @param forceable whether an operator may override it
 */
public record Hazard(HazardId id, String consequence, String cure, boolean forceable) {
    /** As forceable as its id is. */
    public Hazard(HazardId id, String consequence, String cure) {
        this(id, consequence, cure, id.forceable());
    }

    /** The QEMU releases that have it. */
    public QemuRange affected() {
        return id.affected();
    }
}
