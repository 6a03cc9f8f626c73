package io.reseal.policy.launch;

import io.reseal.policy.GuestKind;
import io.reseal.policy.Prediction;
import io.reseal.policy.ResetPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** In what two launches of one guest differ: those of two incarnations, or that of the present one and the next. */
public record LaunchDifferences(GuestKind kind, LaunchHistory.Loaded was, LaunchHistory.Loaded is) {
    /** HMAC, then the nonce that went into it (SEV API, LAUNCH_MEASURE). */
    private static final int HMAC_BYTES = 32;

    private static final String TD_ATTRIBUTES = "attributes";

    /** Every one that is known. */
    List<LaunchChange> all() {
        return known(false);
    }

    /** Those that the operator does not expect. */
    public List<LaunchChange> notAllowed(ResetPolicy.Terms terms) {
        return known(terms.allows(expected()));
    }

    /** Those that the operator does not expect, whichever digest was launched. */
    public List<LaunchChange> unexpected(ResetPolicy.Terms terms) {
        return known(terms.allows(expected()) || terms.mayAllow(expected()));
    }

    /** What the later launch is measured as. */
    Optional<Prediction> expected() {
        return before().expectedOf(after());
    }

    /**
     * What is known to differ.
     *
     * @param digestAllowed whether what a launch digest says all of may differ
     */
    public List<LaunchChange> known(boolean digestAllowed) {
        var found = new ArrayList<LaunchChange>();
        properties(found, digestAllowed);
        if (comparable() && !sameMeasurement()) {
            found.add(new LaunchChange(
                    LaunchPart.MEASUREMENT,
                    "launch measurement was %s, is %s"
                            .formatted(
                                    before().measurement().orElse(""),
                                    after().measurement().orElse(""))));
        }
        if (!digestAllowed) {
            firmware().ifPresent(found::add);
        }
        bundles().ifPresent(found::add);
        return List.copyOf(found);
    }

    private Launch before() {
        return was.launch();
    }

    private Launch after() {
        return is.launch();
    }

    /** What was told before and is told otherwise now; what either of the two does not tell says nothing. */
    private void properties(List<LaunchChange> found, boolean digestAllowed) {
        for (var name : new TreeSet<>(before().properties().keySet())) {
            var earlier = before().properties().getOrDefault(name, "");
            var now = after().properties().get(name);
            boolean settled = digestAllowed && Launch.inDigest(kind, name);
            if (now != null && !now.equals(earlier) && !settled) {
                found.add(property(name, earlier, now));
            }
        }
    }

    private LaunchChange property(String name, String earlier, String now) {
        if (!name.equals(LaunchHistory.POLICY) && !name.equals(TD_ATTRIBUTES)) {
            return new LaunchChange(
                    LaunchPart.PROPERTIES, "%s was %s, is %s".formatted(name, orNotSet(earlier), orNotSet(now)));
        }
        var what = name.equals(LaunchHistory.POLICY) ? "policy was" : "attributes were";
        return new LaunchChange(
                LaunchPart.POLICY,
                "the %s %s, %s %s%s"
                        .formatted(
                                what,
                                orNotSet(earlier),
                                name.equals(LaunchHistory.POLICY) ? "is" : "are",
                                orNotSet(now),
                                GuestPolicies.debuggable(kind, now) ? ": the guest is debuggable" : ""));
    }

    private static String orNotSet(String value) {
        return value.isEmpty() ? "not set" : value;
    }

    boolean sameMeasurement() {
        return before().measurement().isPresent() && before().measurement().equals(after().measurement());
    }

    /** The firmware of a real SEV platform makes a new nonce for each measurement, so that no two of them are equal. */
    private boolean comparable() {
        var earlier = before().measurement().map(LaunchDifferences::nonce);
        var now = after().measurement().map(LaunchDifferences::nonce);
        return earlier.isPresent() && now.isPresent() && Arrays.equals(earlier.get(), now.get());
    }

    private static byte[] nonce(String measurement) {
        try {
            var bytes = Base64.getDecoder().decode(measurement);
            return Arrays.copyOfRange(bytes, Math.min(HMAC_BYTES, bytes.length), bytes.length);
        } catch (IllegalArgumentException _) {
            return new byte[0];
        }
    }

    private Optional<LaunchChange> firmware() {
        var earlier = reloaded(before());
        var now = reloaded(after());
        boolean differs = was.firmwareKnown()
                && earlier.isPresent()
                && now.isPresent()
                && !earlier.get().sha256().equals(now.get().sha256());
        return differs
                ? Optional.of(new LaunchChange(
                        LaunchPart.FIRMWARE,
                        "SHA-256 of the firmware was %s, is %s"
                                .formatted(earlier.get().sha256(), now.get().sha256())))
                : Optional.empty();
    }

    /** The file that a rebuild reads: only guests of a protected kind have theirs loaded again (QEMU 11.1, kvm_arch_on_vmfd_change). */
    Optional<Launch.Fingerprint> reloaded(Launch launch) {
        return kind.alwaysRebuilt()
                ? launch.firmware().filter(firmware -> !firmware.pflash()).flatMap(Launch.Firmware::file)
                : Optional.empty();
    }

    /**
     * QEMU keeps the content of a bundle in memory; what can change is which objects are replayed. The machine's own is
     * replayed on when it was deleted, so that it is out of sight is no difference.
     */
    private Optional<LaunchChange> bundles() {
        boolean differ = before().igvm()
                .map(earlier -> after().igvm()
                        .map(now -> otherObjects(earlier, now))
                        .orElse(!earlier.objects().isEmpty()))
                .orElse(after().igvm().filter(now -> !now.objects().isEmpty()).isPresent());
        return differ
                ? Optional.of(new LaunchChange(
                        LaunchPart.IGVM_OBJECTS,
                        "the igvm-cfg objects were %s, are %s".formatted(objects(before()), objects(after()))))
                : Optional.empty();
    }

    private static boolean otherObjects(Launch.Bundle earlier, Launch.Bundle now) {
        boolean otherOwn = now.linked().isPresent() && !now.linked().equals(earlier.linked());
        return otherOwn
                || !earlier.newcomers(now).isEmpty()
                || !earlier.leavers(now).isEmpty();
    }

    private static String objects(Launch launch) {
        return launch.igvm()
                .map(bundle -> bundle.objects().stream().sorted().toList() + " with "
                        + bundle.linked().orElse("none of them") + " for the machine")
                .orElse("none");
    }
}
