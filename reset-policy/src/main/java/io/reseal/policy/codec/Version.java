package io.reseal.policy.codec;

/** Of trees. A reader reads every version up to its own; what it does not know of a newer one it does not guess. */
final class Version {
    static final String MEMBER = "version";

    /** The one that is written. */
    static final long CURRENT = 1;

    /** The version of a tree, which must be one that is known. */
    static long of(TreeReader tree) {
        long version = tree.number(MEMBER);
        if (version < 1) {
            throw tree.fault(MEMBER, "expected a version from 1 on, found %d".formatted(version));
        }
        if (version > CURRENT) {
            throw tree.fault(
                    MEMBER,
                    "this version of Reseal reads versions 1 to %d, but found %d: it was written by a newer one"
                            .formatted(CURRENT, version));
        }
        return version;
    }

    private Version() {}
}
