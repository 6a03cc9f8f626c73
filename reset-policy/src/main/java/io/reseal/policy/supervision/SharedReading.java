package io.reseal.policy.supervision;

/** A reading of which one under way serves every caller that arrives before its answer. */
public final class SharedReading {
    private boolean underWay;
    private boolean awaited;

    /** Whether to begin it now. */
    public boolean wanted() {
        boolean begins = !underWay;
        underWay = true;
        awaited = true;
        return begins;
    }

    /** It begins though nobody wants it yet; false where one is under way. */
    public boolean begunUnasked() {
        boolean begins = !underWay;
        underWay = true;
        return begins;
    }

    /**
     * Its answer is here; to be called before that is told, as what the answer makes one want is another reading.
     *
     * @return whether somebody wanted it
     */
    public boolean answered() {
        boolean wasAwaited = awaited;
        underWay = false;
        awaited = false;
        return wasAwaited;
    }
}
