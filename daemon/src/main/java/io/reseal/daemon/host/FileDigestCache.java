package io.reseal.daemon.host;

import io.reseal.daemon.files.FileStatus;
import io.reseal.daemon.files.FoundFile;
import io.reseal.daemon.files.OpenFile;
import io.reseal.daemon.files.Sha256;
import io.reseal.daemon.files.UnfitFileException;
import io.reseal.daemon.log.Failures;
import io.reseal.policy.launch.Launch.Fingerprint;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Fingerprints of files. A file is read again only if something about its inode has changed since, so that many guests with
 * one firmware cost one reading. Safe for any thread; it reads files, so call it on a thread that may block, never on an event loop.
 */
public final class FileDigestCache {
    /** No firmware is larger: QEMU maps it below 4 GiB. */
    public static final long LARGEST = 1L << 30;

    /** A file may change twice within the resolution of its times, which is up to 2 s on some file systems. */
    private static final Duration RESOLUTION = Duration.ofSeconds(2);

    private static final int MOST_KNOWN = 4096;
    private static final int MOST_READS = 3;
    private static final int CHUNK = 64 * 1024;

    private record Inode(long device, long number) {}

    /** What a file keeps while it is not changed. */
    private record Stamp(Inode inode, long size, Instant modified, Instant inodeChanged) {
        static Stamp of(FileStatus file) {
            return new Stamp(new Inode(file.device(), file.inode()), file.size(), file.modified(), file.changed());
        }

        /** A file that a package brought has an old time of change, but its inode is new. */
        Instant changed() {
            return modified.isAfter(inodeChanged) ? modified : inodeChanged;
        }
    }

    private record Known(Stamp stamp, String sha256) {}

    private final Clock clock;
    private final Map<Inode, Known> known = new ConcurrentHashMap<>();

    public FileDigestCache(Clock clock) {
        this.clock = clock;
    }

    /** Looks at a file, which may be anything. */
    public Reading look(FoundFile file) {
        if (!file.isThere()) {
            return new Reading.Missing("there is no such file");
        }
        try (var opened = file.open()) {
            for (int reads = 0; reads < MOST_READS; reads++) {
                var stamp = Stamp.of(opened.status());
                if (stamp.size() > LARGEST) {
                    return new Reading.Missing(
                            "it has %d bytes, and firmware has at most %d".formatted(stamp.size(), LARGEST));
                }
                var sha256 = digest(opened, stamp);
                if (sha256.isPresent()) {
                    return seen(stamp, sha256.get());
                }
            }
            return new Reading.Unknown("it changed during each of %d readings".formatted(MOST_READS));
        } catch (UnfitFileException unfit) {
            return new Reading.Missing(Failures.text(unfit));
        } catch (NoSuchFileException _) {
            return new Reading.Missing("there is no such file");
        } catch (IOException | RuntimeException refused) {
            return new Reading.Unknown(Failures.text(refused));
        }
    }

    private static Reading seen(Stamp stamp, String sha256) {
        var fingerprint = new Fingerprint(
                stamp.size(), sha256, stamp.inode().number(), stamp.changed().toEpochMilli());
        return new Reading.Seen(fingerprint);
    }

    /** Empty when the file changed while it was read. */
    private Optional<String> digest(OpenFile file, Stamp stamp) throws IOException {
        var before = known.get(stamp.inode());
        if (before != null && before.stamp().equals(stamp)) {
            return Optional.of(before.sha256());
        }
        var read = read(file, stamp.size());
        if (read.isEmpty() || !Stamp.of(file.status()).equals(stamp)) {
            return Optional.empty();
        }
        remember(stamp, read.get());
        return read;
    }

    private void remember(Stamp stamp, String sha256) {
        if (stamp.inodeChanged().isAfter(clock.instant().minus(RESOLUTION))) {
            known.remove(stamp.inode());
            return;
        }
        if (known.size() >= MOST_KNOWN) {
            known.clear();
        }
        known.put(stamp.inode(), new Known(stamp, sha256));
    }

    /** The digest of a file that has {@code size} bytes; one that grows is not read to its end. */
    private static Optional<String> read(OpenFile file, long size) throws IOException {
        var digest = Sha256.begin();
        long count = 0;
        try (var arena = Arena.ofConfined()) {
            var chunk = arena.allocate(CHUNK);
            long length = file.read(chunk, 0);
            while (length > 0 && count <= size) {
                count += length;
                digest.update(chunk.asSlice(0, length).asByteBuffer());
                length = file.read(chunk, count);
            }
        }
        return count == size ? Optional.of(HexFormat.of().formatHex(digest.digest())) : Optional.empty();
    }

    /** The result of reading a file. */
    public sealed interface Reading {
        /** Its content could be read. */
        record Seen(Fingerprint fingerprint) implements Reading {}

        /** It is certain that there is no file that could be loaded. */
        record Missing(String why) implements Reading {}

        /** It could not be looked at, which says nothing about it. */
        record Unknown(String why) implements Reading {}
    }
}
