package io.reseal.policy.launch;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.Prediction;
import io.reseal.policy.QemuRange;
import io.reseal.policy.RunState;
import io.reseal.policy.VcpuCounters;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the present incarnation of a guest was launched from, and what its next one would be.
 *
 * @param launched what this incarnation was launched from, as far as is known: the command line's word for a process's first launch,
 *     what QEMU told before the RESET for a later one's policy, and else what was read first in this incarnation
 * @param read whether anything was read in this incarnation
 * @param loadedBy when this incarnation's firmware had been loaded; empty for an incarnation whose begin was not seen
 * @param next as last read
 * @param room of the host, as last read
 * @param past of the QEMU process
 * @param former the newest incarnation before this one of which the launch was known, until the two have been compared
 */
public record LaunchHistory(
        Launch launched,
        boolean read,
        Optional<Instant> loadedBy,
        Launch next,
        HostCapacity room,
        PastLaunches past,
        Optional<Loaded> former) {
    public static final String POLICY = "policy";

    private static final QemuRange SEEN_TO_LEAK =
            new QemuRange(QemuRange.from(11, 0).from(), QemuRange.before(11, 2).before());

    /** Of a QEMU process of which nothing was seen. */
    public static final LaunchHistory UNKNOWN = new LaunchHistory(
            Launch.UNKNOWN,
            false,
            Optional.empty(),
            Launch.UNKNOWN,
            HostCapacity.UNKNOWN,
            PastLaunches.UNKNOWN,
            Optional.empty());

    /** What an incarnation was launched from, and whether its firmware file and its vCPUs are known to be those of the launch. */
    public record Loaded(Launch launch, boolean firmwareKnown, boolean vcpusKnown) {}

    /** What could not be read at first is taken from a later reading. */
    public LaunchHistory read(Launch launch, HostCapacity left) {
        boolean first = past.resets() == 0 && left.leaked().orElse(0) == 0;
        var known = new Launch(
                properties(launch, first),
                launched.measurement().or(launch::measurement),
                launched.firmware()
                        .filter(firmware -> firmware.file().isPresent())
                        .or(launch::firmware),
                bundle(launch, first),
                firstExpected(launch),
                launch.start());
        return new LaunchHistory(known, true, loadedBy, launch, left, past, former);
    }

    /**
     * QMP shows the policy of an IGVM bundle from the first launch on, which it was not launched with: without the command line that
     * is not known.
     */
    private Map<String, String> properties(Launch launch, boolean first) {
        var known = new HashMap<>(launch.properties());
        if (first) {
            launch.start()
                    .flatMap(start -> start.policy().stream().boxed().findFirst())
                    .ifPresent(policy -> known.computeIfPresent(POLICY, (_, _) -> GuestPolicies.hex(policy)));
        }
        if (!launched.machineUnknown()) {
            known.remove(
                    Launch.HOTPLUGGED); // it tells of vCPUs that are younger than what was read of this incarnation
        }
        if (past.resets() == 0 && launch.start().isEmpty() && launch.igvm().isPresent()) {
            known.remove(POLICY);
        }
        known.putAll(launched.properties());
        return known;
    }

    /** Which objects are replayed is known from the first reading; of the file a later one may tell more. */
    private Optional<Launch.Bundle> bundle(Launch launch, boolean first) {
        var kept = launched.igvm().filter(bundle -> bundle.file().isPresent());
        if (read) {
            return launched.igvm()
                    .map(was -> kept.isPresent()
                            ? was
                            : launch.igvm().map(was::replayed).orElse(was));
        }
        var now = launch.igvm().map(is -> kept.map(is::replayed).orElse(is));
        return first && launch.start().isPresent()
                ? now.flatMap(bundle -> bundle.asStarted(launch.start().get()))
                : now;
    }

    /** The guest was seen in this run state. */
    public LaunchHistory seen(RunState runState) {
        return runState.running() ? with(past.ran()) : this;
    }

    /** These counters were read of the present incarnation. */
    public LaunchHistory seen(VcpuCounters counters) {
        return with(past.counted(counters));
    }

    private LaunchHistory with(PastLaunches changed) {
        return new LaunchHistory(launched, read, loadedBy, next, room, changed, former);
    }

    /**
     * Of an incarnation whose begin was seen the digest may be known before anything was read of it: a bundle's stays, unless the
     * vCPUs were changed between the last reading and the reset. What a later reading expects was launched only if nothing
     * that enters it has changed since.
     */
    private Optional<Prediction> firstExpected(Launch launch) {
        boolean first = launched.machineUnknown();
        if (launched.expected().isPresent() && (!first || next.sameMachine(launch))) {
            return launched.expected();
        }
        boolean same = (first || launched.sameMachine(launch))
                && (launched.igvm().isEmpty() || launched.sameBundle(launch))
                && (launched.firmware().flatMap(Launch.Firmware::file).isEmpty() || launched.sameFirmware(launch));
        return launch.expected().filter(_ -> same);
    }

    /**
     * A reset began another incarnation; {@code seenAt} is QEMU's time of its RESET event, empty when that was missed. A bundle was
     * replayed from QEMU's memory, so what was known of it stays known, whatever became of its file; which objects there were
     * is read again. A launch takes the policy of the object, and then a bundle that has one writes its own over it: of such an
     * incarnation only what was told before its RESET says with which policy it was launched.
     */
    public LaunchHistory relaunched(Optional<Instant> seenAt) {
        var policy = launched.igvm()
                .flatMap(Launch.Bundle::contents)
                .filter(contents -> contents.policy().orElse(0) != 0)
                .flatMap(_ -> Optional.ofNullable(next.properties().get(POLICY)));
        var kept = new Launch(
                policy.map(was -> Map.of(POLICY, was)).orElse(Map.of()),
                Optional.empty(),
                Optional.empty(),
                launched.igvm(),
                next.igvm().flatMap(_ -> expected()));
        var compared = read ? Optional.of(loaded()) : former;
        return new LaunchHistory(kept, false, seenAt, next, room, past.reset(), compared);
    }

    /** A reset that launched nothing. */
    public LaunchHistory reset() {
        return with(past.reset());
    }

    /** Another QEMU process took the guest over: nothing that was seen of the one before concerns it. */
    public LaunchHistory inAnotherProcess() {
        return with(PastLaunches.UNKNOWN);
    }

    /** What this incarnation was launched from has been compared with what the one before was. */
    public LaunchHistory compared() {
        return new LaunchHistory(launched, read, loadedBy, next, room, past, Optional.empty());
    }

    public Loaded loaded() {
        return new Loaded(launched, firmwareKnown(), vcpusKnown());
    }

    /** Whether the firmware file that was read first in this incarnation is what had been loaded: nobody changed it since. */
    public boolean firmwareKnown() {
        return launched.firmware()
                .map(firmware -> loadedBy.map(at -> changedBefore(firmware, at)).orElse(firmware.olderThanProcess()))
                .orElse(false);
    }

    /** Whether the vCPUs that were read first in this incarnation are those of its launch: none was plugged in since. */
    public boolean vcpusKnown() {
        return loadedBy.isPresent() || !launched.properties().containsKey(Launch.HOTPLUGGED);
    }

    private static boolean changedBefore(Launch.Firmware firmware, Instant at) {
        return firmware.file()
                .map(file -> file.modifiedMillis() < at.toEpochMilli())
                .orElse(false);
    }

    /** What the next launch will be measured as. */
    public Optional<Prediction> expected() {
        return launched.expectedOf(next);
    }

    /** Launches of this QEMU process after its first, as many as are known of. */
    public long rebuilds() {
        return Math.max(past.resets(), room.leaked().orElse(0));
    }

    /** Whether this QEMU process was reset before: to {@code prelaunch} nothing else leads back. */
    public boolean everReset(RunState runState) {
        return rebuilds() > 0 || (runState.prelaunch() && past.hasRun());
    }

    /**
     * Whether the QEMU process is sure to have never run nor been reset. A reset while paused restarts the counters too; what
     * tells of it, if nobody was there to see, is the descriptor that it leaks in the releases that are known to.
     */
    public boolean fresh(GuestFacts facts) {
        boolean noRebuild =
                !facts.rebuiltOnReset() || (room.leaked().orElse(1) == 0 && SEEN_TO_LEAK.contains(facts.qemu()));
        return noRebuild && past.resets() == 0 && past.counted() && !past.hasRun();
    }

    /** Whether the file of the machine's bundle is no longer what QEMU has loaded. The same content is the same file. */
    public boolean bundleStale() {
        var before = launched.igvm().filter(Launch.Bundle::olderThanProcess).flatMap(Launch.Bundle::file);
        var now = next.igvm().flatMap(Launch.Bundle::file);
        return now.isPresent()
                && !before.map(file -> file.sha256().equals(now.get().sha256())).orElse(false);
    }

    /** Whether the bundle's file as it was read first is what QEMU has loaded. */
    public boolean bundleKnown() {
        return launched.igvm().filter(Launch.Bundle::olderThanProcess).isPresent();
    }

    /** Whether the machine's own bundle is out of sight, and replayed all the same. */
    public boolean ownBundleDeleted() {
        return next.ownBundleDeleted()
                || (launched.igvm().flatMap(Launch.Bundle::linked).isPresent()
                        && next.igvm()
                                .filter(bundle -> bundle.linked().isEmpty())
                                .isPresent());
    }

    /** Whether the file of the machine's bundle is not there any more. */
    public boolean bundleGone() {
        return next.igvm().map(Launch.Bundle::gone).orElse(false);
    }

    /** Whether a rebuild would load another {@code -bios} file than the one that was loaded. */
    public boolean firmwareChanged() {
        var before = launched.firmware().flatMap(Launch.Firmware::file);
        var now = next.firmware().filter(firmware -> !firmware.pflash()).flatMap(Launch.Firmware::file);
        return before.isPresent()
                && now.isPresent()
                && (!firmwareKnown() || !before.get().sha256().equals(now.get().sha256()));
    }
}
