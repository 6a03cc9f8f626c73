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
                launched.expected().or(launch::expected));
        return new Outlook(first, loadedBy, launch, left);
    }

    /**
     * A reset began another life; {@code seenAt} is QEMU's time of its RESET event, empty when that was missed. A bundle was
     * replayed from QEMU's memory, so what was known of it stays known, whatever became of its file; which objects there were
     * is read anew.
     */
    Outlook reborn(Optional<Instant> seenAt) {
        var bundle = launched.igvm().flatMap(was -> next.igvm().map(is -> is.replayed(was)));
        var kept = new Launch(
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                bundle,
                bundle.filter(Launch.Bundle::ownAlone).flatMap(_ -> launched.expected()));
        return new Outlook(kept, seenAt, next, room);
    }

    /** Whether the firmware file that was read first in this life is what had been loaded: nobody changed it since. */
    boolean firmwareKnown() {
        return launched.firmware()
                .map(firmware -> loadedBy.map(at -> changedBefore(firmware, at)).orElse(firmware.olderThanProcess()))
                .orElse(false);
    }

    private static boolean changedBefore(Launch.Firmware firmware, Instant at) {
        return firmware.file()
                .map(file -> file.modifiedMillis() < at.toEpochMilli())
                .orElse(false);
    }

    /** What the next launch will be measured as: a bundle stays what it was, whatever its file becomes. */
    public Optional<String> expected() {
        return next.igvm().isPresent() ? launched.expected() : next.expected();
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
