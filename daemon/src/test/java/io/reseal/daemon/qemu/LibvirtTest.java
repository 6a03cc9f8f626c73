package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.CVM;
import static io.reseal.testbed.junit.Requirement.LIBVIRT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.libvirt.PrivateLibvirt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@Requires(LIBVIRT)
class LibvirtTest {
    private static final UUID DOMAIN = UUID.fromString("5c1e9d1c-6a5f-4c7e-9a3b-2f6f0c8f1a01");

    private PrivateLibvirt libvirt;
    private TestConfig config;

    @BeforeEach
    void begin(Testbed testbed) {
        libvirt = testbed.own(PrivateLibvirt.start(testbed.folder()));
        config = TestConfig.in(testbed.folder())
                .with("discovery.rescan", "1h")
                .with(
                        "discovery.libvirt",
                        "{domains: ['cvm-*'], uri: '%s', directory: %s}".formatted(libvirt.uri(), libvirt.sockets()));
    }

    @Test
    void under_libvirt_a_running_domain_is_attached_without_a_restart_and_its_reset_is_proven(Testbed testbed) {
        libvirt.create("cvm-1", DOMAIN);
        libvirt.create("other", UUID.randomUUID());
        var daemon = RunningDaemon.start(testbed, config);
        var guest = daemon.awaitState("cvm-1", "watching");

        assertThat(guest.json().path("uuid").asString()).isEqualTo(DOMAIN.toString());
        var reset = daemon.reset("cvm-1");
        assertThat(reset.verdict()).isEqualTo("proven");
        assertThat(reset.json().path("level").asString()).isEqualTo("rebuilt");
        assertThat(libvirt.state("cvm-1")).isEqualTo("running");
        assertThat(daemon.guests()).extracting(SeenGuest::name).containsExactly("cvm-1");
    }

    @Test
    void under_libvirt_a_domain_that_starts_later_is_found_by_its_event(Testbed testbed) {
        var daemon = RunningDaemon.start(testbed, config);

        libvirt.create("cvm-1", DOMAIN);

        daemon.awaitState("cvm-1", "watching");
    }

    @Test
    void under_libvirt_a_reset_by_libvirt_is_seen_and_judged(Testbed testbed) {
        var daemon = watching(testbed);

        libvirt.reset("cvm-1");

        var resets = daemon.awaitResets("cvm-1", 1);
        assertThat(resets)
                .as(resets.toString())
                .extracting(SeenReset::origin, SeenReset::verdict)
                .containsExactly(tuple("external", "proven"));
    }

    @Test
    void under_libvirt_nothing_is_left_behind_after_detach(Testbed testbed) throws IOException {
        libvirt.create("cvm-1", DOMAIN);
        var before = given();
        var daemon = RunningDaemon.start(testbed, config).watching("cvm-1");
        assertThat(given()).isNotEqualTo(before);

        daemon.close();

        await("detach").atMost(PATIENCE).until(() -> given().equals(before));
        assertThat(sockets()).isEmpty();
        assertThat(libvirt.state("cvm-1")).isEqualTo("running");
    }

    @Test
    void under_libvirt_a_domain_that_is_destroyed_and_created_anew_is_watched_again(Testbed testbed) {
        libvirt.create("cvm-1", DOMAIN);
        var daemon = RunningDaemon.start(testbed, config);
        var first = daemon.awaitState("cvm-1", "watching");

        libvirt.destroy("cvm-1");
        libvirt.create("cvm-1", DOMAIN);

        daemon.awaitGuest("cvm-1", guest -> guest.state().equals("watching") && guest.pid() != first.pid());
    }

    @Test
    @Requires(CVM)
    void under_libvirt_a_TD_that_ends_at_a_reboot_and_is_created_anew_was_reset_once(Testbed testbed) {
        libvirt.createTdx("cvm-1", DOMAIN);
        var daemon = RunningDaemon.start(testbed, config);
        var first = daemon.awaitState("cvm-1", "watching");
        assertThat(first.json().path("kind").asString()).isEqualTo("tdx");

        libvirt.onReboot("cvm-1", "destroy");
        libvirt.resetThatEnds("cvm-1");
        daemon.awaitState("cvm-1", "gone");
        await("libvirt to forget the domain").until(() -> !libvirt.knows("cvm-1"));
        libvirt.createTdx("cvm-1", DOMAIN);

        var resets = daemon.awaitResets("cvm-1", 1);
        assertThat(resets).hasSize(1);
        assertThat(resets.getFirst().outcome()).as(resets.getFirst().toString()).isEqualTo("external proven rebuilt");
        var now = daemon.awaitState("cvm-1", "watching");
        assertThat(now.pid()).isNotEqualTo(first.pid());
        assertThat(now.incarnation()).isEqualTo(first.incarnation() + 1);
        daemon.assertCounted(Map.of("tdx external proven", 1));
    }

    @Test
    @Requires(CVM)
    void under_libvirt_a_TD_that_is_destroyed_and_created_anew_was_not_reset(Testbed testbed) {
        libvirt.createTdx("cvm-1", DOMAIN);
        var daemon = RunningDaemon.start(testbed, config);
        var first = daemon.awaitState("cvm-1", "watching");

        libvirt.destroy("cvm-1");
        libvirt.createTdx("cvm-1", DOMAIN);

        daemon.awaitGuest("cvm-1", guest -> guest.state().equals("watching") && guest.pid() != first.pid());
        daemon.assertCounted(Map.of());
        assertThat(daemon.metrics().counts("reseal_guest_ends_total")).isEqualTo(Map.of("shutdown", 1));
    }

    @Test
    @Requires(CVM)
    void under_libvirt_a_TD_that_is_another_with_the_same_name_was_not_reset(Testbed testbed) {
        libvirt.createTdx("cvm-1", DOMAIN);
        var daemon = RunningDaemon.start(testbed, config);
        var first = daemon.awaitState("cvm-1", "watching");

        libvirt.destroy("cvm-1");
        libvirt.createTdx("cvm-1", UUID.randomUUID());

        daemon.awaitGuest("cvm-1", guest -> guest.state().equals("watching") && guest.pid() != first.pid());
        daemon.assertCounted(Map.of());
    }

    @Test
    void under_libvirt_a_domain_that_is_to_end_at_a_reboot_is_not_reset_as_long_as_it_is(Testbed testbed) {
        libvirt.create("cvm-1", DOMAIN);
        var daemon = RunningDaemon.start(testbed, config);
        assertThat(daemon.awaitState("cvm-1", "watching").hazards()).isEmpty();

        libvirt.onReboot("cvm-1", "destroy");

        var refused = daemon.request("cvm-1", Map.of());
        assertThat(refused.status()).as(refused.body()).isEqualTo(409);
        assertThat(refused.json().path("detail").asString()).contains("reboot-action-unknown");
        var shown = daemon.guest("cvm-1");
        assertThat(shown.resettable()).isFalse();
        assertThat(shown.json().path("hazards").toString()).contains("libvirt has on_reboot=destroy for this domain");

        libvirt.onReboot("cvm-1", "restart");

        assertThat(daemon.reset("cvm-1").outcome()).isEqualTo("operator proven rebuilt");
        assertThat(libvirt.state("cvm-1")).isEqualTo("running");
    }

    /** libvirt runs QEMU with -no-shutdown: whether the run state is read before libvirt has ended that QEMU is up to libvirt. */
    @Test
    void under_libvirt_a_domain_that_is_to_end_at_a_reboot_is_ended_by_a_reset_that_is_forced(Testbed testbed) {
        var daemon = watching(testbed);
        libvirt.onReboot("cvm-1", "destroy");

        var force = Map.of("force", List.of("reboot-action-unknown"));
        var reset = daemon.awaitClosed(daemon.begin("cvm-1", force).id());

        assertThat(reset.verdict()).as(reset.toString()).isIn("died", "failed");
        await("the end of the domain").atMost(PATIENCE).until(() -> !libvirt.knows("cvm-1"));
    }

    @Test
    void under_libvirt_a_domain_that_is_to_end_at_a_reboot_is_reset_where_the_policy_lets_Reseal_set_that(
            Testbed testbed) {
        libvirt.create("cvm-1", DOMAIN);
        var daemon = RunningDaemon.start(testbed, config.with("policy.set-action", "true"))
                .watching("cvm-1");
        libvirt.onReboot("cvm-1", "destroy");

        assertThat(daemon.reset("cvm-1").outcome()).isEqualTo("operator proven rebuilt");
        assertThat(libvirt.state("cvm-1")).isEqualTo("running");
    }

    @Test
    void under_libvirt_a_monitor_that_was_lost_is_given_again(Testbed testbed) {
        var daemon = watching(testbed);

        libvirt.qmp("cvm-1", "{\"execute\":\"object-del\",\"arguments\":{\"id\":\"reseal-monitor\"}}");
        libvirt.qmp("cvm-1", "{\"execute\":\"chardev-remove\",\"arguments\":{\"id\":\"reseal\"}}");

        daemon.awaitGuest("cvm-1", guest -> guest.state().equals("watching") && guest.blindIntervals() > 1);
        assertThat(daemon.reset("cvm-1").verdict()).isEqualTo("proven");
    }

    @Test
    void without_libvirt_the_daemon_says_so_and_works_on(Testbed testbed) {
        libvirt.close();
        TestGuests.plain(testbed, "web-1");

        var daemon = RunningDaemon.start(testbed, config);

        daemon.awaitState("web-1", "watching");
        assertThat(daemon.request("web-1", Map.of("prove", "running")).status()).isEqualTo(202);
    }

    /** A daemon that watches a domain. */
    private RunningDaemon watching(Testbed testbed) {
        libvirt.create("cvm-1", DOMAIN);
        return RunningDaemon.start(testbed, config).watching("cvm-1");
    }

    /** What its QEMU has of character devices and objects. */
    private List<String> given() {
        return List.of(
                libvirt.qmp("cvm-1", "{\"execute\":\"query-chardev\"}").replaceAll("libvirt-\\d+", ""),
                libvirt.qmp("cvm-1", "{\"execute\":\"qom-list\",\"arguments\":{\"path\":\"/objects\"}}")
                        .replaceAll("libvirt-\\d+", ""));
    }

    private List<Path> sockets() throws IOException {
        try (var files = Files.list(libvirt.sockets())) {
            return files.filter(file -> file.toString().endsWith(".qmp")).toList();
        }
    }
}
