package io.reseal.policy;

import java.util.List;
import java.util.OptionalLong;

/** Hazards of guests that QEMU launches from an IGVM bundle (11.1-rc2, run live on a simulated platform). */
final class IgvmHazards {
    /** The policy of a guest to which neither command line nor bundle gives one (QEMU 11.1, target/i386/sev.c). */
    private static final long NO_POLICY = 0;

    /** Adds those of a guest to which QEMU was given a bundle. */
    static void add(List<Hazard> found, GuestFacts facts, Hazards.Condition now) {
        now.outlook().next().igvm().ifPresent(bundle -> {
            stale(found, now.outlook(), bundle);
            objects(found, bundle);
            notRun(found, now);
            kinds(found, facts);
            contents(found, facts, now.outlook());
        });
    }

    private static void stale(List<Hazard> found, Outlook outlook, Launch.Bundle bundle) {
        if (outlook.bundleStale()) {
            found.add(new Hazard(
                    HazardId.IGVM_STALE,
                    "%s is newer than what QEMU read at its start: the reset keeps the old firmware."
                            .formatted(bundle.path()),
                    "Start a new QEMU process to have the new bundle; for a reset there is nothing to cure."));
        }
    }

    private static void objects(List<Hazard> found, Launch.Bundle bundle) {
        if (!bundle.ownAlone()) {
            found.add(
                    new Hazard(
                            HazardId.IGVM_OBJECTS,
                            "QEMU has the igvm-cfg objects %s and the machine's own is %s: each is replayed, so the launch changes."
                                    .formatted(
                                            bundle.objects().stream().sorted().toList(),
                                            bundle.linked().orElse("none of them")),
                            "Delete every igvm-cfg object but the machine's own (object-del); if that was deleted, start a new QEMU process."));
        }
    }

    private static void notRun(List<Hazard> found, Hazards.Condition now) {
        if (now.runState().equals("prelaunch")) {
            found.add(new Hazard(
                    HazardId.IGVM_NOT_RUN,
                    "The guest was started with -S and has not run: a reset sends its pages twice, and QEMU exits at the cont.",
                    "Let it run (cont) before it is reset."));
        }
    }

    private static void kinds(List<Hazard> found, GuestFacts facts) {
        if (facts.kind() == GuestKind.SEV || facts.kind() == GuestKind.SEV_ES) {
            found.add(new Hazard(
                    HazardId.SEV_IGVM,
                    "QEMU %s measures a %s guest before its IGVM pages are there: real firmware refuses them."
                            .formatted(facts.qemu(), facts.kind().text()),
                    "Launch the guest as SEV-SNP, or with -bios."));
        } else if (facts.kind() == GuestKind.TDX) {
            found.add(new Hazard(
                    HazardId.TDX_IGVM,
                    "QEMU %s does not support IGVM for TDX: what a reset launches is not known."
                            .formatted(facts.qemu()),
                    "Launch the TD with -bios."));
        }
    }

    private static void contents(List<Hazard> found, GuestFacts facts, Outlook outlook) {
        var contents = outlook.launched().igvm().flatMap(Launch.Bundle::contents);
        if (facts.kind() == GuestKind.SEV_SNP && contents.isPresent()) {
            policy(found, outlook, contents.get());
        }
    }

    /** After the first reset the guest has the bundle's policy, and keeps it. */
    private static void policy(List<Hazard> found, Outlook outlook, Launch.Contents contents) {
        var start = contents.startPolicy();
        var bundle = contents.bundlePolicy();
        boolean differs =
                start.isPresent() && bundle.orElse(NO_POLICY) != NO_POLICY && start.getAsLong() != bundle.getAsLong();
        if (differs && outlook.loadedBy().isEmpty()) {
            found.add(new Hazard(
                    HazardId.POLICY_TRAP,
                    "The command line has policy %s and the bundle %s: the first reset changes the guest's policy%s."
                            .formatted(hex(start), hex(bundle), debuggable(start, bundle)),
                    "Start the guest with policy=%s on the sev-snp-guest object, or with another bundle."
                            .formatted(hex(bundle))));
        }
    }

    /** SNP guest policy, bit 19 (SNP firmware ABI). */
    private static String debuggable(OptionalLong before, OptionalLong after) {
        long debug = 1L << 19;
        boolean becomes = (before.orElseThrow() & debug) == 0 && (after.orElseThrow() & debug) != 0;
        return becomes ? ", and makes it debuggable" : "";
    }

    private static String hex(OptionalLong policy) {
        return "0x" + Long.toHexString(policy.orElseThrow());
    }

    private IgvmHazards() {}
}
