package io.reseal.policy;

/** Whether two readings are of the same QEMU process. */
public enum Sameness {
    SAME,
    OTHER,
    /** Cannot be told: what fell or changed between the readings may be that of another process. */
    UNKNOWN
}
