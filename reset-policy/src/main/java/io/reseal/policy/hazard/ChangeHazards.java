package io.reseal.policy.hazard;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.launch.LaunchChange;
import io.reseal.policy.launch.LaunchDifferences;
import io.reseal.policy.launch.LaunchHistory;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The hazard that the next launch is not what the last one was. A firmware file, further bundles and the policy of a bundle have
 * hazards of their own, which tell more.
 */
record ChangeHazards(GuestFacts facts, Condition now) {
    /** Of a guest that is launched again at each reset. */
    static void add(List<Hazard> found, GuestFacts facts, Condition now) {
        new ChangeHazards(facts, now).add(found);
    }

    private void add(List<Hazard> found) {
        boolean allowed = now.terms().allows(launches().expected());
        var changes = changes(allowed);
        if (!changes.isEmpty()) {
            var what = changes.stream().map(LaunchChange::detail).collect(Collectors.joining("; "));
            found.add(hazard("The next launch is not what the last one was: " + what));
        } else if (!launches().vcpusKnown() && !allowed) {
            found.add(
                    hazard(
                            "vCPUs were plugged in while QEMU ran, perhaps after the last launch: the next one may be another"));
        }
    }

    private LaunchHistory launches() {
        return now.launches();
    }

    private List<LaunchChange> changes(boolean digestAllowed) {
        var next = new LaunchHistory.Loaded(launches().next(), true, true);
        return new LaunchDifferences(facts.kind(), launches().loaded(), next)
                .known(digestAllowed).stream().filter(this::toldByNoOther).toList();
    }

    private boolean toldByNoOther(LaunchChange change) {
        var bundle = launches().next().igvm();
        return switch (change.what()) {
            case PROPERTIES -> true;
            case POLICY -> facts.kind() != GuestKind.SEV_SNP || bundle.isEmpty();
            case IGVM_OBJECTS -> bundle.map(Launch.Bundle::ownAlone).orElse(true);
            case FIRMWARE -> false;
            case MEASUREMENT -> false; // it tells of the present launch, not of the next
        };
    }

    private Hazard hazard(String what) {
        var expected = launches().expected();
        var measured = expected.map(digest -> "; it will be measured as " + digest.words());
        var allowance = expected.filter(_ -> changes(true).isEmpty()).map(digest -> "; or allow " + digest.entries());
        return new Hazard(
                HazardId.LAUNCH_CHANGED,
                what + measured.orElse("") + ".",
                "Undo that%s%s."
                        .formatted(
                                allowance.orElse(""),
                                Hazards.forceHelps(facts, now)
                                        ? "; or force the reset and expect another launch"
                                        : ""));
    }
}
