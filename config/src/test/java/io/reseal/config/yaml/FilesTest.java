package io.reseal.config.yaml;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesTest {
    @TempDir
    private Path folder;

    @Test
    void a_file_is_read_as_UTF_8_with_or_without_a_byte_order_mark() throws IOException {
        var loaded = ConfigFile.load(file("\uFEFFguests: [{name: a, qmp: /run/a-ä}]\r\n", UTF_8));

        assertThat(loaded.config().guests()).hasSize(1);
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void every_message_names_the_file() throws IOException {
        var file = file("log: {level: 1}\nfoo: 1\n", UTF_8);

        assertThatThrownBy(() -> ConfigFile.load(file))
                .isInstanceOf(ConfigException.class)
                .hasMessage(file + ":1:14: log.level must be one of `error`, `warn`, `info`, `debug`, `trace`, "
                        + "but is the number 1\n" + file + ":2:1: foo is not a known key: known here are `discovery`, "
                        + "`guests`, `policy`, `limits`, `host`, `qmp`, `http`, `log`, `journal`");
    }

    @Test
    void a_file_that_does_not_exist_is_a_fault() {
        expect(folder.resolve("none.yaml"), ": does not exist: create it or name another file");
    }

    @Test
    void a_directory_in_place_of_the_file_is_a_fault() {
        expect(folder, ": is a directory: name the YAML file itself");
    }

    @Test
    void a_file_that_is_not_UTF_8_is_a_fault() throws IOException {
        expect(
                file("log:\n  level: ä\n", ISO_8859_1),
                ":2:10: has the byte 0xE4, which is not UTF-8 here: save the file as UTF-8");
    }

    @Test
    void a_file_that_ends_inside_a_character_is_a_fault() throws IOException {
        expect(
                file("\u00ef\u00bb\u00bf# \u00c3", ISO_8859_1),
                ":1:3: has the byte 0xC3, which is not UTF-8 here: save the file as UTF-8");
    }

    @Test
    void a_file_that_is_larger_than_the_limit_is_a_fault() throws IOException {
        expect(
                file("#".repeat(ConfigFile.LARGEST) + "\n", UTF_8),
                ": is larger than 256 KiB, more than any configuration needs");
    }

    @Test
    void a_file_without_end_is_not_read_beyond_the_limit() {
        expect(Path.of("/dev/zero"), ": is larger than 256 KiB, more than any configuration needs");
    }

    @Test
    void a_file_that_cannot_be_read_is_a_fault() {
        // address 0 of a process is never mapped, so that Linux answers EIO
        expect(Path.of("/proc/self/mem"), ": cannot be read: Input/output error");
        assertThat(ConfigFile.unreadable(new AccessDeniedException("x")))
                .isEqualTo("may not be read: give the user that runs Reseal the right to");
    }

    private void expect(Path file, String complaint) {
        assertThatThrownBy(() -> ConfigFile.load(file)).hasMessage(file + complaint);
    }

    private Path file(String text, Charset charset) throws IOException {
        return Files.writeString(folder.resolve("reseal.yaml"), text, charset);
    }
}
