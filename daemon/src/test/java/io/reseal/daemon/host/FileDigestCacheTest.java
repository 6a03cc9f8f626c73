package io.reseal.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.launch.Launch.Fingerprint;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FileDigestCacheTest {
    private static final String SHA256_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    private Path folder;

    private Path file;
    private final FileDigestCache fingerprints = new FileDigestCache(Clock.systemUTC());
    /** For it all files are old, so that what it read is not read again. */
    private final FileDigestCache late = new FileDigestCache(Clock.offset(Clock.systemUTC(), Duration.ofHours(1)));

    @BeforeEach
    void begin() throws IOException {
        file = Files.writeString(folder.resolve("OVMF.fd"), "abc");
    }

    @Test
    void a_fingerprint_tells_content_size_inode_and_time() throws IOException {
        var inode = ((Number) Files.getAttribute(file, "unix:ino")).longValue();
        var time = ((FileTime) Files.getAttribute(file, "unix:ctime")).toMillis();
        assertThat(seen(fingerprints)).isEqualTo(new Fingerprint(3, SHA256_OF_ABC, inode, time));
    }

    @Test
    void a_fingerprint_of_a_file_that_a_package_brought_has_the_time_when_its_inode_was_made() throws IOException {
        var before = Instant.now().minusSeconds(1);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_123L));
        assertThat(Instant.ofEpochMilli(seen(fingerprints).modifiedMillis())).isAfter(before);
    }

    @Test
    void a_fingerprint_is_another_one_when_the_file_was_replaced() throws IOException {
        var before = seen(late);
        var other = Files.writeString(folder.resolve("new"), "abd");
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(seen(late).sha256()).isNotEqualTo(before.sha256());
    }

    @Test
    void a_fingerprint_is_another_one_when_the_content_was_changed_in_place_and_the_time_set_back() throws IOException {
        var before = seen(late);
        var time = Files.getLastModifiedTime(file);
        Files.writeString(file, "abd", StandardOpenOption.WRITE);
        Files.setLastModifiedTime(file, time);
        var after = seen(late);
        assertThat(after.sha256()).isNotEqualTo(before.sha256());
    }

    @Test
    void a_fingerprint_is_not_remembered_of_a_file_that_may_change_within_the_resolution_of_its_times()
            throws IOException {
        for (int i = 0; i < 100; i++) {
            var before = seen(fingerprints);
            Files.writeString(file, "ab" + (char) ('d' + i % 2), StandardOpenOption.WRITE);
            assertThat(seen(fingerprints).sha256()).isNotEqualTo(before.sha256());
            Files.writeString(file, "abc", StandardOpenOption.WRITE);
        }
    }

    @Test
    void a_fingerprint_is_missing_without_a_file() {
        assertThat(look(fingerprints, folder.resolve("none")))
                .isEqualTo(new FileDigestCache.Reading.Missing("there is no such file"));
    }

    @Test
    void a_fingerprint_is_missing_for_what_is_no_regular_file_and_nothing_of_it_is_read()
            throws IOException, InterruptedException {
        var fifo = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        for (var odd : new Path[] {folder, fifo, Path.of("/dev/zero")}) {
            assertThat(look(fingerprints, odd))
                    .as(odd.toString())
                    .isEqualTo(new FileDigestCache.Reading.Missing("it is not a regular file"));
        }
    }

    @Test
    void a_fingerprint_is_missing_for_a_file_that_is_too_large_to_be_firmware() throws IOException {
        try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(FileDigestCache.LARGEST + 1);
        }
        assertThat(look(fingerprints, file))
                .isEqualTo(new FileDigestCache.Reading.Missing(
                        "it has 1073741825 bytes, and firmware has at most 1073741824"));
    }

    @Test
    void a_fingerprint_is_missing_for_an_empty_file_and_for_files_that_hold_no_data() throws IOException {
        Files.writeString(file, "");
        assertThat(look(fingerprints, file)).isEqualTo(new FileDigestCache.Reading.Missing("it is empty"));
        assertThat(look(fingerprints, Path.of("/proc/cmdline")))
                .isEqualTo(new FileDigestCache.Reading.Missing("it is on proc, a file system that holds no data"));
        assertThat(look(fingerprints, Path.of("/sys/kernel/mm/transparent_hugepage/enabled")))
                .isEqualTo(new FileDigestCache.Reading.Missing("it is on sysfs, a file system that holds no data"));
    }

    private static FileDigestCache.Reading look(FileDigestCache by, Path path) {
        try (var found = new ProcessFiles(Path.of("/"), Path.of("/")).find(path)) {
            return by.look(found);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Fingerprint seen(FileDigestCache by) {
        return ((FileDigestCache.Reading.Seen) look(by, file)).fingerprint();
    }
}
