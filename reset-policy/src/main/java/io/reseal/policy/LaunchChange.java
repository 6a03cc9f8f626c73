package io.reseal.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What of a launch differs from the one before, the files aside: properties of the confidential-guest object, vCPUs. */
final class LaunchChange {
    /** What was set before and is set otherwise now; what either of the two does not tell says nothing. */
    static List<String> properties(GuestKind kind, Launch before, Launch after, boolean digestAllowed) {
        var found = new ArrayList<String>();
        for (var name : new TreeSet<>(before.properties().keySet())) {
            var was = before.properties().getOrDefault(name, "");
            var is = after.properties().get(name);
            boolean settled = digestAllowed && Launch.inDigest(kind, name);
            if (is != null && !is.equals(was) && !settled) {
                found.add("%s was %s, is %s".formatted(name, orNotSet(was), orNotSet(is)));
            }
        }
        return found;
    }

    private static String orNotSet(String value) {
        return value.isEmpty() ? "not set" : value;
    }

    /** Of a guest that is launched again at each reset; firmware and bundles have hazards of their own. */
    static Optional<Hazard> hazard(GuestFacts facts, Hazards.Condition now) {
        var outlook = now.outlook();
        boolean allowed = now.terms().allows(outlook.expected());
        var differences = properties(facts.kind(), outlook.launched(), outlook.next(), allowed);
        if (!differences.isEmpty()) {
            return Optional.of(hazard(
                    facts, outlook, "The next launch is not what the last one was: " + String.join("; ", differences)));
        }
        return outlook.vcpusKnown() || allowed
                ? Optional.empty()
                : Optional.of(
                        hazard(
                                facts,
                                outlook,
                                "vCPUs were plugged in while QEMU ran, perhaps after the last launch: the next one may be another"));
    }

    private static Hazard hazard(GuestFacts facts, Outlook outlook, String what) {
        var expected = outlook.expected();
        var measured = expected.map(digest -> "; it will be measured as " + digest.words());
        var allowance = expected.filter(_ -> onlyInDigest(facts, outlook))
                .map(digest -> "allow %s; or ".formatted(digest.entries()));
        return new Hazard(
                HazardId.LAUNCH_CHANGED,
                what + measured.orElse("") + ".",
                "Undo that; or %sforce the reset and expect another launch.".formatted(allowance.orElse("")));
    }

    private static boolean onlyInDigest(GuestFacts facts, Outlook outlook) {
        return properties(facts.kind(), outlook.launched(), outlook.next(), true)
                .isEmpty();
    }

    private LaunchChange() {}
}
