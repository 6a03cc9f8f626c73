package io.reseal.policy.launch;

import io.reseal.policy.Finding;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Prediction;
import io.reseal.policy.ResetPolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Whether a guest was launched from the same things as before its reset: level {@code same-launch}. */
public final class LaunchComparison {
    private static final String NOTHING_READ =
            "same-launch is not applicable: nothing measures what a plain guest is launched from";

    /** What the comparison says of the level. */
    public record Judgement(Finding finding, String detail) {}

    private final GuestKind kind;
    private final ResetPolicy.Terms terms;
    private final LaunchHistory.Loaded was;
    private final LaunchHistory.Loaded is;
    private final Launch lastLook;
    private final LaunchDifferences differences;

    private LaunchComparison(GuestKind kind, ResetPolicy.Terms terms, LaunchHistory before, LaunchHistory after) {
        this.kind = kind;
        this.terms = terms;
        this.was = before.loaded();
        this.is = after.loaded();
        this.lastLook = before.next();
        this.differences = new LaunchDifferences(kind, was, is);
    }

    /**
     * Compares.
     *
     * @param terms of the operator, which may allow another launch digest
     * @param before the incarnation that the reset ended
     * @param after the incarnation that it began
     */
    public static Judgement of(GuestKind kind, ResetPolicy.Terms terms, LaunchHistory before, LaunchHistory after) {
        return new LaunchComparison(kind, terms, before, after).judgement();
    }

    public static String another(List<LaunchChange> changes) {
        return "the launch is another: "
                + String.join("; ", changes.stream().map(LaunchChange::detail).toList());
    }

    private Judgement judgement() {
        var changes = differences.unexpected(terms);
        if (!changes.isEmpty()) {
            return new Judgement(Finding.CONTRADICTED, another(changes));
        }
        if (kind == GuestKind.PLAIN
                && before().properties().isEmpty()
                && after().properties().isEmpty()) {
            return new Judgement(Finding.NOT_APPLICABLE, NOTHING_READ);
        }
        return gap().map(gap -> new Judgement(Finding.UNKNOWABLE, gap))
                .orElseGet(() -> new Judgement(Finding.SHOWN, sameText()));
    }

    private Launch before() {
        return was.launch();
    }

    private Launch after() {
        return is.launch();
    }

    /** Whether the operator expects that launch: a digest says all of firmware and vCPUs, and nothing of other properties. */
    private boolean allowed() {
        return terms.allows(differences.expected());
    }

    /** Whether it is known to be another launch than before. */
    private boolean other() {
        boolean otherDigest = before().expected().isPresent()
                && differences.expected().isPresent()
                && !before().expected().equals(differences.expected());
        return otherDigest || !differences.all().isEmpty();
    }

    /** What hinders a judgement, where nothing differs. */
    private Optional<String> gap() {
        if (before().properties().isEmpty()) {
            return Optional.of("what the guest was launched from before is not known");
        }
        if (!told(before()).equals(told(after()))
                || before().measurement().isPresent() != after().measurement().isPresent()) {
            return Optional.of("not everything that was read before the reset could be read after it");
        }
        if (kind.alwaysRebuilt() && !was.vcpusKnown() && !allowed()) {
            return Optional.of("vCPUs were plugged in while QEMU ran, perhaps after the launch before");
        }
        if (other() && terms.mayAllow(differences.expected())) {
            return Optional.of("another launch, of which the policy does not allow each digest: "
                    + differences.expected().orElseThrow().words());
        }
        if (changedBetween()) {
            return Optional.of(
                    "what a launch is made of was changed between the last look before the reset and the first"
                            + " after it, so which of the two was launched is not known");
        }
        var bundles = bundleGap();
        if (bundles.isPresent() || hasOwnBundle(after())) {
            return bundles;
        }
        return kind.alwaysRebuilt() && !allowed() ? firmwareGap() : Optional.empty();
    }

    /** What differed before the reset and is as ever after it may have been put right too late. */
    private boolean changedBetween() {
        return putRight(Launch::properties) || putRight(launch -> Map.of("", objects(launch)));
    }

    private <T> boolean putRight(Function<Launch, Map<String, T>> part) {
        var was = part.apply(before());
        var looked = part.apply(lastLook);
        var now = part.apply(after());
        boolean another = was.keySet().stream()
                .filter(name -> looked.containsKey(name) && now.containsKey(name) && !name.equals(Launch.HOTPLUGGED))
                .anyMatch(name -> !Objects.equals(looked.get(name), now.get(name))
                        && !Objects.equals(looked.get(name), was.get(name)));
        return another && !terms.allows(before().expectedOf(lastLook));
    }

    private static Set<String> objects(Launch launch) {
        return launch.igvm().map(Launch.Bundle::objects).orElse(Set.of());
    }

    /** Which properties were told; of vCPUs that were plugged in something is told only if there are such. */
    private static Set<String> told(Launch launch) {
        var names = new HashSet<>(launch.properties().keySet());
        names.remove(Launch.HOTPLUGGED);
        return names;
    }

    /** It takes the place of the firmware. */
    private static boolean hasOwnBundle(Launch launch) {
        return launch.igvm().filter(bundle -> !bundle.path().isEmpty()).isPresent();
    }

    private Optional<String> bundleGap() {
        if (before().ownBundleDeleted() || after().ownBundleDeleted() || outOfSight()) {
            return Optional.of("the machine's own igvm-cfg object was deleted: QEMU replays it all the same,"
                    + " but whether nothing else is replayed cannot be told");
        }
        boolean loadedUnknown = before().igvm()
                .filter(bundle -> !bundle.path().isEmpty() && !bundle.olderThanProcess())
                .isPresent();
        return loadedUnknown ? Optional.of(fileGap(before().igvm().orElseThrow())) : Optional.empty();
    }

    private boolean outOfSight() {
        return before().igvm().flatMap(Launch.Bundle::linked).isPresent()
                && after().igvm().filter(bundle -> bundle.linked().isEmpty()).isPresent();
    }

    private static String fileGap(Launch.Bundle bundle) {
        return bundle.file().isPresent()
                ? "the IGVM file or its path is newer than the QEMU process, so what that has loaded is not known"
                : "the IGVM file cannot be read, so what QEMU has loaded is not known";
    }

    private Optional<String> firmwareGap() {
        if (before().firmware().isEmpty() || after().firmware().isEmpty()) {
            return Optional.of("what firmware is loaded again is not known");
        }
        if (pflash(before()) || pflash(after())) {
            return differences.sameMeasurement()
                    ? Optional.empty()
                    : Optional.of("firmware in pflash is not launched again, and no measurement tells what was");
        }
        if (reloaded(before()).isEmpty() || reloaded(after()).isEmpty()) {
            return Optional.of("the firmware file cannot be read");
        }
        if (!was.firmwareKnown()) {
            return Optional.of(
                    "the firmware file or its path is newer than the launch before, so what that had loaded is not known");
        }
        return sameFile()
                ? Optional.empty()
                : Optional.of("the firmware file was written again after the reset, with the same content");
    }

    /** The same content is the same file, unless it was written after the launch: that had perhaps loaded another one. */
    private boolean sameFile() {
        boolean samePath = before().firmware()
                .map(Launch.Firmware::path)
                .equals(after().firmware().map(Launch.Firmware::path));
        return samePath && (is.firmwareKnown() || reloaded(before()).equals(reloaded(after())));
    }

    private static boolean pflash(Launch launch) {
        return launch.firmware().map(Launch.Firmware::pflash).orElse(false);
    }

    private Optional<Launch.Fingerprint> reloaded(Launch launch) {
        return differences.reloaded(launch);
    }

    private static String told(Prediction launch) {
        return launch.doubt().isEmpty() ? launch.words() : launch.words() + ": " + launch.doubt();
    }

    private String sameText() {
        var what = new ArrayList<String>();
        what.add("%d properties".formatted(after().properties().size()));
        if (differences.sameMeasurement()) {
            what.add("launch measurement");
        }
        reloaded(after()).ifPresent(file -> what.add("firmware (SHA-256 %s)".formatted(file.sha256())));
        after().igvm().ifPresent(bundle -> what.add("IGVM bundle"));
        var expected = differences.expected().map(LaunchComparison::told);
        if (other() && allowed()) {
            return "another launch, which the policy allows: launch digest " + expected.orElse("");
        }
        expected.ifPresent(digest -> what.add("predicted launch digest " + digest));
        return "as before: " + String.join(", ", what)
                + (kind.alwaysRebuilt() ? "" : "; firmware stays in QEMU's memory");
    }
}
