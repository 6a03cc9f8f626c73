package io.reseal.testbed.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseal.testbed.JsonLines;
import io.reseal.testbed.TestbedException.CommandRejected;
import io.reseal.testbed.TestbedException.ConnectionLost;
import io.reseal.testbed.TestbedPaths;
import io.reseal.testbed.qemu.RawMonitor;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

public class ScriptedPeerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Map<String, Object> VCPU_EXITS = Map.of("target", "vcpu");

    private final Path folder = TestbedPaths.socketFolder();
    private final ScriptedPeer peer = ScriptedPeer.listen(folder.resolve("peer.qmp"));

    @AfterEach
    void end() {
        peer.close();
        TestbedPaths.deleteFolder(folder);
    }

    @Test
    void it_greets_and_describes_a_running_guest_as_QEMU_does() {
        peer.named("web-1").uuid(new UUID(1, 2)).counters(0, 12_345).counters(1, 6_789);
        try (var client = connect()) {
            assertThat(client.version()).isEqualTo("11.1.3");
            assertThat(client.execute("query-status").path("status").asString()).isEqualTo("running");
            assertThat(client.execute("query-name").path("name").asString()).isEqualTo("web-1");
            assertThat(client.execute("query-uuid").path("UUID").asString()).endsWith("0002");
            assertThat(client.execute("query-cpus-fast")).hasSize(2);
            assertThat(exits(client.execute("query-stats", VCPU_EXITS), 0)).isEqualTo(12_345);
            assertThat(exits(client.execute("query-stats", VCPU_EXITS), 1)).isEqualTo(6_789);
        }
    }

    @Test
    void it_greets_with_the_version_it_is_told() {
        peer.greetsWith("10.2.0");
        try (var client = connect()) {
            assertThat(client.version()).isEqualTo("10.2.0");
        }
    }

    @Test
    void commands_before_the_negotiation_are_refused() throws Exception {
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(peer.socket()))) {
            var lines = new JsonLines(channel);
            lines.write("{\"execute\":\"query-status\",\"id\":7}\n".getBytes(UTF_8));
            assertThat(lines.readLine())
                    .hasValueSatisfying(line -> assertThat(line).contains("\"QMP\""));
            assertThat(lines.readLine())
                    .hasValueSatisfying(
                            line -> assertThat(line).contains("Expecting capabilities negotiation", "\"id\":7"));
        }
    }

    @Test
    void a_reset_sends_its_event_before_the_reply_and_keeps_the_counters_of_a_plain_guest() {
        peer.counters(0, 5_000);
        try (var client = connect()) {
            client.execute("system_reset");
            assertThat(client.eventNames()).containsExactly("RESET");
            assertThat(exits(client.execute("query-stats", VCPU_EXITS), 0)).isEqualTo(5_000);
        }
    }

    @Test
    void a_reset_restarts_the_counters_of_a_confidential_guest() {
        peer.confidential("sev-snp-guest").counters(0, 5_000);
        try (var client = connect()) {
            var path = client.execute("qom-get", machine("confidential-guest-support"))
                    .asString();
            assertThat(client.execute("qom-get", Map.of("path", path, "property", "type"))
                            .asString())
                    .isEqualTo("sev-snp-guest");
            client.execute("system_reset");
            assertThat(exits(client.execute("query-stats", VCPU_EXITS), 0)).isLessThan(100);
        }
    }

    @Test
    void query_sev_on_a_TDX_guest_ends_it() {
        peer.confidential("tdx-guest");
        try (var client = connect()) {
            assertThatThrownBy(() -> client.execute("query-sev")).isInstanceOf(ConnectionLost.class);
        }
    }

    @Test
    void unknown_commands_objects_and_properties_are_refused_as_by_QEMU() {
        try (var client = connect()) {
            assertThatThrownBy(() -> client.execute("no-such"))
                    .isInstanceOfSatisfying(
                            CommandRejected.class,
                            e -> assertThat(e.errorClass()).isEqualTo("CommandNotFound"));
            assertThatThrownBy(() -> client.execute("qom-get", machine("pflash0")))
                    .hasMessageContaining("Property 'pc-q35-11.1-machine.pflash0' not found");
            assertThatThrownBy(() -> client.execute("qom-get", Map.of("path", "/objects/x", "property", "type")))
                    .hasMessageContaining("DeviceNotFound");
        }
    }

    @Test
    void a_handler_takes_the_place_of_what_it_does_by_itself() {
        peer.onCommand("system_reset", command -> {
            command.event("STOP", Map.of());
            command.event("RESET", Map.of("guest", false, "reason", "host-qmp-system-reset"));
            peer.runState("prelaunch");
            command.reply();
        });
        try (var client = connect()) {
            client.execute("system_reset");
            assertThat(client.eventNames()).containsExactly("STOP", "RESET");
            assertThat(client.execute("query-status").path("running").asBoolean())
                    .isFalse();
        }
    }

    @Test
    void a_command_that_is_never_answered_leaves_the_others_alone() {
        peer.neverReplies("query-stats");
        try (var client = connect()) {
            var stats = client.send("query-stats", VCPU_EXITS);
            client.execute("query-status");
            assertThat(stats).isNotDone();
        }
    }

    @Test
    void the_next_client_is_served_after_a_hang_up_and_sees_what_has_changed() {
        peer.counters(0, 9_000).closesAfter("system_reset");
        try (var client = connect()) {
            assertThatThrownBy(() -> client.execute("system_reset")).isInstanceOf(ConnectionLost.class);
        }
        peer.awaitDepartures(1);
        peer.counters(0, 12);
        try (var client = connect()) {
            assertThat(exits(client.execute("query-stats", VCPU_EXITS), 0)).isEqualTo(12);
        }
        peer.awaitConnections(2);
        assertThat(peer.receivedNames())
                .containsExactly("qmp_capabilities", "system_reset", "qmp_capabilities", "query-stats");
    }

    @Test
    void torn_writes_and_floods_lose_nothing() {
        peer.tearsWrites(3);
        try (var client = connect()) {
            peer.flood(500, "RESET", Map.of("guest", true, "reason", "guest-reset"));
            assertThat(client.execute("query-status").path("running").asBoolean())
                    .isTrue();
            assertThat(client.events()).hasSize(500);
        }
    }

    @Test
    void a_silent_peer_accepts_and_says_nothing() {
        peer.staysSilent();
        assertThatThrownBy(() -> {
                    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(peer.socket()))) {
                        RawMonitor.over(channel, "client", Duration.ofMillis(50))
                                .close();
                    }
                })
                .hasMessageContaining("expected its greeting");
    }

    @Test
    void raw_bytes_and_events_reach_the_client_as_they_are() {
        try (var client = connect()) {
            peer.sendRaw("{\"event\":\"MADE_UP\",\"data\":{\"x\":1}}\n".getBytes(UTF_8));
            assertThat(client.awaitEvent("MADE_UP", PATIENCE)
                            .path("data")
                            .path("x")
                            .asInt())
                    .isEqualTo(1);
        }
    }

    @Test
    void a_test_can_wait_for_a_command_and_see_its_arguments() {
        try (var client = connect()) {
            client.send("set-action", Map.of("reboot", "reset"));
            assertThat(peer.awaitCommand("set-action")
                            .path("arguments")
                            .path("reboot")
                            .asString())
                    .isEqualTo("reset");
        }
    }

    @Test
    void a_closed_peer_leaves_no_socket() {
        peer.close();
        assertThat(Files.exists(peer.socket())).isFalse();
    }

    private RawMonitor connect() {
        return RawMonitor.connect(peer.socket());
    }

    private static Map<String, Object> machine(String property) {
        return Map.of("path", "/machine", "property", property);
    }

    public static long exits(JsonNode stats, int vcpu) {
        var path = "/machine/unattached/device[%d]".formatted(vcpu == 0 ? 0 : vcpu + 1);
        for (var entry : stats) {
            if (entry.path("qom-path").asString().equals(path)) {
                return entry.path("stats").path(0).path("value").asLong();
            }
        }
        throw new AssertionError("no vCPU " + vcpu + " in " + stats);
    }
}
