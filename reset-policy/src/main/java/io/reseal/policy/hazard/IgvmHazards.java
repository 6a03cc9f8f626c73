package io.reseal.policy.hazard;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.launch.GuestPolicies;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.launch.LaunchHistory;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Hazards of guests that QEMU launches from an IGVM bundle (11.1-rc2, run live on a simulated platform). */
final class IgvmHazards {
    /** Page data is leaked twice at each replay (QEMU 11.1, backends/igvm.c:qigvm_page_attrs_equal). */
    private static final long LEAKED_TIMES = 2;

    private final List<Hazard> found;
    private final GuestFacts facts;
    private final Condition now;
    private final LaunchHistory launches;

    private IgvmHazards(List<Hazard> found, GuestFacts facts, Condition now) {
        this.found = found;
        this.facts = facts;
        this.now = now;
        this.launches = now.launches();
    }

    /** Adds those of a guest that has a bundle. */
    static void add(List<Hazard> found, GuestFacts facts, Condition now) {
        now.launches().next().igvm().ifPresent(bundle -> new IgvmHazards(found, facts, now).of(bundle));
    }

    private void of(Launch.Bundle bundle) {
        file(bundle);
        objects(bundle);
        notRun();
        kinds();
        leak();
        if (facts.kind() == GuestKind.SEV_SNP) {
            policy();
        }
    }

    private void file(Launch.Bundle bundle) {
        if (launches.bundleGone()) {
            found.add(new Hazard(
                    HazardId.IGVM_STALE,
                    "%s is gone from disk: the reset keeps what QEMU has, a new process will not start."
                            .formatted(bundle.path()),
                    "Put the bundle back before this QEMU process ends; for a reset there is nothing to cure."));
        } else if (launches.bundleStale()) {
            found.add(new Hazard(
                    HazardId.IGVM_STALE,
                    (launches.bundleKnown()
                                    ? "%s is not what QEMU read at its start: the reset keeps the old firmware."
                                    : "%s or its path is newer than QEMU, which may have read another: the reset keeps what QEMU has.")
                            .formatted(bundle.path()),
                    "Start a new QEMU process to have the new bundle; for a reset there is nothing to cure."));
        }
    }

    private void objects(Launch.Bundle bundle) {
        if (bundle.ownAlone()) {
            return;
        }
        var names = bundle.objects().stream().sorted().toList();
        if (launches.ownBundleDeleted()) {
            found.add(new Hazard(
                    HazardId.IGVM_OBJECTS,
                    "The machine's own igvm-cfg object was deleted, %s are left: QEMU replays it all the same, and beside it what cannot be told."
                            .formatted(names.isEmpty() ? "none" : names),
                    "Start a new QEMU process, whose bundle can be seen."));
        } else {
            found.add(new Hazard(
                    HazardId.IGVM_OBJECTS,
                    "QEMU has the igvm-cfg objects %s and the machine's own is %s: each is replayed, so the launch changes."
                            .formatted(names, bundle.linked().orElse("none of them")),
                    "Delete every igvm-cfg object but the machine's own (object-del)."));
        }
    }

    /** Pages of a plain guest are copied as often as one likes; those of others KVM takes only once. */
    private void notRun() {
        boolean hasRun = launches.past().hasRun() || launches.everReset(now.runState());
        if (now.runState().prelaunch() && facts.kind().isSev() && !hasRun) {
            found.add(new Hazard(
                    HazardId.IGVM_NOT_RUN,
                    "The guest was started with -S and has not run: a reset sends its pages twice, and QEMU exits at the cont.",
                    launches.fresh(facts) ? "Let it run (cont) before it is reset." : Hazards.PERHAPS_FRESH));
        }
    }

    private void kinds() {
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

    /** A launch takes the policy of the object; then the bundle writes its own over it, and that is what QMP shows. */
    private void policy() {
        var launched = Optional.ofNullable(launches.launched().properties().get(LaunchHistory.POLICY));
        var next = Optional.ofNullable(launches.next().properties().get(LaunchHistory.POLICY));
        if (launched.isPresent() && next.isPresent() && !launched.equals(next)) {
            boolean becomes = !GuestPolicies.debuggable(GuestKind.SEV_SNP, launched.get())
                    && GuestPolicies.debuggable(GuestKind.SEV_SNP, next.get());
            found.add(new Hazard(
                    HazardId.POLICY_TRAP,
                    "The guest was launched with policy %s, and its bundle has %s: the next reset changes the guest's policy%s."
                            .formatted(launched.get(), next.get(), becomes ? ", and makes it debuggable" : ""),
                    "Start the guest with policy=%s on the sev-snp-guest object, or with another bundle."
                            .formatted(next.get())));
        }
    }

    /** Told once there is something to tell; it stops a reset only where that one would be killed for it. */
    private void leak() {
        long rebuilds = launches.rebuilds();
        long each = LEAKED_TIMES * bundleBytes();
        var left = launches.room().memory();
        boolean tooMuch = left.isPresent() && left.getAsLong() < each;
        if (each > 0 && (rebuilds > 0 || tooMuch)) {
            found.add(new Hazard(
                    HazardId.IGVM_LEAK,
                    "QEMU leaks about %s at each launch from its bundle, so far %s in %d resets; %s."
                            .formatted(bytes(each), bytes(rebuilds * each), rebuilds, limit(left)),
                    "Start a new QEMU process at the next occasion, or raise the memory limit of its control group.",
                    tooMuch));
        }
    }

    private long bundleBytes() {
        return launches.launched()
                .igvm()
                .flatMap(Launch.Bundle::file)
                .or(() -> launches.next().igvm().flatMap(Launch.Bundle::file))
                .map(Launch.Fingerprint::size)
                .orElse(0L);
    }

    private static String limit(OptionalLong left) {
        return left.isPresent()
                ? "its control groups allow it %s more, and beyond that it is killed".formatted(bytes(left.getAsLong()))
                : "no control group limits its memory, as far as is known";
    }

    private static String bytes(long count) {
        return count < 1_000_000
                ? "%d kB".formatted(count / 1000)
                : "%d.%d MB".formatted(count / 1_000_000, count / 100_000 % 10);
    }
}
