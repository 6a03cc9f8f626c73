package io.reseal.daemon.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A QEMU names its files, and its user arranges what is there. */
@Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PathWalkTest {
    @TempDir
    private Path folder;

    private Path root;

    @BeforeEach
    void begin() throws IOException {
        Files.writeString(folder.resolve("secret"), "of the host");
        root = folder.resolve("root");
        Files.writeString(Files.createDirectories(root.resolve("a/b")).resolve("fw.bin"), "firmware");
    }

    @Test
    void a_file_is_found_through_links_of_its_last_and_of_other_components() throws IOException {
        Files.createSymbolicLink(root.resolve("abs"), Path.of("/a/b"));
        Files.createSymbolicLink(root.resolve("a/fw.fd"), Path.of("../abs/fw.bin"));
        assertThat(content("/a/fw.fd")).isEqualTo("firmware");
        assertThat(content("/a/./b/../../abs/fw.bin")).isEqualTo("firmware");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/../secret", "/../../../../secret", "../../secret", "/up/secret", "/abs/secret"})
    void a_path_does_not_lead_out_of_the_root_of_its_process(String path) throws IOException {
        Files.createSymbolicLink(root.resolve("up"), Path.of("a/../../.."));
        Files.createSymbolicLink(root.resolve("abs"), folder);
        try (var found = find(path)) {
            assertThat(found.isThere()).isFalse();
        }
    }

    @Test
    void a_path_does_not_lead_through_the_links_of_proc_to_what_others_have_open() throws IOException {
        try (var found = PathWalk.to(Path.of("/proc/self/root/" + folder + "/secret"))) {
            assertThat(found.isThere()).isTrue(); // of our own
        }
        var real = new PathWalk.Roots(Path.of("/"), Path.of("/"), false);
        assertThatThrownBy(() -> PathWalk.to(Path.of("/proc/self/root/" + folder + "/secret"), real, _ -> false))
                .isInstanceOf(IOException.class)
                .hasMessage("it leads through a link of /proc, which is not followed");
    }

    @Test
    void a_file_is_opened_only_if_it_is_regular_and_has_content() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", root.resolve("fifo").toString())
                        .start()
                        .waitFor())
                .isZero();
        Files.createFile(root.resolve("empty"));
        assertUnfit("/fifo", "it is not a regular file");
        assertUnfit("/a", "it is not a regular file");
        assertUnfit("/", "it is not a regular file");
        assertUnfit("/empty", "it is empty");
    }

    @Test
    void a_file_is_not_opened_beside_the_devices_or_where_files_are_no_data() throws IOException {
        Files.createDirectories(root.resolve("dev/shm"));
        Files.writeString(root.resolve("dev/file"), "x");
        Files.writeString(root.resolve("dev/shm/fw.bin"), "x");
        assertUnfit("/dev/file", "it is in /dev, where there are devices and no files");
        assertThat(content("/dev/shm/fw.bin")).isEqualTo("x");
        try (var found = PathWalk.to(Path.of("/proc/version"))) {
            assertThatThrownBy(found::open)
                    .isInstanceOf(UnfitFileException.class)
                    .hasMessage("it is on proc, a file system that holds no data");
        }
    }

    @Test
    void a_file_that_was_exchanged_since_it_was_found_is_not_opened() throws IOException {
        try (var found = find("/a/b/fw.bin")) {
            Files.move(root.resolve("a/b/fw.bin"), root.resolve("a/b/before"));
            Files.createSymbolicLink(root.resolve("a/b/fw.bin"), folder.resolve("secret"));
            assertThatThrownBy(found::open).isInstanceOf(IOException.class);
            Files.delete(root.resolve("a/b/fw.bin"));
            Files.writeString(root.resolve("a/b/fw.bin"), "another");
            assertThatThrownBy(found::open).hasMessage("it was exchanged while it was opened");
        }
    }

    @Test
    void no_descriptor_is_left_open_after_a_file_was_looked_for() throws IOException {
        long before = descriptors();
        for (int i = 0; i < 50; i++) {
            assertThat(content("/a/b/fw.bin")).isEqualTo("firmware");
            find("/a/none/fw.bin").close();
            assertUnfit("/a", "it is not a regular file");
        }
        assertThat(descriptors()).isLessThan(before + 20);
    }

    private static long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private void assertUnfit(String path, String why) throws IOException {
        try (var found = find(path)) {
            assertThatThrownBy(found::open)
                    .isInstanceOf(UnfitFileException.class)
                    .hasMessage(why);
        }
    }

    private String content(String path) throws IOException {
        try (var found = find(path);
                var file = found.open()) {
            return new String(file.bytes(100), StandardCharsets.UTF_8);
        }
    }

    private FoundFile find(String path) throws IOException {
        return PathWalk.to(Path.of(path), new PathWalk.Roots(root, root.resolve("a"), false), _ -> false);
    }
}
