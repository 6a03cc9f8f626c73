package io.reseal.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What a simulated guest is launched from: a firmware file that people replace, and vCPUs that they plug in. */
final class LaunchModel {
    /** What went into a launch. */
    private record Made(int content, int vcpus) {}

    private final GuestKind kind;
    private final Instant processBegan;
    private int content;
    private Instant changed;
    private int vcpus = 2;
    private Made launched;
    private boolean readSince;
    private boolean murky;

    /** @param wall the wall time, by which files are dated */
    LaunchModel(GuestKind kind, Instant wall) {
        this.kind = kind;
        this.processBegan = wall;
        this.changed = wall.minus(Duration.ofDays(1));
        this.launched = made();
    }

    private Made made() {
        return new Made(content, vcpus);
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

    /** What became of a launch: the same as the one before, another, or what no reading can tell. */
    enum Sameness {
        SAME,
        OTHER,
        UNKNOWABLE
    }

    /** Launches it anew. */
    Sameness launchAgain() {
        boolean same = !kind.alwaysRebuilt() || made().equals(launched);
        boolean unknowable = murky;
        launched = made();
        murky = false;
        readSince = false;
        return same ? Sameness.SAME : unknowable ? Sameness.UNKNOWABLE : Sameness.OTHER;
    }

    /** Whether what was launched last could be read before it was changed. */
    boolean murky() {
        return murky;
    }

    Launch read() {
        readSince = true;
        var file = new Launch.Fingerprint(0x400000, "sha-" + content, content, changed.toEpochMilli());
        return new Launch(
                Map.of("vcpus", String.valueOf(vcpus)),
                Optional.empty(),
                Optional.of(new Launch.Firmware("/fw", false, Optional.of(file), changed.isBefore(processBegan))));
    }
}
