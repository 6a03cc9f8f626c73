package io.reseal.daemon.guest;

import io.reseal.policy.GuestKind;
import io.reseal.policy.Launch.Fingerprint;
import io.reseal.policy.Launch.Firmware;
import io.reseal.policy.Room;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What files of this host tell of one guest's next launch: its firmware, and what a rebuild takes from the host. It reads files,
 * so call it on a virtual thread, never on an event loop; one thread at a time.
 */
final class Surroundings {
    /**
     * What was seen; empty and unknown where nothing is certain.
     *
     * @param bundle the file of the IGVM bundle that takes the firmware's place
     * @param place where the one of the two that is launched is for us
     */
    record Seen(Optional<Firmware> firmware, Optional<BundleFile> bundle, Optional<Path> place, Room room) {
        static final Seen NOTHING = new Seen(Optional.empty(), Optional.empty(), Optional.empty(), Room.UNKNOWN);
    }

    /** A bundle's file as it is now; gone, or not to be read, where the fingerprint is empty. */
    record BundleFile(Optional<Fingerprint> file, boolean olderThanProcess, boolean gone) {}

    /** The times of files, of processes and since boot are each told to 10 ms only. */
    private static final Duration CLEARLY = Duration.ofMillis(50);

    private final Host host;
    private final QemuFiles files;
    private final GuestKind kind;
    private final GuestLog log;
    private volatile FirmwareSource source;
    private boolean found;
    private String trouble = "";

    Surroundings(Host host, QemuFiles files, GuestKind kind, FirmwareSource source, GuestLog log) {
        this.host = host;
        this.files = files;
        this.kind = kind;
        this.source = source;
        this.log = log;
    }

    /** From now on a rebuild would load that file. Of any thread. */
    void firmwareIs(String file) {
        source = source.withFile(file);
    }

    Seen look() {
        var now = source;
        return new Seen(firmware(now), now.bundlePath().map(this::bundle), place(now), room());
    }

    private Optional<Path> place(FirmwareSource now) {
        try {
            var path = now.bundlePath().or(now::path);
            return path.isEmpty()
                    ? Optional.empty()
                    : Optional.of(files.way(path.get()).end());
        } catch (IOException | RuntimeException _) {
            return Optional.empty();
        }
    }

    private BundleFile bundle(Path path) {
        var sight = sight(path);
        tell(path, sight);
        return switch (sight) {
            case Sight.Seen seen -> new BundleFile(Optional.of(seen.fingerprint()), older(seen.fingerprint()), false);
            case Sight.Missing _ -> new BundleFile(Optional.empty(), false, true);
            case Sight.Unknown _ -> new BundleFile(Optional.empty(), false, false);
        };
    }

    private Room room() {
        if (!kind.alwaysRebuilt() && !source.igvm()) {
            return Room.UNKNOWN;
        }
        var memory =
                source.igvm() ? host.room().memoryLeft(host.processes().controlGroups(pid())) : OptionalLong.empty();
        return kind.alwaysRebuilt()
                ? new Room(
                        host.room().keys(kind),
                        host.processes().descriptorsLeft(pid()),
                        Monitor.isSev(kind) ? host.processes().leakedBySev(pid()) : OptionalLong.empty(),
                        memory)
                : new Room(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), memory);
    }

    /** Flash is not loaded again, so its file is of no interest. */
    private Optional<Firmware> firmware(FirmwareSource now) {
        return now.pflash()
                ? Optional.of(new Firmware(now.flash(), true, Optional.empty(), false))
                : now.path().flatMap(path -> firmware(now, path));
    }

    /** A file that took the place of another one at run time is not what was loaded, however old it is. */
    private Optional<Firmware> firmware(FirmwareSource now, Path path) {
        var sight = sight(path);
        tell(path, sight);
        return switch (sight) {
            case Sight.Seen(var file) -> {
                found = true;
                yield Optional.of(new Firmware(now.file(), false, Optional.of(file), now.isOfStart() && older(file)));
            }
            case Sight.Missing _ when elsewhere(path) -> Optional.empty();
            case Sight.Missing _ -> Optional.of(new Firmware(now.file(), false, Optional.empty(), false));
            case Sight.Unknown _ -> Optional.empty();
        };
    }

    private Sight sight(Path path) {
        try {
            var way = files.way(path);
            var sight = host.fingerprints().look(way.end());
            return switch (sight) {
                case Sight.Seen(var file) -> new Sight.Seen(file.reachedSince(files.since(path, way)));
                case Sight.Missing _
                when !files.visible() -> new Sight.Unknown("the files that QEMU sees cannot be looked at");
                default -> sight;
            };
        } catch (IOException | RuntimeException refused) {
            return new Sight.Unknown(Failures.text(refused));
        }
    }

    private long pid() {
        return files.process().pid();
    }

    /** QEMU searches its data folders for a bare name that is not in its working directory ({@code qemu_find_file}). */
    private boolean elsewhere(Path path) {
        return !path.isAbsolute() && path.getNameCount() == 1 && !found;
    }

    private boolean older(Fingerprint file) {
        var changed = Instant.ofEpochMilli(file.modifiedMillis());
        return files.started()
                .map(started -> changed.isBefore(started.minus(CLEARLY)))
                .orElse(false);
    }

    /** Once for each reason. */
    private void tell(Path path, Sight sight) {
        var now = switch (sight) {
            case Sight.Seen _ -> "";
            case Sight.Missing _ when elsewhere(path) -> "";
            case Sight.Missing missing -> missing.why();
            case Sight.Unknown unknown -> unknown.why();
        };
        if (!now.isEmpty() && !now.equals(trouble)) {
            log.warn("%s of QEMU process %d: %s".formatted(path, pid(), now));
        }
        trouble = now;
    }
}
