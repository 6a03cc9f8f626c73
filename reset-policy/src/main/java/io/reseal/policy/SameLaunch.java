package io.reseal.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Whether a guest was launched from the same things as before its reset: level {@code same-launch}. */
final class SameLaunch {
    /** What the comparison says: {@code finding} is SHOWN, CONTRADICTED or UNKNOWABLE. */
    record Judgement(Findings.Finding finding, String detail) {}

    /**
     * Compares.
     *
     * @param before the outlook of the life that the reset ended
     * @param after read after the RESET
     */
    static Judgement of(GuestKind kind, Outlook before, Launch after) {
        var launched = before.launched();
        var differences = differences(launched, after);
        if (!differences.isEmpty()) {
            return new Judgement(Findings.Finding.CONTRADICTED, String.join("; ", differences));
        }
        return gap(kind, before, after)
                .map(gap -> new Judgement(Findings.Finding.UNKNOWABLE, gap))
                .orElseGet(() -> new Judgement(Findings.Finding.SHOWN, sameText(after)));
    }

    private static List<String> differences(Launch before, Launch after) {
        var found = new ArrayList<String>();
        for (var name : new TreeSet<>(before.properties().keySet())) {
            var was = before.properties().get(name);
            var is = after.properties().get(name);
            if (is != null && !is.equals(was)) {
                found.add("%s was %s, is %s".formatted(name, was, is));
            }
        }
        if (before.measurement().isPresent()
                && after.measurement().isPresent()
                && !before.measurement().equals(after.measurement())) {
            found.add("the launch measurement is another");
        }
        fileDifference(before, after).ifPresent(found::add);
        return found;
    }

    private static Optional<String> fileDifference(Launch before, Launch after) {
        var was = loaded(before);
        var is = loaded(after);
        return was.isPresent()
                        && is.isPresent()
                        && !was.get().sha256().equals(is.get().sha256())
                ? Optional.of(
                        "the firmware had SHA-256 %s, has %s".formatted(shortened(was.get()), shortened(is.get())))
                : Optional.empty();
    }

    /** What hinders a judgement, where nothing differs. */
    private static Optional<String> gap(GuestKind kind, Outlook before, Launch after) {
        var launched = before.launched();
        if (launched.equals(Launch.UNKNOWN)) {
            return Optional.of("what the guest was launched from before was never read");
        }
        if (!launched.properties().keySet().equals(after.properties().keySet())
                || launched.measurement().isPresent() != after.measurement().isPresent()) {
            return Optional.of("not everything that was read before the reset could be read after it");
        }
        if (launched.firmware().isEmpty() || after.firmware().isEmpty()) {
            return kind == GuestKind.PLAIN
                            && launched.firmware().isEmpty()
                            && after.firmware().isEmpty()
                    ? Optional.empty()
                    : Optional.of("the firmware is not known");
        }
        return firmwareGap(before, after);
    }

    private static Optional<String> firmwareGap(Outlook before, Launch after) {
        if (before.launched().firmware().map(Launch.Firmware::pflash).orElse(false)) {
            return before.launched().measurement().isPresent()
                    ? Optional.empty()
                    : Optional.of("pflash firmware is not loaded again, and nothing measures it");
        }
        if (loaded(before.launched()).isEmpty() || loaded(after).isEmpty()) {
            return Optional.of("the firmware file cannot be read");
        }
        if (!before.firmwareKnown()) {
            return Optional.of(
                    "the firmware file was changed after QEMU had loaded it, so what ran before is not known");
        }
        return loaded(before.launched()).equals(loaded(after))
                ? Optional.empty()
                : Optional.of("the firmware file was written anew meanwhile, with the same content");
    }

    private static Optional<Launch.Fingerprint> loaded(Launch launch) {
        return launch.firmware().filter(firmware -> !firmware.pflash()).flatMap(Launch.Firmware::file);
    }

    private static String sameText(Launch after) {
        var what = new ArrayList<String>();
        what.add("%d properties".formatted(after.properties().size()));
        after.measurement().ifPresent(_ -> what.add("launch measurement"));
        loaded(after).ifPresent(file -> what.add("firmware (SHA-256 %s)".formatted(shortened(file))));
        return "as before: " + String.join(", ", what);
    }

    private static String shortened(Launch.Fingerprint file) {
        return file.sha256().substring(0, Math.min(12, file.sha256().length()));
    }

    private SameLaunch() {}
}
