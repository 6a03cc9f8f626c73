package io.reseal.qmp;

/** How long a command may take: chooses its deadline. */
public enum CommandClass {
    /** Reads something; QEMU answers at once. */
    QUERY,
    /** Changes something; QEMU's monitor is silent until it is done, for a reset of a confidential guest up to minutes. */
    ACTION
}
