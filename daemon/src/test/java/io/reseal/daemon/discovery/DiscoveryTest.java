package io.reseal.daemon.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.config.ResealConfig;
import io.reseal.daemon.status.GuestName;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DiscoveryTest extends DiscoveryFixture {
    private static final Duration OFTEN = Duration.ofMillis(10);

    @Test
    void the_discovery_finds_what_is_there() {
        sockets.make("b.qmp");
        sockets.make("a.qmp");
        discovery.start();
        told.next("found a").next("found b");
        assertThat(told.guest("a")).isEqualTo(new GuestName("a", folder.resolve("a.qmp")));
    }

    @Test
    void the_discovery_is_ready_once_all_that_was_there_is_told() {
        sockets.make("a.qmp");
        sockets.make("b.qmp");
        assertThat(discovery.scanned()).isFalse();
        discovery.start();
        while (!discovery.scanned()) {
            Thread.onSpinWait();
        }
        told.next("found a").next("found b");
    }

    @Test
    void the_discovery_finds_what_comes_and_tells_what_goes() {
        discovery.start();
        sockets.make("a.qmp");
        told.next("found a");
        sockets.remove("a.qmp");
        told.next("gone a");
    }

    @Test
    void the_discovery_tells_what_has_gone_until_it_is_forgotten() {
        restart(OFTEN, "*.qmp");
        sockets.make("a.qmp");
        discovery.start();
        told.next("found a");
        sockets.remove("a.qmp");
        told.next("gone a").next("gone a").next("gone a");
        told.forgetAll();
        sockets.make("b.qmp");
        told.skipTo("found b");
        sockets.make("c.qmp");
        told.skipTo("found c");
        sockets.make("d.qmp");
        told.next("found d");
    }

    @Test
    void the_discovery_finds_a_socket_that_was_made_anew_at_the_same_path() {
        sockets.make("a.qmp");
        discovery.start();
        told.next("found a");
        sockets.remove("a.qmp");
        sockets.make("a.qmp");
        told.skipTo("found a");
        sockets.make("b.qmp");
        told.next("found b");
    }

    @Test
    void the_discovery_tells_that_the_socket_of_a_named_guest_was_made_anew() {
        sockets.make("other.qmp");
        var named = new ResealConfig.NamedGuest("db-1", folder.resolve("db.sock"));
        discovery.close();
        discovery = discovery(new Discovery.Scope(globs("*.qmp"), List.of(named), SELDOM), told);
        discovery.start();
        told.next("found other");
        sockets.make("db.sock");
        told.next("recreated db-1");
        sockets.remove("db.sock");
        sockets.make("db.sock");
        told.next("recreated db-1");
    }

    @Test
    void the_discovery_calls_guests_the_same_in_whatever_order_they_come() {
        var paths = List.of("one/vm.qmp", "two/vm.qmp", "one/a b.qmp", "one/a_b.qmp", "one/" + "x".repeat(64) + ".qmp");
        restart(SELDOM, "one/*.qmp", "two/*.qmp");
        paths.forEach(sockets::make);
        discovery.start();
        paths.forEach(_ -> told.found());
        var names = told.names();
        assertThat(names.values()).doesNotHaveDuplicates();

        paths.reversed().forEach(path -> {
            sockets.remove(path);
            told.forgetAll();
        });
        var late = new RecordedScope();
        discovery.close();
        discovery = discovery(scope(SELDOM, "one/*.qmp", "two/*.qmp"), late);
        discovery.start();
        paths.reversed().forEach(path -> {
            sockets.make(path);
            late.found();
        });

        assertThat(late.names()).isEqualTo(names);
    }

    @Test
    void the_discovery_finds_a_socket_under_its_real_path_whichever_path_came_first() throws IOException {
        Files.createDirectories(folder.resolve("real"));
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
        restart(SELDOM, "link/*.qmp");
        sockets.make("real/vm.qmp");
        discovery.start();
        told.next("found vm");
        discovery.look(scope(SELDOM, "link/*.qmp", "real/*.qmp"));
        told.next("removed vm");
        var name = told.found().substring("found ".length());
        assertThat(told.guest(name).socket()).isEqualTo(folder.resolve("real/vm.qmp"));
    }

    @Test
    void the_discovery_finds_a_socket_once_whatever_number_of_globs_and_links_lead_to_it() throws IOException {
        sockets.make("real/vm.qmp");
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
        restart(SELDOM, "real/*.qmp", "link/*.qmp", "*/vm.qmp", "real/v*.qmp");
        discovery.start();
        told.next("found vm");
        sockets.make("real/next.qmp");
        told.next("found next");
    }

    @Test
    void the_discovery_finds_folders_that_appear_later() {
        restart(SELDOM, "not/yet/late.qmp", "vms/*/qmp.sock");
        discovery.start();
        sockets.make("vms/web/qmp.sock");
        told.next("found web");
        sockets.make("vms/db/qmp.sock");
        told.next("found db");
        sockets.make("not/yet/late.qmp");
        told.next("found late");
    }

    @Test
    void the_discovery_finds_a_folder_again_that_was_removed_and_made() throws IOException {
        restart(SELDOM, "vms/*.qmp");
        sockets.make("vms/a.qmp");
        discovery.start();
        told.next("found a");
        sockets.remove("vms/a.qmp");
        Files.delete(folder.resolve("vms"));
        told.next("gone a");
        sockets.make("vms/a.qmp");
        told.skipTo("found a");
    }

    @Test
    void the_discovery_finds_what_is_made_in_a_folder_that_took_the_place_of_another() throws IOException {
        restart(SELDOM, "vms/*.qmp");
        sockets.make("vms/a.qmp");
        discovery.start();
        told.next("found a");
        Files.move(folder.resolve("vms"), folder.resolve("moved"));
        sockets.make("vms/b.qmp");
        told.skipTo("found b");
    }

    @Test
    void the_discovery_finds_a_folder_again_that_was_removed_while_a_socket_of_it_was_open() throws IOException {
        restart(SELDOM, "vms/*.qmp");
        sockets.make("vms/a.qmp");
        discovery.start();
        told.next("found a");
        Files.delete(folder.resolve("vms/a.qmp"));
        told.next("gone a");
        Files.delete(folder.resolve("vms"));
        sockets.make("vms/b.qmp");
        told.skipTo("found b");
    }

    @Test
    void the_discovery_finds_by_rescan_what_inotify_does_not_tell() throws IOException {
        restart(OFTEN, "*/*.qmp");
        Files.createDirectories(folder.resolve("real"));
        sockets.make("elsewhere/deep/a.qmp");
        discovery.start();
        Files.createSymbolicLink(folder.resolve("real/a.qmp"), folder.resolve("real/not.yet"));
        Files.createSymbolicLink(folder.resolve("real/not.yet"), folder.resolve("real/later"));
        Files.createSymbolicLink(folder.resolve("real/later"), folder.resolve("elsewhere/deep/b"));
        sockets.make("elsewhere/deep/b"); // in a folder that is not watched: only the link to it matches
        told.next("found real-a");
    }

    @Test
    void the_discovery_tells_of_a_guest_again_that_was_forgotten_though_its_socket_is_there() {
        sockets.make("a.qmp");
        discovery.start();
        told.next("found a");
        told.forgetAll();
        sockets.make("b.qmp");
        told.next("found a").next("found b");
    }

    @Test
    void the_discovery_goes_on_after_a_listener_failed() {
        discovery.start();
        told.failNext();
        sockets.make("a.qmp");
        told.next("failed");
        sockets.make("b.qmp");
        told.skipTo("found b");
    }

    @Test
    void the_discovery_does_not_spin_when_scans_fail() {
        sockets.make("a.qmp");
        for (int i = 0; i < 1000; i++) {
            told.failNext();
        }
        discovery.start();
        told.next("failed");
        sockets.make("b.qmp");
        told.next("failed");
        assertThat(told.failuresLeft()).isGreaterThan(900);
    }

    @Test
    void the_discovery_ends_its_thread_when_it_is_closed_and_tells_nothing_any_more() {
        discovery.start();
        sockets.make("a.qmp");
        told.next("found a");
        discovery.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("discovery") && thread.isAlive());
        sockets.make("b.qmp");
        assertThat(told.nothingMore()).isTrue();
    }

    @Test
    void the_discovery_can_be_closed_before_it_was_started() {
        discovery.close();
        assertThat(told.nothingMore()).isTrue();
    }

    private void restart(Duration rescan, String... globs) {
        discovery.close();
        discovery = discovery(scope(rescan, globs), told);
    }
}
