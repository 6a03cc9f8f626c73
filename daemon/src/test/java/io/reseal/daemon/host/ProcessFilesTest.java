package io.reseal.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessFilesTest {
    @TempDir
    private Path folder;

    private Path root;
    private ProcessFiles files;

    @BeforeEach
    void begin() throws IOException {
        root = Files.createDirectories(folder.resolve("root"));
        var images = Files.createDirectories(root.resolve("usr/share/images"));
        Files.writeString(images.resolve("OVMF.fd"), "firmware");
        files = new ProcessFiles(root, root.resolve("usr/share"));
    }

    @Test
    void the_files_of_another_process_are_found_below_its_root() throws IOException {
        assertContent(Path.of("/usr/share/images/OVMF.fd"));
    }

    @Test
    void the_files_of_another_process_are_found_below_its_working_directory() throws IOException {
        assertContent(Path.of("images/OVMF.fd"));
        assertContent(Path.of("../share/images/OVMF.fd"));
    }

    @Test
    void the_files_of_another_process_are_found_through_absolute_links_which_mean_its_own_root() throws IOException {
        Files.createSymbolicLink(root.resolve("boot"), Path.of("/usr/share/images"));
        Files.createSymbolicLink(root.resolve("OVMF.fd"), Path.of("/boot/OVMF.fd"));
        assertContent(Path.of("/boot/OVMF.fd"));
        assertContent(Path.of("/OVMF.fd"));
    }

    @Test
    void the_files_of_another_process_are_found_through_relative_links() throws IOException {
        Files.createSymbolicLink(root.resolve("usr/OVMF.fd"), Path.of("share/../share/images/OVMF.fd"));
        assertContent(Path.of("/usr/OVMF.fd"));
    }

    @Test
    void the_files_of_another_process_are_not_looked_for_in_a_ring_of_links() throws IOException {
        Files.createSymbolicLink(root.resolve("a"), Path.of("b"));
        Files.createSymbolicLink(root.resolve("b"), Path.of("/a"));
        assertThatThrownBy(() -> files.find(Path.of("/a")))
                .isInstanceOf(IOException.class)
                .hasMessage("/a leads through more than 40 symbolic links");
    }

    @Test
    void the_files_of_another_process_may_be_missing() throws IOException {
        try (var found = files.find(Path.of("/usr/none/OVMF.fd"))) {
            assertThat(found.path()).doesNotExist();
            assertThat(found.isThere()).isFalse();
        }
        assertThat(files.visible()).isTrue();
        assertThat(new ProcessFiles(folder.resolve("none"), root).visible()).isFalse();
    }

    private void assertContent(Path path) throws IOException {
        try (var found = files.find(path)) {
            assertThat(found.path()).hasContent("firmware");
            try (var file = found.open()) {
                assertThat(file.bytes(100)).asString().isEqualTo("firmware");
            }
        }
    }
}
