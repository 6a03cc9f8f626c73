package io.reseal.policy.simulation;

import io.reseal.policy.GuestKind;
import io.reseal.policy.launch.GuestPolicies;
import io.reseal.policy.launch.Launch;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a simulated guest is launched from: a firmware file that people replace, or an IGVM bundle with a policy of its own, and
 * vCPUs that people plug in.
 */
final class LaunchModel {
    private static final String OWN = "igvm0";

    /** What went into a launch. */
    private record Made(int content, int vcpus, long policy) {}

    /** What became of a launch: the same as the one before, another, or what no reading can tell. */
    enum Sameness {
        SAME,
        OTHER,
        UNKNOWABLE
    }

    private final GuestKind kind;
    private final Instant processBegan;
    private final long startPolicy;
    private final Optional<Long> bundlePolicy;
    private int content;
    private Instant changed;
    private int vcpus = 2;
    private Made launched;
    private boolean readSince;
    private boolean murky;

    /**
     * @param wall the wall time, by which files are dated
     * @param bundlePolicy empty for a guest with {@code -bios}
     */
    LaunchModel(GuestKind kind, Instant wall, long startPolicy, Optional<Long> bundlePolicy) {
        this.kind = kind;
        this.processBegan = wall;
        this.startPolicy = startPolicy;
        this.bundlePolicy = bundlePolicy;
        this.changed = wall.minus(Duration.ofDays(1));
        this.launched = made(startPolicy);
    }

    /** A bundle is read once, when QEMU starts. */
    private Made made(long policy) {
        return new Made(bundlePolicy.isPresent() ? 0 : content, vcpus, policy);
    }

    void replaceFirmware(int by, Instant wall) {
        content = by;
        changed = wall;
    }

    /** QMP has no event for it: before the first reading after a launch nobody can know what that was made with. */
    void plug(int more) {
        murky |= !readSince;
        vcpus = Math.max(2, vcpus + more);
    }

    /** Launches it again. */
    Sameness launchAgain() {
        var next = made(bundlePolicy.orElse(startPolicy));
        boolean same = !kind.alwaysRebuilt() || next.equals(launched);
        boolean unknowable = murky;
        launched = next;
        murky = false;
        readSince = false;
        return same ? Sameness.SAME : unknowable ? Sameness.UNKNOWABLE : Sameness.OTHER;
    }

    /** A guest that was started with -S is launched with the vCPUs that it has when it first runs. */
    void firstRun() {
        murky = vcpus != launched.vcpus();
        launched = new Made(launched.content(), vcpus, startPolicy);
    }

    boolean hasBundle() {
        return bundlePolicy.isPresent();
    }

    /** It was launched before it was read for the first time, and how is not known. */
    void unread() {
        murky = true;
    }

    /** The core has read it. */
    void wasRead() {
        readSince = true;
    }

    /** Whether it was changed since the last launch, before anybody could read what that was made with. */
    boolean murky() {
        return murky;
    }

    /** Somebody looks at it who does not know what was read before. */
    void seenAnew() {
        murky = true;
    }

    /** @param commandLine whether the command line of QEMU can be read */
    Launch read(boolean commandLine) {
        var file = Optional.of(new Launch.Fingerprint(0x400000, "sha-" + content, content, changed.toEpochMilli()));
        boolean older = changed.isBefore(processBegan);
        var properties = new HashMap<String, String>();
        properties.put("vcpus", String.valueOf(vcpus));
        boolean sev = kind != GuestKind.PLAIN && kind != GuestKind.TDX;
        if (sev) {
            properties.put("policy", GuestPolicies.hex(bundlePolicy.orElse(startPolicy)));
        }
        boolean bios = bundlePolicy.isEmpty();
        var launch = new Launch(
                properties,
                Optional.empty(),
                bios ? Optional.of(new Launch.Firmware("/fw", false, file, older)) : Optional.empty(),
                bundlePolicy.map(policy -> new Launch.Bundle(
                        "/igvm",
                        file,
                        older,
                        false,
                        Set.of(OWN),
                        Optional.of(OWN),
                        Optional.of(new Launch.Contents(OptionalLong.of(policy), Optional.empty())))),
                Optional.empty());
        return commandLine ? launch.startedFrom(start(sev)) : launch;
    }

    private Launch.Start start(boolean sev) {
        var bundles = bundlePolicy.isPresent() ? Set.of(OWN) : Set.<String>of();
        return new Launch.Start(
                sev ? OptionalLong.of(startPolicy) : OptionalLong.empty(),
                bundles,
                bundles.stream().findFirst());
    }
}
