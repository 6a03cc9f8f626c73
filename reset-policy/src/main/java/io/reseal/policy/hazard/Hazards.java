package io.reseal.policy.hazard;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.RunState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which hazards a guest has. No cure names a command that ends this QEMU as it is now. */
public final class Hazards {
    /** For a guest that no command over QMP helps any more. */
    private static final String NEW_PROCESS = "Only a new QEMU process helps: stop this one and start the guest again.";

    private static final String SET_BEFORE =
            "None is needed for a reset by Reseal, which sends set-action reboot=reset before it (policy.set-action); a reboot by the guest or"
                    + " others is another matter.";

    /** For a guest in {@code prelaunch} of which nobody saw whether it was reset: after a reset a cont is fatal. */
    static final String PERHAPS_FRESH =
            "If it was never reset, its owner may start it as usual; otherwise only a new QEMU process helps.";

    /** For a guest whose rebuild may have failed. */
    static final String DOUBTED =
            "If it was stopped on purpose before its reset, its owner may let it run; otherwise stop this QEMU process and start the guest again.";

    /** Those of a guest with these facts. */
    public static List<Hazard> of(GuestFacts facts, Condition now) {
        var found = new ArrayList<Hazard>();
        if (facts.kind().alwaysRebuilt()) {
            found.add(qemuTooOld(facts));
        }
        if (pausedSevs(facts, now)) {
            found.add(pausedSev(facts, now));
        }
        StateHazards.add(found, facts, now);
        if (now.migrating()) {
            found.add(migrating());
        }
        if (now.terms().stateful()) {
            found.add(stateful(forceHelps(facts, now)));
        }
        LaunchHazards.add(found, facts, now);
        IgvmHazards.add(found, facts, now);
        IdBlockHazards.add(found, facts, now.launches());
        if (hasFailed(facts, now)) {
            found.add(rebuildFailed(facts));
        } else if (isInDoubt(facts, now)) {
            found.add(rebuildDoubted(facts));
        }
        found.removeIf(hazard -> !hazard.affected().contains(facts.qemu()));
        if (now.terms().setAction()) {
            found.replaceAll(hazard -> hazard.id().curedBySetAction() ? hazard.harmless(SET_BEFORE) : hazard);
        }
        if (pastHelp(facts, now)) {
            found.replaceAll(hazard -> hazard.stops() ? hazard.cured(NEW_PROCESS) : hazard);
        }
        return List.copyOf(found);
    }

    /** Whether nothing brings the guest back but a new QEMU process. */
    private static boolean pastHelp(GuestFacts facts, Condition now) {
        if (hasFailed(facts, now)) {
            return true;
        }
        boolean paused =
                pausedSevs(facts, now) && HazardId.PAUSED_SEV.affected().contains(facts.qemu());
        return paused && (diedInReset(now) || now.runState().endsOnlyByReset());
    }

    /** An incarnation that began with the reset of a guest that did not run, and never ran since. */
    private static boolean diedInReset(Condition now) {
        var launches = now.launches();
        return now.runState().prelaunch()
                ? launches.everReset(RunState.PRELAUNCH)
                : launches.past().resets() > 0 && !launches.past().hasRun();
    }

    /** Whether to force a reset can be a cure: of a SEV type that does not run it leaves nothing that can be continued. */
    static boolean forceHelps(GuestFacts facts, Condition now) {
        return !pausedSevs(facts, now) && !hasFailed(facts, now);
    }

    /** A guest that QEMU resets in the ordinary way too outlives a rebuild that failed. */
    private static boolean hasFailed(GuestFacts facts, Condition now) {
        return now.rebuildFailed() && facts.kind().alwaysRebuilt();
    }

    static boolean isInDoubt(GuestFacts facts, Condition now) {
        return now.rebuildDoubted() && facts.kind().alwaysRebuilt();
    }

    private static boolean pausedSevs(GuestFacts facts, Condition now) {
        return facts.kind().isSev() && !now.runState().running();
    }

    private static Hazard qemuTooOld(GuestFacts facts) {
        return new Hazard(
                HazardId.QEMU_TOO_OLD,
                "QEMU %s terminates a %s guest in place of resetting it."
                        .formatted(facts.qemu(), facts.kind().text()),
                "Run the guest with QEMU 11.0 or newer; until then shut it down and start it again.");
    }

    private static Hazard pausedSev(GuestFacts facts, Condition now) {
        return new Hazard(
                HazardId.PAUSED_SEV,
                "The guest is in state %s: after a reset the next cont aborts QEMU %s."
                        .formatted(now.runState(), facts.qemu()),
                pausedCure(facts, now));
    }

    private static String pausedCure(GuestFacts facts, Condition now) {
        if (!now.runState().prelaunch()) {
            return "If it was paused on purpose, continue it and reset it while it runs; otherwise only a new QEMU process helps.";
        }
        return now.launches().fresh(facts)
                ? "It has not run yet: let it run (cont), and reset it while it runs."
                : PERHAPS_FRESH;
    }

    private static Hazard migrating() {
        return new Hazard(
                HazardId.MIGRATING,
                "A migration is under way: what a reset does to it is undefined.",
                "Wait for the migration to end, or cancel it.");
    }

    private static Hazard stateful(boolean forceHelps) {
        return new Hazard(
                HazardId.STATEFUL,
                "The guest was declared stateful: a reset destroys what it keeps in its memory, such as a vTPM.",
                "Reboot it from inside in a way that saves its state%s."
                        .formatted(forceHelps ? "; or force the reset and restore the state" : ""));
    }

    private static Hazard rebuildFailed(GuestFacts facts) {
        return new Hazard(
                HazardId.REBUILD_FAILED,
                "An earlier rebuild of this %s guest failed: a second reset does not rebuild it, and a cont kills QEMU %s."
                        .formatted(facts.kind().text(), facts.qemu()),
                NEW_PROCESS);
    }

    private static Hazard rebuildDoubted(GuestFacts facts) {
        return new Hazard(
                HazardId.REBUILD_IN_DOUBT,
                "The guest was stopped before its last RESET, and nothing told whether the rebuild failed: if it did, a second reset does not rebuild the %s guest, and a cont kills QEMU %s."
                        .formatted(facts.kind().text(), facts.qemu()),
                DOUBTED);
    }

    /** The hazards that stop a reset and are not {@code forced}. */
    public static List<Hazard> stopping(List<Hazard> hazards, Set<HazardId> forced) {
        return hazards.stream()
                .filter(Hazard::stops)
                .filter(hazard -> !hazard.forceable() || !forced.contains(hazard.id()))
                .toList();
    }

    private Hazards() {}
}
