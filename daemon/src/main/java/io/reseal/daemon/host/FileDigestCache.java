package io.reseal.daemon.host;

import io.reseal.daemon.files.Sha256;
import io.reseal.daemon.log.Failures;
import io.reseal.policy.launch.Launch.Fingerprint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Fingerprints of files. A file is read again only if something about its inode has changed since, so that many guests with
 * one firmware cost one reading. Safe for any thread; it reads files, so call it on a virtual thread, never on an event loop.
 */
public final class FileDigestCache {
    /** No firmware is larger: QEMU maps it below 4 GiB. */
    public static final long LARGEST = 1L << 30;

    /** A file may change twice within the resolution of its times, which is up to 2 s on some file systems. */
    private static final Duration RESOLUTION = Duration.ofSeconds(2);

    private static final int MOST_KNOWN = 4096;
    private static final int MOST_READS = 3;
    private static final int CHUNK = 64 * 1024;
    private static final String ATTRIBUTES = "unix:dev,ino,size,lastModifiedTime,ctime,isRegularFile";

    private record Inode(long device, long number) {}

    private record Stamp(Inode inode, long size, FileTime modified, FileTime inodeChanged, boolean regular) {
        static Stamp of(Path file) throws IOException {
            var read = Files.readAttributes(file, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
            return new Stamp(
                    new Inode(number(read, "dev"), number(read, "ino")),
                    number(read, "size"),
                    (FileTime) value(read, "lastModifiedTime"),
                    (FileTime) value(read, "ctime"),
                    (boolean) value(read, "isRegularFile"));
        }

        private static long number(Map<String, Object> read, String name) {
            return ((Number) value(read, name)).longValue();
        }

        private static Object value(Map<String, Object> read, String name) {
            var value = read.get(name);
            if (value == null) {
                throw new IllegalStateException("the file system does not tell the attribute " + name);
            }
            return value;
        }

        /** A file that a package brought has an old time of change, but its inode is new. */
        Instant changed() {
            var latest = modified.compareTo(inodeChanged) > 0 ? modified : inodeChanged;
            return latest.toInstant();
        }
    }

    private record Known(Stamp stamp, String sha256) {}

    private final Clock clock;
    private final Map<Inode, Known> known = new ConcurrentHashMap<>();

    public FileDigestCache(Clock clock) {
        this.clock = clock;
    }

    /** Looks at a file; {@code file} itself must not be a symbolic link, as those of other processes lead elsewhere. */
    public Reading look(Path file) {
        try {
            for (int reads = 0; reads < MOST_READS; reads++) {
                var stamp = Stamp.of(file);
                var unfit = unfit(stamp);
                if (unfit.isPresent()) {
                    return new Reading.Missing(unfit.get());
                }
                var sha256 = digest(file, stamp);
                if (sha256.isPresent()) {
                    return seen(stamp, sha256.get());
                }
            }
            return new Reading.Unknown("it changed during each of %d readings".formatted(MOST_READS));
        } catch (NoSuchFileException _) {
            return new Reading.Missing("there is no such file");
        } catch (IOException | RuntimeException refused) {
            return new Reading.Unknown(Failures.text(refused));
        }
    }

    private static Optional<String> unfit(Stamp stamp) {
        if (!stamp.regular()) {
            return Optional.of("it is not a regular file");
        }
        return stamp.size() > LARGEST
                ? Optional.of("it has %d bytes, and firmware has at most %d".formatted(stamp.size(), LARGEST))
                : Optional.empty();
    }

    private static Reading seen(Stamp stamp, String sha256) {
        var fingerprint = new Fingerprint(
                stamp.size(), sha256, stamp.inode().number(), stamp.changed().toEpochMilli());
        return new Reading.Seen(fingerprint);
    }

    /** Empty when the file changed while it was read. */
    private Optional<String> digest(Path file, Stamp stamp) throws IOException {
        var before = known.get(stamp.inode());
        if (before != null && before.stamp().equals(stamp)) {
            return Optional.of(before.sha256());
        }
        var read = read(file, stamp.size());
        if (read.isEmpty() || !Stamp.of(file).equals(stamp)) {
            return Optional.empty();
        }
        remember(stamp, read.get());
        return read;
    }

    private void remember(Stamp stamp, String sha256) {
        if (stamp.inodeChanged().toInstant().isAfter(clock.instant().minus(RESOLUTION))) {
            known.remove(stamp.inode());
            return;
        }
        if (known.size() >= MOST_KNOWN) {
            known.clear();
        }
        known.put(stamp.inode(), new Known(stamp, sha256));
    }

    /** The digest of a file that has {@code size} bytes; one that grows is not read to its end. */
    private static Optional<String> read(Path file, long size) throws IOException {
        var digest = Sha256.begin();
        long count = 0;
        try (ReadableByteChannel channel = Files.newByteChannel(file, Set.of(LinkOption.NOFOLLOW_LINKS))) {
            var chunk = ByteBuffer.allocate(CHUNK);
            while (count <= size && channel.read(chunk) >= 0) {
                chunk.flip();
                count += chunk.remaining();
                digest.update(chunk);
                chunk.clear();
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
