package io.reseal.policy;

import io.reseal.policy.Findings.Finding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Whether a guest was launched from the same things as before its reset: level {@code same-launch}. */
final class SameLaunch {
    /** HMAC, then the nonce that went into it (SEV API, LAUNCH_MEASURE). */
    private static final int HMAC_BYTES = 32;

    private static final String NOTHING_READ =
            "same-launch is not applicable: nothing measures what a plain guest is launched from";

    /** What the comparison says of the level. */
    record Judgement(Finding finding, String detail) {}

    private final GuestKind kind;
    private final ResetPolicy.Terms terms;
    private final Outlook outlook;
    private final Launch before;
    private final Launch after;
    private final Optional<Prediction> expected;

    private SameLaunch(GuestKind kind, ResetPolicy.Terms terms, Outlook outlook, Launch after) {
        this.kind = kind;
        this.terms = terms;
        this.outlook = outlook;
        this.before = outlook.launched();
        this.after = after;
        this.expected = new Outlook(before, outlook.loadedBy(), after, outlook.room()).expected();
    }

    /**
     * Compares.
     *
     * @param terms of the operator, which may allow another launch digest
     * @param before the outlook of the life that the reset ended
     * @param after read after the RESET
     */
    static Judgement of(GuestKind kind, ResetPolicy.Terms terms, Outlook before, Launch after) {
        return new SameLaunch(kind, terms, before, after).judgement();
    }

    private Judgement judgement() {
        if (kind == GuestKind.PLAIN
                && before.properties().isEmpty()
                && after.properties().isEmpty()) {
            return new Judgement(Finding.NOT_APPLICABLE, NOTHING_READ);
        }
        var differences = differences();
        if (!differences.isEmpty()) {
            return new Judgement(Finding.CONTRADICTED, "the launch is another: " + String.join("; ", differences));
        }
        return gap().map(gap -> new Judgement(Finding.UNKNOWABLE, gap))
                .orElseGet(() -> new Judgement(Finding.SHOWN, sameText()));
    }

    private List<String> differences() {
        var found = new ArrayList<>(LaunchChange.properties(kind, before, after, allowed() || mayBeAllowed()));
        if (comparable() && !sameMeasurement()) {
            found.add("launch measurement was %s, is %s"
                    .formatted(
                            before.measurement().orElse(""), after.measurement().orElse("")));
        }
        if (!allowed() && !mayBeAllowed()) {
            fileDifference().ifPresent(found::add);
        }
        bundleDifference().ifPresent(found::add);
        return found;
    }

    /** Whether the operator expects that launch: a digest says all of firmware and vCPUs, and nothing of other properties. */
    private boolean allowed() {
        return terms.allows(expected);
    }

    /** Whether one digest of that launch is allowed, and another is not. */
    private boolean mayBeAllowed() {
        return terms.mayAllow(expected);
    }

    /** Whether it is known to be another launch than before. */
    private boolean another() {
        boolean otherDigest =
                before.expected().isPresent() && expected.isPresent() && !expected.equals(before.expected());
        return otherDigest
                || fileDifference().isPresent()
                || !LaunchChange.properties(kind, before, after, false).isEmpty();
    }

    /** QEMU keeps a bundle in memory; what can change is which objects are replayed. */
    private Optional<String> bundleDifference() {
        var was = before.igvm().map(SameLaunch::objects);
        var is = after.igvm().map(SameLaunch::objects);
        return was.equals(is)
                ? Optional.empty()
                : Optional.of("the igvm-cfg objects were %s, are %s".formatted(was.orElse("none"), is.orElse("none")));
    }

    private static String objects(Launch.Bundle bundle) {
        return bundle.objects().stream().sorted().toList() + " with "
                + bundle.linked().orElse("none of them") + " for the machine";
    }

    private boolean sameMeasurement() {
        return before.measurement().isPresent() && before.measurement().equals(after.measurement());
    }

    /** The firmware of a real SEV platform makes a new nonce for each measurement, so that no two of them are equal. */
    private boolean comparable() {
        var was = before.measurement().map(SameLaunch::nonce);
        var is = after.measurement().map(SameLaunch::nonce);
        return was.isPresent() && is.isPresent() && Arrays.equals(was.get(), is.get());
    }

    private static byte[] nonce(String measurement) {
        try {
            var bytes = Base64.getDecoder().decode(measurement);
            return Arrays.copyOfRange(bytes, Math.min(HMAC_BYTES, bytes.length), bytes.length);
        } catch (IllegalArgumentException _) {
            return new byte[0];
        }
    }

    private Optional<String> fileDifference() {
        var was = reloaded(before);
        var is = reloaded(after);
        boolean differs = outlook.firmwareKnown()
                && was.isPresent()
                && is.isPresent()
                && !was.get().sha256().equals(is.get().sha256());
        return differs
                ? Optional.of("SHA-256 of the firmware was %s, is %s"
                        .formatted(was.get().sha256(), is.get().sha256()))
                : Optional.empty();
    }

    /** What hinders a judgement, where nothing differs. */
    private Optional<String> gap() {
        if (before.properties().isEmpty()) {
            return Optional.of("what the guest was launched from before is not known");
        }
        if (!before.properties().keySet().equals(after.properties().keySet())
                || before.measurement().isPresent() != after.measurement().isPresent()) {
            return Optional.of("not everything that was read before the reset could be read after it");
        }
        if (kind.alwaysRebuilt() && !outlook.vcpusKnown() && !allowed()) {
            return Optional.of("vCPUs were plugged in while QEMU ran, perhaps after the launch before");
        }
        if (another() && mayBeAllowed()) {
            return Optional.of("another launch, of which the policy does not allow each digest: "
                    + expected.orElseThrow().words());
        }
        if (after.igvm().isPresent()) {
            return bundleGap();
        }
        return kind.alwaysRebuilt() && !allowed() ? firmwareGap() : Optional.empty();
    }

    private Optional<String> bundleGap() {
        return before.igvm().map(Launch.Bundle::olderThanProcess).orElse(false)
                ? Optional.empty()
                : Optional.of("the IGVM file is newer than the QEMU process, so what that has loaded is not known");
    }

    /** Only guests of a protected kind have their firmware loaded again (QEMU 11.1, kvm.c:kvm_arch_on_vmfd_change). */
    private Optional<String> firmwareGap() {
        if (before.firmware().isEmpty() || after.firmware().isEmpty()) {
            return Optional.of("what firmware is loaded again is not known");
        }
        if (pflash(before) || pflash(after)) {
            return sameMeasurement()
                    ? Optional.empty()
                    : Optional.of("firmware in pflash is not launched again, and no measurement tells what was");
        }
        if (reloaded(before).isEmpty() || reloaded(after).isEmpty()) {
            return Optional.of("the firmware file cannot be read");
        }
        if (!outlook.firmwareKnown()) {
            return Optional.of(
                    "the firmware file is newer than the launch before, so what that had loaded is not known");
        }
        return before.firmware()
                                .orElseThrow()
                                .path()
                                .equals(after.firmware().orElseThrow().path())
                        && reloaded(before).equals(reloaded(after))
                ? Optional.empty()
                : Optional.of("the firmware file was written anew meanwhile, with the same content");
    }

    private static boolean pflash(Launch launch) {
        return launch.firmware().map(Launch.Firmware::pflash).orElse(false);
    }

    /** The file that a rebuild reads. */
    private Optional<Launch.Fingerprint> reloaded(Launch launch) {
        return kind.alwaysRebuilt() && !pflash(launch)
                ? launch.firmware().flatMap(Launch.Firmware::file)
                : Optional.empty();
    }

    private static String told(Prediction launch) {
        return launch.doubt().isEmpty() ? launch.words() : launch.words() + ": " + launch.doubt();
    }

    private String sameText() {
        var what = new ArrayList<String>();
        what.add("%d properties".formatted(after.properties().size()));
        if (sameMeasurement()) {
            what.add("launch measurement");
        }
        reloaded(after).ifPresent(file -> what.add("firmware (SHA-256 %s)".formatted(file.sha256())));
        after.igvm().ifPresent(bundle -> what.add("IGVM bundle"));
        if (another() && allowed()) {
            return "another launch, which the policy allows: launch digest "
                    + expected.map(SameLaunch::told).orElse("");
        }
        expected.ifPresent(digest -> what.add("predicted launch digest " + told(digest)));
        return "as before: " + String.join(", ", what)
                + (kind.alwaysRebuilt() ? "" : "; firmware stays in QEMU's memory");
    }
}
