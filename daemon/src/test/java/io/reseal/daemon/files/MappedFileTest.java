package io.reseal.daemon.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reseal.daemon.files.FileTroubleException.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFileTest {
    private static final int SIZE = 64 << 10;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.write(folder.resolve("bundle"), new byte[SIZE]);
    }

    @Test
    void a_mapped_file_gives_its_bytes() {
        assertThat(MappedFile.read(file, SIZE, MemorySegment::byteSize)).isEqualTo(SIZE);
    }

    @Test
    void a_mapped_file_is_not_trusted_once_it_got_shorter_while_it_was_read() {
        assertThat(trouble(bytes -> {
                    truncate();
                    return bytes.get(ValueLayout.JAVA_BYTE, SIZE - 1);
                }))
                .isEqualTo(Code.CHANGED_WHILE_READ);
    }

    @Test
    void a_mapped_file_is_not_trusted_once_it_changed_while_it_was_read() {
        assertThat(trouble(bytes -> {
                    touch();
                    return bytes.get(ValueLayout.JAVA_BYTE, 0);
                }))
                .isEqualTo(Code.CHANGED_WHILE_READ);
    }

    @Test
    void a_mapped_file_is_not_trusted_once_it_vanished_while_it_was_read() {
        assertThat(trouble(bytes -> {
                    remove();
                    return bytes.get(ValueLayout.JAVA_BYTE, 0);
                }))
                .isEqualTo(Code.NO_FILE);
    }

    @Test
    void a_mapped_file_has_no_more_bytes_than_wanted() {
        assertThat(catchThrowableOfType(
                                FileTroubleException.class,
                                () -> MappedFile.read(file, SIZE - 1, MemorySegment::byteSize))
                        .code())
                .isEqualTo(Code.TOO_LARGE);
    }

    @Test
    void a_mapped_file_is_a_regular_file() throws IOException {
        file = folder;
        assertThat(trouble(MemorySegment::byteSize)).isEqualTo(Code.NOT_A_REGULAR_FILE);
        file = Path.of("/dev/zero");
        assertThat(trouble(MemorySegment::byteSize)).isEqualTo(Code.NOT_A_REGULAR_FILE);
        file = folder.resolve("none");
        assertThat(trouble(MemorySegment::byteSize)).isEqualTo(Code.NO_FILE);
        file = folder.resolve("n".repeat(300));
        assertThat(trouble(MemorySegment::byteSize)).isEqualTo(Code.UNREADABLE);
    }

    @Test
    void a_mapped_file_may_be_empty() throws IOException {
        file = Files.createFile(folder.resolve("empty"));
        assertThat(MappedFile.read(file, SIZE, MemorySegment::byteSize)).isZero();
    }

    private Code trouble(Function<MemorySegment, ?> reading) {
        return catchThrowableOfType(FileTroubleException.class, () -> MappedFile.read(file, SIZE, reading))
                .code();
    }

    private void truncate() {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private void touch() {
        try {
            Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private void remove() {
        try {
            Files.delete(file);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
