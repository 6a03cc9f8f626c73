package io.reseal.daemon.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.config.ResealConfig.NamedGuest;
import io.reseal.daemon.status.GuestName;
import io.reseal.daemon.work.BlockingPool;
import io.reseal.policy.supervision.GuestDiff;
import io.reseal.policy.supervision.GuestDiff.Rename;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScopeChangeTest {
    private final BlockingPool threads = new BlockingPool("discovery", 2, 8);

    @TempDir
    private Path folder;

    private Sockets sockets;
    private Path web;
    private Path db;

    @BeforeEach
    void begin() {
        sockets = new Sockets(folder);
        web = sockets.make("web.qmp");
        db = sockets.make("db.qmp");
    }

    @AfterEach
    void end() throws IOException {
        threads.close();
        sockets.close();
    }

    @Test
    void another_scope_of_the_discovery_that_finds_the_same_changes_nothing() {
        assertThat(change(scope("*.qmp"), scope("*.qmp", "x/*.qmp"), found("web", web), found("db", db)))
                .isEqualTo(new GuestDiff<>(List.of(), List.of(), List.of()));
    }

    @Test
    void another_scope_of_the_discovery_removes_guests_that_it_does_not_cover() {
        var diff = change(scope("*.qmp"), scope("*.none"), found("web", web));
        assertThat(diff.removed()).containsExactly(found("web", web));
        assertThat(diff.renamed()).isEmpty();
    }

    @Test
    void another_scope_of_the_discovery_renames_a_guest_that_was_found_and_is_named_now_and_the_other_way_round() {
        var named = scope(List.of(new NamedGuest("shop", web)), "*.qmp");
        assertThat(change(scope("*.qmp"), named, found("web", web), found("db", db))
                        .renamed())
                .containsExactly(new Rename<>(found("web", web), found("shop", web)));
        assertThat(change(named, scope("*.qmp"), found("shop", web), found("db", db))
                        .renamed())
                .containsExactly(new Rename<>(found("shop", web), found("web", web)));
    }

    @Test
    void another_scope_of_the_discovery_renames_both_of_two_named_guests_that_exchange_their_sockets() {
        var before = scope(List.of(new NamedGuest("a", web), new NamedGuest("b", db)));
        var after = scope(List.of(new NamedGuest("a", db), new NamedGuest("b", web)));
        var diff = change(before, after, found("a", web), found("b", db));
        assertThat(diff.renamed())
                .containsExactlyInAnyOrder(
                        new Rename<>(found("a", web), found("b", web)), new Rename<>(found("b", db), found("a", db)));
        assertThat(diff.removed()).isEmpty();
        assertThat(diff.added()).isEmpty();
    }

    @Test
    void another_scope_of_the_discovery_knows_a_socket_by_another_path() throws IOException {
        var link = Files.createSymbolicLink(folder.resolve("link"), web);
        var diff = change(scope("*.qmp"), scope(List.of(new NamedGuest("shop", link)), "*.qmp"), found("web", web));
        assertThat(diff.renamed()).containsExactly(new Rename<>(found("web", web), found("shop", link)));
    }

    @Test
    void another_scope_of_the_discovery_takes_a_named_guest_at_another_socket_for_another_one() {
        var before = scope(List.of(new NamedGuest("a", web)));
        var after = scope(List.of(new NamedGuest("a", db)));
        var diff = change(before, after, found("a", web));
        assertThat(diff.removed()).containsExactly(found("a", web));
        assertThat(diff.added()).containsExactly(found("a", db));
    }

    @Test
    void another_scope_of_the_discovery_says_nothing_of_guests_that_are_watched_for_another_reason() {
        assertThat(change(scope("*.qmp"), scope("*.none"), found("a-domain", db))
                        .removed())
                .isEmpty();
    }

    private GuestDiff<GuestName> change(Discovery.Scope before, Discovery.Scope after, GuestName... watched) {
        return new ScopeChange(before, after, new SocketLooks(threads)).of(List.of(watched));
    }

    private static GuestName found(String name, Path socket) {
        return new GuestName(name, socket);
    }

    private Discovery.Scope scope(String... globs) {
        return scope(List.of(), globs);
    }

    private Discovery.Scope scope(List<NamedGuest> named, String... globs) {
        var all = List.of(globs).stream().map(glob -> folder + "/" + glob).toList();
        return new Discovery.Scope(all, named, Duration.ofHours(1));
    }
}
