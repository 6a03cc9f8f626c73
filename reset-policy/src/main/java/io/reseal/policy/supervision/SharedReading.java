package io.reseal.policy.supervision;

/** A reading of which one under way serves every caller that arrives before its answer. */
public final class SharedReading {
    private boolean underWay;

    /** Whether to begin it now. */
    public boolean wanted() {
        boolean begins = !underWay;
        underWay = true;
        return begins;
    }

    /** Its answer is here; to be called before that is told, as what the answer makes one want is another reading. */
    public void answered() {
        underWay = false;
    }
}
