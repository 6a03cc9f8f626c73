package io.reseal.igvm.format;

/** A variable header of a file. */
public sealed interface Header permits SupportedPlatform, Initialization, Directive {
    /** Where it begins, in bytes from the start of the file. */
    long offset();

    HeaderType type();

    /** Which platforms it is for, one bit each; all bits for what has no mask. */
    default int mask() {
        return ~0;
    }

    /** Whether it is for the platform with this bit. */
    default boolean isFor(int platformMask) {
        return (mask() & platformMask) != 0;
    }
}
