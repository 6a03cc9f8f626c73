package io.reseal.policy;

/**
 * A hazard that a guest has now.
 *
 * @param id stable id
 * @param consequence what the reset would do, in one sentence
 * @param cure what an operator can do about it, in one sentence
 */
public record Hazard(HazardId id, String consequence, String cure) {
    /** The QEMU releases that have it. */
    public QemuRange affected() {
        return id.affected();
    }
}
