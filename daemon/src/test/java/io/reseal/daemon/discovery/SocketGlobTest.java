package io.reseal.daemon.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        "/run/qemu/web*.qmp, /run/qemu/web.qmp, web.qmp",
        "'/run/qemu/{web,db}-*.qmp', /run/qemu/db-1.qmp, db-1",
        "/run/qemu/a\\*b*.qmp, /run/qemu/a*bc.qmp, c",
        "/run/qemu/grü*.qmp, /run/qemu/grüße.qmp, ße",
        "/run/qemu/.hidden, /run/qemu/.hidden, .hidden"
    })
    void a_glob_of_sockets_calls_a_guest_what_its_wildcards_stand_for(String glob, Path socket, String name) {
        var path = PathText.of(socket);
        assertThat(SocketGlob.of(glob).covers(path)).isTrue();
        assertThat(SocketGlob.of(glob).stand(path)).isEqualTo(name);
        assertThat(SocketGlob.of(glob).paths(name)).contains(path);
    }

    @Test
    void a_glob_of_sockets_knows_every_path_that_it_calls_the_same() {
        assertThat(SocketGlob.of("/run/*/*.qmp").paths("a-b-c").map(PathText::toString))
                .containsExactly("/run/a/b-c.qmp", "/run/a-b/c.qmp");
        assertThat(SocketGlob.of("/run/{a,b}/*.qmp").paths("a-b-c").map(PathText::toString))
                .containsExactly("/run/a/b-c.qmp");
        assertThat(SocketGlob.of("/run/*.qmp").paths("web").map(PathText::toString))
                .containsExactly("/run/web.qmp");
        assertThat(SocketGlob.of("/run/only.qmp").paths("web")).isEmpty();
        assertThat(SocketGlob.of("/run/web[0-9].qmp").paths("x")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"[!a]x, bx, ax", "[a-c-]x, -x, dx", "[^a]x, ^x, bx", "[[]x, [x, x", "a.c, a.c, abc"})
    void a_glob_of_sockets_takes_sets_as_the_shell_does(String glob, String fits, String fitsNot) {
        assertThat(GlobPart.of(glob).matches(fits)).isTrue();
        assertThat(GlobPart.of(glob).matches(fitsNot)).isFalse();
    }

    @Test
    void a_glob_of_sockets_finds_sockets_and_nothing_else() throws IOException {
        var socket = sockets.make("a.qmp");
        Files.createFile(folder.resolve("file.qmp"));
        Files.createDirectory(folder.resolve("folder.qmp"));
        Files.createSymbolicLink(folder.resolve("dangling.qmp"), folder.resolve("nothing"));
        sockets.make("other.sock");
        assertThat(find("*.qmp").paths()).containsExactly(socket);
    }

    @Test
    void a_glob_of_sockets_finds_sockets_below_wildcard_folders_and_tells_where_more_may_come() throws IOException {
        var one = sockets.make("blue/vms/a/qmp.sock");
        var two = sockets.make("red/vms/b/qmp.sock");
        Files.createDirectories(folder.resolve("empty/vms/c"));
        Files.createFile(folder.resolve("file"));
        var found = find("*/vms/*/qmp.sock");
        assertThat(found.paths()).containsExactlyInAnyOrder(one, two);
        assertThat(found.directories())
                .contains(
                        folder,
                        folder.resolve("blue/vms"),
                        folder.resolve("red/vms"),
                        folder.resolve("empty/vms"),
                        folder.resolve("empty/vms/c"));
    }

    @Test
    void a_glob_of_sockets_finds_a_socket_that_is_named_without_wildcards() {
        var socket = sockets.make("only.qmp");
        assertThat(find("only.qmp").paths()).containsExactly(socket);
        assertThat(find("missing.qmp").paths()).isEmpty();
    }

    @Test
    void a_glob_of_sockets_tells_of_a_missing_folder_where_it_would_be_made() {
        var found = find("not/yet/*.qmp");
        assertThat(found.paths()).isEmpty();
        assertThat(found.directories()).containsExactly(folder);
    }

    @Test
    void a_glob_of_sockets_finds_nothing_where_there_is_no_folder() throws IOException {
        Files.createFile(folder.resolve("file"));
        Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
        assertThat(find("file/*.qmp").paths()).isEmpty();
        assertThat(find("loop/*.qmp").paths()).isEmpty();
        assertThat(find("loop/*.qmp").directories()).containsExactly(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/run/qemu/a/b.qmp", "/run/qemu/b.sock", "/run/qemu", "/b.qmp"})
    void a_glob_of_sockets_does_not_cover_what_it_would_not_find(Path other) {
        assertThat(SocketGlob.of("/run/qemu/*.qmp").covers(PathText.of(other))).isFalse();
    }

    private GlobMatches find(String glob) {
        return GlobSearch.find(SocketGlob.of(folder + "/" + glob), new SocketOwners(List.of()));
    }
}
