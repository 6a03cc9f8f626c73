package io.reseal.daemon.launch;

import io.reseal.daemon.files.FileContent;
import io.reseal.daemon.host.FileDigestCache;
import io.reseal.daemon.host.QemuFiles;
import io.reseal.daemon.log.Failures;
import io.reseal.daemon.log.GuestLog;
import io.reseal.policy.GuestKind;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch.Fingerprint;
import io.reseal.policy.launch.Launch.Firmware;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads the files of the host that decide one guest's next launch: its firmware, and what a rebuild takes from the host. It blocks,
 * so call it on a thread that may block, never on an event loop; one thread at a time.
 */
public final class LaunchFiles {
    /**
     * What was seen; empty and unknown where nothing is certain.
     *
     * @param bundle the file of the IGVM bundle that takes the firmware's place
     * @param content of the one of the two that is launched
     */
    public record Seen(
            Optional<Firmware> firmware,
            Optional<BundleFile> bundle,
            Optional<FileContent> content,
            HostCapacity room) {
        public static final Seen NOTHING =
                new Seen(Optional.empty(), Optional.empty(), Optional.empty(), HostCapacity.UNKNOWN);

        public Seen with(HostCapacity other) {
            return new Seen(firmware, bundle, content, other);
        }
    }

    /** A bundle's file as it is now; gone, or not to be read, where the fingerprint is empty. */
    public record BundleFile(Optional<Fingerprint> file, boolean olderThanProcess, boolean gone) {}

    /** The times of files, of processes and since boot are each told to 10 ms only. */
    private static final Duration CLEARLY = Duration.ofMillis(50);

    private final HostFacts host;
    private final QemuFiles files;
    private final GuestKind kind;
    private final GuestLog log;
    private volatile FirmwareSource source;
    private boolean found;
    private String trouble = "";

    public LaunchFiles(HostFacts host, QemuFiles files, GuestKind kind, FirmwareSource source, GuestLog log) {
        this.host = host;
        this.files = files;
        this.kind = kind;
        this.source = source;
        this.log = log;
    }

    /** From now on a rebuild would load that file. Answers whether that is news. Of any thread. */
    public boolean firmwareIs(String file) {
        var before = source;
        source = before.withFile(file);
        return !source.equals(before);
    }

    /** What it looks at, for people. */
    public String path() {
        return source.bundle().or(() -> source.text()).orElse("");
    }

    /** The files; not what a rebuild takes from the host. */
    public Seen look() {
        var now = source;
        return new Seen(
                firmware(now), now.bundlePath().map(this::bundle), place(now).map(this::content), HostCapacity.UNKNOWN);
    }

    private static Optional<Path> place(FirmwareSource now) {
        return now.bundlePath().or(now::path);
    }

    private FileContent content(Path path) {
        return new QemuFile(files, path);
    }

    private BundleFile bundle(Path path) {
        var sight = sight(path);
        tell(path, sight);
        return switch (sight) {
            case FileDigestCache.Reading.Seen seen ->
                new BundleFile(Optional.of(seen.fingerprint()), older(seen.fingerprint()), false);
            case FileDigestCache.Reading.Missing _ -> new BundleFile(Optional.empty(), false, true);
            case FileDigestCache.Reading.Unknown _ -> new BundleFile(Optional.empty(), false, false);
        };
    }

    /** What a rebuild takes from the host. */
    public HostCapacity room() {
        if (!kind.alwaysRebuilt() && !source.igvm()) {
            return HostCapacity.UNKNOWN;
        }
        var memory =
                source.igvm() ? host.room().memoryLeft(host.processes().controlGroups(pid())) : OptionalLong.empty();
        return kind.alwaysRebuilt()
                ? new HostCapacity(
                        host.room().keys(kind),
                        host.processes().descriptorsLeft(pid()),
                        kind.isSev() ? host.processes().leakedBySev(pid()) : OptionalLong.empty(),
                        memory)
                : new HostCapacity(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), memory);
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
            case FileDigestCache.Reading.Seen(var file) -> {
                found = true;
                yield Optional.of(new Firmware(now.file(), false, Optional.of(file), now.isOfStart() && older(file)));
            }
            case FileDigestCache.Reading.Missing _ when elsewhere(path) -> Optional.empty();
            case FileDigestCache.Reading.Missing _ ->
                Optional.of(new Firmware(now.file(), false, Optional.empty(), false));
            case FileDigestCache.Reading.Unknown _ -> Optional.empty();
        };
    }

    private FileDigestCache.Reading sight(Path path) {
        try (var found = files.find(path)) {
            if (found.isThere() && !files.mayRead(found)) {
                return new FileDigestCache.Reading.Unknown("the user that QEMU runs as may not read it");
            }
            var sight = host.fingerprints().look(found);
            return sight instanceof FileDigestCache.Reading.Seen(var file)
                    ? new FileDigestCache.Reading.Seen(file.reachedSince(files.since(path, found)))
                    : sight;
        } catch (NoSuchFileException _) {
            return new FileDigestCache.Reading.Unknown("the files that QEMU sees cannot be looked at");
        } catch (IOException | RuntimeException refused) {
            return new FileDigestCache.Reading.Unknown(Failures.text(refused));
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
    private void tell(Path path, FileDigestCache.Reading sight) {
        var now = switch (sight) {
            case FileDigestCache.Reading.Seen _ -> "";
            case FileDigestCache.Reading.Missing _ when elsewhere(path) -> "";
            case FileDigestCache.Reading.Missing missing -> missing.why();
            case FileDigestCache.Reading.Unknown unknown -> unknown.why();
        };
        if (!now.isEmpty() && !now.equals(trouble)) {
            log.warn("%s of QEMU process %d: %s".formatted(path, pid(), now));
        }
        trouble = now;
    }
}
