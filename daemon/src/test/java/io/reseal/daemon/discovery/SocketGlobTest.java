package io.reseal.daemon.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A glob of sockets")
class SocketGlobTest {
    @TempDir
    private Path folder;

    private Sockets sockets;

    @BeforeEach
    void begin() {
        sockets = new Sockets(folder);
    }

    @AfterEach
    void end() throws IOException {
        sockets.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/run/qemu/*.qmp, /run/qemu/web-1.qmp, web-1",
        "/run/qemu/vm-*.qmp, /run/qemu/vm-web.qmp, web",
        "/run/vm/*/qmp.sock, /run/vm/web-1/qmp.sock, web-1",
        "/run/*/vms/*/qmp.sock, /run/blue/vms/web-1/qmp.sock, blue-web-1",
        "/run/*/*.qmp, /run/blue/web-1.qmp, blue-web-1",
        "/run/qemu/*-*.qmp, /run/qemu/web-1.qmp, web-1",
        "/run/qemu/web?.qmp, /run/qemu/web1.qmp, 1",
        "/run/qemu/web[0-9].qmp, /run/qemu/web7.qmp, 7",
        "/run/qemu/*, /run/qemu/web.qmp, web.qmp",
        "/run/qemu/only.qmp, /run/qemu/only.qmp, only",
        "/run/qemu/only, /run/qemu/only, only",
        "/run/qemu/.hidden, /run/qemu/.hidden, g.hidden"
    })
    void calls_a_guest_what_its_wildcards_stand_for(String glob, Path socket, String name) {
        assertThat(SocketGlob.of(glob).covers(socket)).isTrue();
        assertThat(SocketGlob.of(glob).nameOf(socket)).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"web 1|web_1", "a\u001b[2Kb|a__2Kb", "grüße|gr__e", "-rf|g-rf", "_|g_", "你好|g__"})
    void gives_presentable_names_to_hostile_files(String stem, String name) {
        assertThat(SocketGlob.of("/run/qemu/*.qmp").nameOf(Path.of("/run/qemu", stem + ".qmp")))
                .isEqualTo(name);
        assertThat(SocketGlob.of("/run/qemu/*.qmp").nameOf(Path.of("/run/qemu/a\nERROR forged.qmp")))
                .isEqualTo("a_ERROR_forged");
        assertThat(SocketGlob.of("/run/qemu/*").nameOf(Path.of("/run/qemu/....")))
                .isEqualTo("g....");
    }

    @Test
    void gives_names_no_longer_than_the_configuration_allows() {
        var glob = SocketGlob.of("/run/qemu/*.qmp");
        assertThat(glob.nameOf(Path.of("/run/qemu/" + "x".repeat(100) + ".qmp")))
                .isEqualTo("x".repeat(63));
        assertThat(SocketGlob.numbered("x".repeat(63), 12)).isEqualTo("x".repeat(60) + "-12");
        assertThat(SocketGlob.numbered("web", 2)).isEqualTo("web-2");
    }

    @Test
    void finds_sockets_and_nothing_else() throws IOException {
        var socket = sockets.make("a.qmp");
        Files.createFile(folder.resolve("file.qmp"));
        Files.createDirectory(folder.resolve("folder.qmp"));
        Files.createSymbolicLink(folder.resolve("dangling.qmp"), folder.resolve("nothing"));
        sockets.make("other.sock");
        assertThat(find("*.qmp").sockets()).containsExactly(socket);
    }

    @Test
    void finds_sockets_below_wildcard_folders_and_tells_where_more_may_come() throws IOException {
        var one = sockets.make("blue/vms/a/qmp.sock");
        var two = sockets.make("red/vms/b/qmp.sock");
        Files.createDirectories(folder.resolve("empty/vms/c"));
        Files.createFile(folder.resolve("file"));
        var found = find("*/vms/*/qmp.sock");
        assertThat(found.sockets()).containsExactlyInAnyOrder(one, two);
        assertThat(found.directories())
                .contains(
                        folder,
                        folder.resolve("blue/vms"),
                        folder.resolve("red/vms"),
                        folder.resolve("empty/vms"),
                        folder.resolve("empty/vms/c"));
    }

    @Test
    void finds_a_socket_that_is_named_without_wildcards() {
        var socket = sockets.make("only.qmp");
        assertThat(find("only.qmp").sockets()).containsExactly(socket);
        assertThat(find("missing.qmp").sockets()).isEmpty();
    }

    @Test
    void tells_of_a_missing_folder_where_it_would_be_made() {
        var found = find("not/yet/*.qmp");
        assertThat(found.sockets()).isEmpty();
        assertThat(found.directories()).containsExactly(folder);
    }

    @Test
    void finds_nothing_where_there_is_no_folder() throws IOException {
        Files.createFile(folder.resolve("file"));
        Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
        assertThat(find("file/*.qmp").sockets()).isEmpty();
        assertThat(find("loop/*.qmp").sockets()).isEmpty();
        assertThat(find("loop/*.qmp").directories()).containsExactly(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/run/qemu/a/b.qmp", "/run/qemu/b.sock", "/run/qemu", "/b.qmp"})
    void does_not_cover_what_it_would_not_find(Path other) {
        assertThat(SocketGlob.of("/run/qemu/*.qmp").covers(other)).isFalse();
    }

    private SocketGlob.Matches find(String glob) {
        return SocketGlob.of(folder + "/" + glob).find();
    }
}
