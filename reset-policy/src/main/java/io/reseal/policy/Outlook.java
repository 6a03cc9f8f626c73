package io.reseal.policy;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What the present life of a guest was launched from, and what its next one would be.
 *
 * @param launched as first read in this life; {@link Launch#UNKNOWN} until then
 * @param loadedBy when this life's firmware had been loaded; empty for a life whose begin was not seen
 * @param next as last read
 * @param room of the host, as last read
 */
public record Outlook(Launch launched, Optional<Instant> loadedBy, Launch next, Room room) {
    static final Outlook UNKNOWN = new Outlook(Launch.UNKNOWN, Optional.empty(), Launch.UNKNOWN, Room.UNKNOWN);

    /** What could not be read at first is taken from a later reading. */
    Outlook read(Launch launch, Room left) {
        var first = new Launch(
                launched.properties().isEmpty() ? launch.properties() : launched.properties(),
                launched.measurement().or(launch::measurement),
                launched.firmware()
                        .filter(firmware -> firmware.file().isPresent())
                        .or(launch::firmware),
                launched.igvm().filter(bundle -> bundle.file().isPresent()).or(launch::igvm),
                firstExpected(launch));
        return new Outlook(first, loadedBy, launch, left);
    }

    /**
     * Of a life whose begin was seen the digest may be known before anything was read of it: a bundle's stays, unless the
     * vCPUs were changed between the last reading and the reset.
     */
    private Optional<Prediction> firstExpected(Launch launch) {
        boolean first = launched.properties().isEmpty();
        boolean carried = launched.expected().isPresent() && (!first || next.sameMachine(launch));
        if (carried) {
            return launched.expected();
        }
        boolean same = first || launched.properties().equals(launch.properties());
        return launch.expected().filter(_ -> same && (launched.igvm().isEmpty() || sameBundle(launch)));
    }

    /**
     * A reset began another life; {@code seenAt} is QEMU's time of its RESET event, empty when that was missed. A bundle was
     * replayed from QEMU's memory, so what was known of it stays known, whatever became of its file; which objects there were
     * is read anew.
     */
    Outlook reborn(Optional<Instant> seenAt) {
        var bundle = launched.igvm().flatMap(was -> next.igvm().map(is -> is.replayed(was)));
        var kept = new Launch(Map.of(), Optional.empty(), Optional.empty(), bundle, bundle.flatMap(_ -> expected()));
        return new Outlook(kept, seenAt, next, room);
    }

    /** Whether the firmware file that was read first in this life is what had been loaded: nobody changed it since. */
    boolean firmwareKnown() {
        return launched.firmware()
                .map(firmware -> loadedBy.map(at -> changedBefore(firmware, at)).orElse(firmware.olderThanProcess()))
                .orElse(false);
    }

    /** Whether the vCPUs that were read first in this life are those of its launch: none was plugged in since. */
    boolean vcpusKnown() {
        return loadedBy.isPresent() || !launched.properties().containsKey(Launch.HOTPLUGGED);
    }

    private static boolean changedBefore(Launch.Firmware firmware, Instant at) {
        return firmware.file()
                .map(file -> file.modifiedMillis() < at.toEpochMilli())
                .orElse(false);
    }

    /**
     * What the next launch will be measured as: a bundle stays what it was, whatever its file becomes. What another bundle
     * adds to the launch is not known, nor what a bundle whose file is gone gives to other vCPUs.
     */
    public Optional<Prediction> expected() {
        if (next.igvm().isEmpty()) {
            return next.expected();
        }
        if (!next.igvm().get().ownAlone()) {
            return Optional.empty();
        }
        return launched.properties().isEmpty() || launched.sameMachine(next)
                ? launched.expected()
                : next.expected().filter(_ -> sameBundle(next));
    }

    private boolean sameBundle(Launch launch) {
        var was = launched.igvm().flatMap(Launch.Bundle::file).map(Launch.Fingerprint::sha256);
        var is = launch.igvm().flatMap(Launch.Bundle::file).map(Launch.Fingerprint::sha256);
        return was.isPresent() && was.equals(is);
    }

    /** Whether the bundle's file is no longer what QEMU has loaded. */
    boolean bundleStale() {
        var before = launched.igvm().filter(Launch.Bundle::olderThanProcess).flatMap(Launch.Bundle::file);
        var now = next.igvm().flatMap(Launch.Bundle::file);
        boolean replaced = before.isPresent()
                && now.isPresent()
                && !before.get().sha256().equals(now.get().sha256());
        return replaced
                || launched.igvm().map(bundle -> !bundle.olderThanProcess()).orElse(false);
    }

    /** Whether a rebuild would load another {@code -bios} file than the one that was loaded. */
    boolean firmwareChanged() {
        var before = launched.firmware().flatMap(Launch.Firmware::file);
        var now = next.firmware().filter(firmware -> !firmware.pflash()).flatMap(Launch.Firmware::file);
        return before.isPresent()
                && now.isPresent()
                && (!firmwareKnown() || !before.get().sha256().equals(now.get().sha256()));
    }
}
