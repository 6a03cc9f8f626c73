package io.reseal.policy.simulation;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;

/**
 * What a reset makes of a simulated guest's KVM context, after QEMU 11.1.3.
 *
 * @param protectedVcpus QEMU rebuilds a guest of a protected kind; the vCPUs lose that mark in a rebuild that fails, and SEV types
 *     have it from their first run on
 * @param failed a cont ends QEMU, or brings no guest to life
 * @param sevState what query-sev tells
 * @param handle of the launch
 * @param finishes a cont finishes the launch, which QEMU survives only once
 */
record Rebuild(
        GuestFacts facts, boolean protectedVcpus, boolean failed, String sevState, long handle, boolean finishes) {

    /** What a reset will be. */
    enum Fate {
        /** Devices and vCPUs only. */
        ORDINARY,
        REBUILT,
        /** It failed before SEV firmware heard of it. */
        FAILED_EARLY,
        FAILED,
        /** The KVM context is new, and the launch waits for a cont. */
        UNFINISHED,
        DEADLY;

        boolean fails() {
            return this == FAILED_EARLY || this == FAILED;
        }

        boolean restartsCounters() {
            return this == REBUILT || this == UNFINISHED;
        }
    }

    static Rebuild begin(GuestFacts facts, boolean runs) {
        boolean sev = facts.kind().isSev();
        boolean marked = facts.kind().alwaysRebuilt() && (runs || !sev);
        return new Rebuild(facts, marked, false, runs || !sev ? "running" : "launch-update", 1, sev && !runs);
    }

    /** @param failures how many of a hundred resets fail */
    Fate fate(boolean running, int drawn, int failures) {
        boolean rebuilds = facts.kind().alwaysRebuilt() ? protectedVcpus && facts.kvm() : facts.rebuiltOnReset();
        if (!rebuilds) {
            return Fate.ORDINARY;
        }
        if (drawn < failures) {
            return drawn % 4 == 0 ? Fate.DEADLY : drawn % 4 == 1 ? Fate.FAILED_EARLY : Fate.FAILED;
        }
        return facts.kind().isSev() && !running ? Fate.UNFINISHED : Fate.REBUILT;
    }

    /** @param running whether the guest ran when it was reset */
    Rebuild after(Fate fate, boolean running) {
        return switch (fate) {
            case ORDINARY -> ordinary(running);
            case REBUILT -> new Rebuild(facts, protectedVcpus, false, "running", handle + 1, false);
            case FAILED_EARLY -> new Rebuild(facts, false, true, sevState, handle, finishes);
            case FAILED -> new Rebuild(facts, false, true, "uninit", handle, finishes);
            case UNFINISHED -> new Rebuild(facts, false, true, "launch-update", handle + 1, true);
            case DEADLY -> this;
        };
    }

    /** A SEV guest is launched again by no reset, and QEMU aborts at the next cont all the same if it did not run (sev.c). */
    private Rebuild ordinary(boolean running) {
        return facts.kind() == GuestKind.SEV && !running && !finishes
                ? new Rebuild(facts, protectedVcpus, true, sevState, handle, false)
                : this;
    }

    /** The first run of a guest that was started with -S finishes its launch. */
    Rebuild firstRun() {
        return !failed && finishes
                ? new Rebuild(facts, facts.kind().alwaysRebuilt(), false, "running", handle, false)
                : this;
    }

    /** Whether a cont ends QEMU. */
    boolean fatal() {
        return failed && facts.kind() != GuestKind.PLAIN;
    }
}
