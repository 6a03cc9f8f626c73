package io.reseal.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What a simulated guest is launched from: a firmware file that people replace, and vCPUs that they plug in. */
final class LaunchModel {
    private final GuestKind kind;
    private final Instant processBegan;
    private int content;
    private Instant changed;
    private int vcpus = 2;
    private int loadedContent;

    LaunchModel(GuestKind kind, Instant now) {
        this.kind = kind;
        this.processBegan = now;
        this.changed = now.minus(Duration.ofDays(1));
    }

    void replaceFirmware(int by, Instant now) {
        content = by;
        changed = now;
    }

    void plugVcpu() {
        vcpus++;
    }

    /** Whether the new launch loads the firmware that the last one had loaded. */
    boolean launchAgain() {
        boolean same = content == loadedContent || !kind.alwaysRebuilt();
        loadedContent = content;
        return same;
    }

    Launch read() {
        var file = new Launch.Fingerprint(0x400000, "sha-" + content, content, changed.toEpochMilli());
        return new Launch(
                Map.of("vcpus", String.valueOf(vcpus)),
                Optional.empty(),
                Optional.of(new Launch.Firmware("/fw", false, Optional.of(file), changed.isBefore(processBegan))));
    }
}
