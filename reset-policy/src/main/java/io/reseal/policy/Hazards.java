package io.reseal.policy;

import java.util.ArrayList;
import java.util.List;

/** Which hazards a guest has. */
public final class Hazards {
    /** Those of a guest with these facts. */
    public static List<Hazard> of(GuestFacts facts, Condition now) {
        var found = new ArrayList<Hazard>();
        if (facts.kind().alwaysRebuilt()) {
            found.add(qemuTooOld(facts));
        }
        if (isSev(facts.kind()) && !now.runState().equals("running")) {
            found.add(pausedSev(facts, now));
        }
        if (facts.rebootIsShutdown()) {
            found.add(rebootIsShutdown());
        }
        if (now.migrating()) {
            found.add(migrating());
        }
        if (now.terms().stateful()) {
            found.add(stateful());
        }
        LaunchHazards.add(found, facts, now);
        IgvmHazards.add(found, facts, now);
        IdBlockHazards.add(found, facts, now.outlook());
        if (now.rebuildFailed() && facts.kind().alwaysRebuilt()) {
            found.add(rebuildFailed(facts));
        }
        found.removeIf(hazard -> !hazard.affected().contains(facts.qemu()));
        return List.copyOf(found);
    }

    /**
     * What of a guest's condition hazards depend on.
     *
     * @param terms of the operator for this guest
     * @param outlook what it was launched from, and would be next
     * @param rebuildFailed a rebuild of this QEMU process has failed before
     */
    public record Condition(
            String runState, boolean migrating, ResetPolicy.Terms terms, Outlook outlook, boolean rebuildFailed) {}

    private static boolean isSev(GuestKind kind) {
        return kind == GuestKind.SEV || kind == GuestKind.SEV_ES || kind == GuestKind.SEV_SNP;
    }

    private static Hazard qemuTooOld(GuestFacts facts) {
        return new Hazard(
                HazardId.QEMU_TOO_OLD,
                "QEMU %s terminates a %s guest in place of resetting it."
                        .formatted(facts.qemu(), facts.kind().text()),
                "Run the guest with QEMU 11.0 or newer; until then shut it down and start it again.");
    }

    /** A guest that stopped by itself cannot be continued without a reset, and after one the cont is fatal (QEMU 11.1.3). */
    private static Hazard pausedSev(GuestFacts facts, Condition now) {
        return new Hazard(
                HazardId.PAUSED_SEV,
                "The guest is in state %s: after a reset the next cont aborts QEMU %s."
                        .formatted(now.runState(), facts.qemu()),
                Continuing.PAST_HELP.contains(now.runState())
                        ? "Only a new QEMU process helps: stop this one and start the guest anew."
                        : "If it was paused on purpose, continue it and reset it while it runs; otherwise only a new QEMU process helps.");
    }

    private static Hazard rebootIsShutdown() {
        return new Hazard(
                HazardId.REBOOT_IS_SHUTDOWN,
                "QEMU was started to treat a reboot as a shutdown: the reset ends the VM.",
                "Start the guest without -no-reboot and -action reboot=shutdown, or let Reseal undo that: policy.set-action: true.");
    }

    private static Hazard migrating() {
        return new Hazard(
                HazardId.MIGRATING,
                "A migration is under way: what a reset does to it is undefined.",
                "Wait for the migration to end, or cancel it.");
    }

    private static Hazard stateful() {
        return new Hazard(
                HazardId.STATEFUL,
                "The guest was declared stateful: a reset destroys what it keeps in its memory, such as a vTPM.",
                "Reboot it from inside in a way that saves its state; or force the reset and restore the state.");
    }

    private static Hazard rebuildFailed(GuestFacts facts) {
        return new Hazard(
                HazardId.REBUILD_FAILED,
                "An earlier rebuild of this %s guest failed: a second reset does not rebuild it, and a cont kills QEMU %s."
                        .formatted(facts.kind().text(), facts.qemu()),
                "Only a new QEMU process helps: stop this one and start the guest anew.");
    }

    private Hazards() {}
}
