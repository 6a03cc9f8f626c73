package io.reseal.policy.hazard;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Prediction;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.launch.LaunchHistory;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Hazards of an ID block, by which the PSP demands a launch digest: a launch that has another one is refused at its end, and
 * QEMU exits (SNP firmware ABI, SNP_LAUNCH_FINISH).
 */
final class IdBlockHazards {
    /** Of an ID block, whose first field is the digest (SNP firmware ABI, table of the ID block). */
    private static final int BLOCK = 96;

    private static final int DIGEST = 48;

    static void add(List<Hazard> found, GuestFacts facts, LaunchHistory launches) {
        var demanded = demanded(launches);
        var expected = launches.expected();
        if (facts.kind() != GuestKind.SEV_SNP || demanded.isEmpty() || expected.isEmpty()) {
            return;
        }
        judge(demanded.get(), expected.get()).ifPresent(found::add);
    }

    /** The bundle's, or that of the command line: QEMU takes only one of them. */
    private static Optional<String> demanded(LaunchHistory launches) {
        return launches.next().igvm().isPresent()
                ? launches.launched().igvm().flatMap(Launch.Bundle::contents).flatMap(Launch.Contents::demanded)
                : Optional.ofNullable(launches.next().properties().get("id-block"))
                        .flatMap(IdBlockHazards::digest);
    }

    private static Optional<String> digest(String block) {
        try {
            var bytes = Base64.getDecoder().decode(block);
            return bytes.length == BLOCK ? Optional.of(HexFormat.of().formatHex(bytes, 0, DIGEST)) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Optional<Hazard> judge(String demanded, Prediction expected) {
        boolean fits = expected.digests().contains(demanded);
        if (!fits) {
            return Optional.of(new Hazard(
                    HazardId.ID_BLOCK_MISMATCH,
                    "The ID block demands launch digest %s, but the launch has %s: the PSP refuses it, and QEMU exits."
                            .formatted(demanded, expected.words()),
                    "Start the guest with an ID block that was signed for its firmware, vCPUs and CPU model."));
        }
        return expected.digests().size() == 1 ? Optional.empty() : Optional.of(some(demanded, expected));
    }

    private static Hazard some(String demanded, Prediction expected) {
        boolean atRest = demanded.equals(expected.digest());
        return new Hazard(
                HazardId.ID_BLOCK_INTERRUPTS,
                "The ID block demands the launch digest of a guest %s: if that is not so at the reset, the PSP refuses the launch, and QEMU exits."
                        .formatted(
                                atRest
                                        ? "none of whose vCPUs has interrupts enabled"
                                        : "some of whose vCPUs have interrupts enabled"),
                atRest
                        ? "Reboot the guest from inside, which disables interrupts first."
                        : "Start the guest with an ID block that was signed for the digest of its start.");
    }

    private IdBlockHazards() {}
}
