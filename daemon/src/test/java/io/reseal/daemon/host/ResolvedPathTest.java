package io.reseal.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.policy.QemuIdentity.SocketId;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Times of files do not tell that a path has led to another file before. */
class ResolvedPathTest {
    /** The kernel tells times to some milliseconds. */
    private static final Duration TICK = Duration.ofMillis(40);

    @TempDir
    private Path root;

    private Instant start = Instant.MIN;

    @BeforeEach
    void begin() throws IOException {
        Files.writeString(Files.createDirectories(root.resolve("a/fw")).resolve("fw.bin"), "one");
        Files.writeString(Files.createDirectories(root.resolve("a/fw.new")).resolve("fw.bin"), "two");
        Files.createSymbolicLink(root.resolve("a/current"), Path.of("fw"));
        pass();
        start = Instant.now();
        pass();
    }

    @Test
    void a_resolved_path_is_as_old_as_its_links_and_directories() throws IOException {
        assertThat(isOld("/a/fw/fw.bin")).isTrue();
        assertThat(isOld("/a/current/fw.bin")).isTrue();
        assertThat(isOld("/a/./fw/../fw/fw.bin")).isTrue();
    }

    @Test
    void a_resolved_path_is_new_where_a_link_was_exchanged() throws IOException {
        Files.delete(root.resolve("a/current"));
        Files.createSymbolicLink(root.resolve("a/current"), Path.of("fw.new"));
        assertThat(isOld("/a/current/fw.bin")).isFalse();
        assertThat(isOld("/a/fw/fw.bin")).isTrue();
    }

    @Test
    void a_resolved_path_is_new_where_a_link_was_renamed() throws IOException {
        Files.move(root.resolve("a/current"), root.resolve("a/other"));
        assertThat(isOld("/a/other/fw.bin")).isFalse();
    }

    @Test
    void a_resolved_path_is_new_where_a_directory_was_exchanged() throws IOException {
        Files.move(root.resolve("a/fw"), root.resolve("a/fw.old"));
        Files.move(root.resolve("a/fw.new"), root.resolve("a/fw"));
        assertThat(isOld("/a/fw/fw.bin")).isFalse();
        assertThat(isOld("/a/current/fw.bin")).isFalse();
    }

    @Test
    void a_resolved_path_is_new_where_a_directory_was_exchanged_whose_times_were_set_back() throws IOException {
        Files.move(root.resolve("a"), root.resolve("b"));
        Files.createDirectory(root.resolve("a"));
        Files.move(root.resolve("b/fw.new"), root.resolve("a/fw"));
        Files.setLastModifiedTime(root.resolve("a"), FileTime.from(Instant.EPOCH));
        Files.setLastModifiedTime(root.resolve("a/fw"), FileTime.from(Instant.EPOCH));
        assertThat(isOld("/a/fw/fw.bin")).isFalse();
    }

    @Test
    void a_resolved_path_is_old_where_other_files_were_made_beside_it() throws IOException {
        Files.writeString(root.resolve("a/other"), "x");
        assertThat(isOld("/a/fw/fw.bin")).isTrue();
        assertThat(isOld("/a/current/fw.bin")).isTrue();
    }

    @Test
    void a_resolved_path_is_not_known_to_be_old_through_a_directory_that_has_new_files_as_the_one_above_does()
            throws IOException {
        Files.writeString(root.resolve("a/other"), "x");
        Files.writeString(root.resolve("a/fw/other"), "x");
        assertThat(isOld("/a/fw/fw.bin")).isFalse();
    }

    @Test
    void a_resolved_path_is_old_through_a_directory_that_has_the_socket_of_QEMU() throws IOException {
        Files.writeString(root.resolve("a/other"), "x");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(root.resolve("a/fw/vm.qmp")));
            var id = SocketFile.id(root.resolve("a/fw/vm.qmp")).orElseThrow();
            assertThat(isOld("/a/fw/fw.bin", of(id, "unix:/a/fw/vm.qmp,server=on")))
                    .isTrue();
            assertThat(isOld("/a/fw/fw.bin", of(id, "socket,id=a,path=/a/fw/vm.qmp")))
                    .isTrue();
            assertThat(isOld("/a/fw/fw.bin", of(id, "unix:/elsewhere/vm.qmp"))).isFalse();
            assertThat(isOld("/a/fw/fw.bin", of(new SocketId(1, 2, 3), "unix:/a/fw/vm.qmp")))
                    .isFalse();
        }
    }

    @Test
    void a_resolved_path_is_not_known_to_be_old_where_that_socket_was_moved() throws IOException {
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(root.resolve("a/fw/vm.qmp")));
            var id = SocketFile.id(root.resolve("a/fw/vm.qmp")).orElseThrow();
            pass();
            pass();
            Files.move(root.resolve("a/fw/vm.qmp"), root.resolve("a/fw.new/vm.qmp"));
            Files.move(root.resolve("a/fw"), root.resolve("a/fw.old"));
            Files.move(root.resolve("a/fw.new"), root.resolve("a/fw"));
            assertThat(isOld("/a/fw/fw.bin", of(id, "unix:/a/fw/vm.qmp"))).isFalse();
        }
    }

    private boolean isOld(String path) throws IOException {
        return isOld(path, Optional.empty());
    }

    private boolean isOld(String path, OwnSocket socket) throws IOException {
        return isOld(path, Optional.of(socket));
    }

    private boolean isOld(String path, Optional<OwnSocket> socket) throws IOException {
        try (var found = new ProcessFiles(root, root).find(Path.of(path), socket)) {
            return new ResolvedPath(found.steps()).since().isBefore(start);
        }
    }

    private static OwnSocket of(SocketId id, String argument) {
        return new OwnSocket(id, "vm.qmp", List.of("qemu", "-qmp", argument));
    }

    /** Until what is changed now has another time than what was changed before. */
    private void pass() throws IOException {
        var probe = Files.createTempFile("tick", "");
        var before = changed(probe).plus(TICK);
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(() -> {
            Files.writeString(probe, "x");
            return changed(probe).isAfter(before);
        });
        Files.delete(probe);
    }

    private static Instant changed(Path file) throws IOException {
        return ((FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS)).toInstant();
    }
}
