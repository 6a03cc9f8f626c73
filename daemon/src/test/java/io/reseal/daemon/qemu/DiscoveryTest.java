package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@Requires(QEMU)
class DiscoveryTest {
    private static final int MANY = 50;
    private static final int ROUNDS = 100;

    @Test
    void the_discovery_finds_guests_as_they_come_and_forgets_them_as_they_go(Testbed testbed) {
        var daemon = RunningDaemon.start(testbed);

        var first = startAll(testbed, "a-");
        awaitWatching(daemon, MANY);
        first.subList(0, MANY / 2).forEach(QemuGuest::close);
        awaitWatching(daemon, MANY - MANY / 2);
        startAll(testbed, "b-").forEach(QemuGuest::close);
        awaitWatching(daemon, MANY - MANY / 2);
        first.forEach(QemuGuest::close);
        await("nobody").atMost(PATIENCE).until(() -> daemon.guests().isEmpty());

        daemon.assertCounted(Map.of());
        assertThat(daemon.metrics().counts("reseal_guests")).isEmpty();
        assertThat(daemon.metrics().counts("reseal_guest_info")).isEmpty();
    }

    @Test
    void the_discovery_does_not_lose_a_guest_whose_socket_is_made_anew_at_once(Testbed testbed) {
        var daemon = RunningDaemon.start(testbed);

        for (int round = 0; round < ROUNDS; round++) {
            try (var peer = testbed.peer("web-1")) {
                daemon.awaitState("web-1", "watching");
                peer.awaitConnections(1);
            }
        }

        daemon.assertCounted(Map.of());
    }

    @Test
    void the_discovery_calls_a_guest_what_the_wildcards_stand_for(Testbed testbed) throws IOException {
        var folder = testbed.folder();
        var daemon = RunningDaemon.start(
                testbed,
                TestConfig.in(folder)
                        .with(
                                "discovery.sockets",
                                "[\"" + folder + "/{x,y}-*.qmp\", \"" + folder + "/vm/*/qmp.sock\"]"));
        Files.createDirectories(folder.resolve("vm/db-1"));

        Qemu.machineNone().socket(folder.resolve("vm/db-1/qmp.sock")).start();
        Qemu.machineNone().socket(folder.resolve("x-1.qmp")).start();
        Qemu.machineNone().socket(folder.resolve("z-1.qmp")).start();

        awaitWatching(daemon, 2);
        assertThat(daemon.guests()).extracting(SeenGuest::name).containsExactly("db-1", "x-1");
    }

    @Test
    void the_discovery_of_a_changed_configuration_keeps_the_connections_of_guests_that_stay(Testbed testbed) {
        var config = TestConfig.in(testbed.folder());
        var guest = TestGuests.plain(testbed, "web-1");
        var left = TestGuests.plain(testbed, "old-1");
        var daemon = RunningDaemon.start(testbed, config).watching("web-1", "old-1");
        assertThat(daemon.reset("web-1").verdict()).isEqualTo("proven");

        daemon.reconfigure(config.with("discovery.sockets", "[\"" + testbed.folder() + "/web-*.qmp\"]")
                .with("policy.prove", "observed"));

        await("old-1 to be forgotten")
                .atMost(PATIENCE)
                .until(() -> daemon.guests().size() == 1);
        var seen = daemon.guest("web-1");
        assertThat(seen.state()).isEqualTo("watching");
        assertThat(seen.incarnation()).isEqualTo(2);
        assertThat(seen.blindIntervals()).isEqualTo(1);
        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven observed");
        guest.serial().awaitBoots(3, PATIENCE);
        left.serial().work(PATIENCE);
        assertThat(left.serial().boots()).isEqualTo(1);
        daemon.assertCounted(Map.of("plain operator proven", 2));
    }

    @Test
    void the_discovery_leaves_a_guest_to_the_configuration_once_that_names_it(Testbed testbed) {
        var config = TestConfig.in(testbed.folder());
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed, config).watching("web-1");

        daemon.reconfigure(config.withGuests("[{name: shop, qmp: " + guest.qmp() + "}]"));

        daemon.awaitState("shop", "watching");
        await("one name").atMost(PATIENCE).until(() -> daemon.guests().size() == 1);
        assertThat(daemon.reset("shop").verdict()).isEqualTo("proven");
        daemon.reconfigure(config);
        daemon.awaitState("web-1", "watching");
        await("one name").atMost(PATIENCE).until(() -> daemon.guests().size() == 1);
        assertThat(daemon.reset("web-1").verdict()).isEqualTo("proven");
        daemon.assertCounted(Map.of("plain operator proven", 2));
    }

    @Test
    void the_discovery_gives_up_a_name_that_the_configuration_gives_to_another_socket(Testbed testbed) {
        var config = TestConfig.in(testbed.folder());
        var found = TestGuests.plain(testbed, "web-1");
        var named = Qemu.guest().name("other").start();
        var daemon = RunningDaemon.start(testbed, config).watching("web-1");

        daemon.reconfigure(config.withGuests("[{name: web-1, qmp: " + named.qmp() + "}]"));

        daemon.awaitGuest(
                "web-1", seen -> seen.pid() == named.pid() && seen.state().equals("watching"));
        await("the other")
                .atMost(PATIENCE)
                .until(() -> daemon.guests().stream()
                        .anyMatch(seen -> seen.name().matches("web-1-[0-9a-f]{8}")
                                && seen.pid() == found.pid()
                                && seen.state().equals("watching")));
        assertThat(daemon.guests()).hasSize(2);
    }

    @Test
    void the_discovery_keeps_a_named_guest_of_the_name_that_it_had_found_when_its_QEMU_ends(Testbed testbed) {
        var config = TestConfig.in(testbed.folder());
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed, config).watching("web-1");

        daemon.reconfigure(config.withGuests("[{name: web-1, qmp: " + guest.qmp() + "}]"));
        daemon.awaitState("web-1", "watching");
        assertThat(daemon.guest("web-1").blindIntervals()).isEqualTo(1);
        guest.close();

        daemon.awaitState("web-1", "gone");
        await("rescans")
                .during(java.time.Duration.ofSeconds(3))
                .atMost(PATIENCE)
                .until(() -> daemon.guests().size() == 1);
    }

    private static List<QemuGuest> startAll(Testbed testbed, String prefix) {
        return Qemu.startAll(
                MANY,
                4,
                i -> Qemu.machineNone().name(prefix + i).socket(testbed.folder().resolve(prefix + i + ".qmp")));
    }

    private static void awaitWatching(RunningDaemon daemon, int guests) {
        await(guests + " guests")
                .atMost(PATIENCE)
                .until(
                        daemon::guests,
                        seen -> seen.size() == guests
                                && seen.stream().allMatch(guest -> guest.state().equals("watching")));
    }
}
