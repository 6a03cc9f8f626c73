package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.status.GuestStatus;
import io.reseal.policy.GuestKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Verdict;
import io.reseal.qmp.Heartbeat;
import io.reseal.testbed.peer.ScriptedPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTest {
    private static final byte[] GREETING =
            "{\"QMP\":{\"version\":{\"qemu\":{\"major\":11,\"minor\":1,\"micro\":3}},\"capabilities\":[]}}\r\n"
                    .getBytes(StandardCharsets.UTF_8);
    private static final Duration SHORT = Duration.ofMillis(150);

    @RegisterExtension
    private final GuestManagerFixture rig = new GuestManagerFixture();

    @Test
    void the_connection_to_a_monitor_is_tried_until_there_is_somebody() {
        rig.watch("vm");
        rig.awaitDetail("vm", "there is no such file");
        assertThat(rig.guest("vm").state()).isEqualTo(GuestStatus.State.UNREACHABLE);
        rig.peer("vm");
        rig.watch("vm");
        rig.awaitState("vm", GuestStatus.State.WATCHING);
    }

    @Test
    void the_connection_to_a_monitor_is_made_at_once_when_a_socket_appears_whatever_the_back_off_says() {
        rig.watch("vm");
        rig.awaitDetail("vm", "there is no such file");
        for (int i = 0; i < 10; i++) {
            rig.watch("vm"); // each ends a pause and fails again
            rig.settle();
        }
        rig.peer("vm");
        long begun = System.nanoTime();
        rig.watch("vm");
        rig.awaitState("vm", GuestStatus.State.WATCHING);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void the_connection_to_a_monitor_is_made_again_after_each_loss() {
        var peer = rig.attached("vm", GuestKind.TDX);
        for (int i = 0; i < 3; i++) {
            loseAndRegain(peer, i + 1);
        }
        assertThat(rig.witness.opened("vm")).isEmpty();
        assertThat(rig.guest("vm").blind().intervals()).isEqualTo(4);
        assertThat(rig.guest("vm").identity().orElseThrow().incarnation()).isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"qmp_capabilities", "query-uuid", "query-accelerators", "qom-get", "query-status", "query-stats"
            })
    void the_connection_to_a_monitor_that_closes_at_any_step_is_made_again_once(String step) {
        var peer = rig.peer("vm").closesAfter(step);
        rig.watch("vm");
        peer.awaitDepartures(2);
        assertThat(rig.guest("vm").state()).isEqualTo(GuestStatus.State.UNREACHABLE);
        assertThat(rig.guest("vm").identity()).isEmpty();
        peer.close();
        rig.peer("vm");
        rig.watch("vm");
        rig.awaitState("vm", GuestStatus.State.WATCHING);
        rig.witness.await("it is told", () -> timesWatching() > 0);
        assertThat(timesWatching()).isEqualTo(1);
    }

    private long timesWatching() {
        return rig.witness.views("vm").stream()
                .filter(view -> view.state() == GuestStatus.State.WATCHING)
                .count();
    }

    @Test
    void the_connection_to_a_monitor_that_closes_before_the_greeting_is_made_again() {
        var peer = rig.peer("vm").staysSilent();
        rig.watch("vm");
        peer.awaitConnections(1);
        peer.greets().hangUp();
        rig.awaitState("vm", GuestStatus.State.WATCHING);
    }

    @Test
    void the_connection_to_a_monitor_that_closes_during_the_negotiation_is_made_again() {
        var peer = rig.peer("vm").staysSilent();
        rig.watch("vm");
        peer.awaitConnections(1);
        peer.sendRaw(GREETING);
        peer.awaitCommand("qmp_capabilities");
        peer.greets().hangUp();
        rig.awaitState("vm", GuestStatus.State.WATCHING);
    }

    @Test
    void the_connection_to_a_monitor_that_is_not_greeted_waits_on_and_blames_nobody() {
        rig.restart(GuestManagerFixture.PATIENT.withGreetingDeadline(SHORT));
        var peer = rig.peer("vm").staysSilent();
        rig.watch("vm");
        rig.awaitDetail("vm", "connected, no greeting yet");
        assertThat(rig.guest("vm").state()).isEqualTo(GuestStatus.State.UNREACHABLE);
        assertThat(rig.guest("vm").stateDetail())
                .contains("QEMU is starting, stopped, or serves another client")
                .doesNotContain("end that client");
        peer.sendRaw(GREETING);
        peer.awaitCommand("qmp_capabilities");
        assertThat(rig.guest("vm").stateDetail()).contains("no greeting yet");
        peer.greets().hangUp();
        rig.awaitState("vm", GuestStatus.State.WATCHING);
        assertThat(rig.guest("vm").stateDetail()).isEmpty();
    }

    @Test
    void the_connection_to_a_monitor_that_is_not_greeted_ends_when_the_socket_is_made_anew() throws IOException {
        rig.restart(GuestManagerFixture.PATIENT.withGreetingDeadline(SHORT));
        var before = rig.peer("vm").staysSilent();
        rig.watch("vm");
        rig.awaitDetail("vm", "connected, no greeting yet");
        Files.delete(before.socket());
        rig.peer("vm");
        rig.watch("vm");
        rig.awaitState("vm", GuestStatus.State.WATCHING);
        before.awaitDepartures(1);
        before.close();
    }

    @Test
    void the_connection_to_a_monitor_on_which_a_query_is_never_answered_is_given_up_and_made_again() {
        rig.restart(GuestManagerFixture.PATIENT.withQueryDeadline(SHORT));
        var peer = rig.peer("vm").neverReplies("query-stats");
        rig.watch("vm");
        rig.awaitDetail("vm", "query-stats");
        peer.answers("query-stats", List.of());
        rig.awaitState("vm", GuestStatus.State.WATCHING);
    }

    @Test
    void the_connection_to_a_monitor_that_is_torn_into_single_bytes_is_as_good_as_any() {
        rig.peer("vm").tearsWrites(1);
        rig.watch("vm");
        rig.awaitState("vm", GuestStatus.State.WATCHING);
        rig.reset("vm");
        assertThat(verdict(1)).isEqualTo(Verdict.PROVEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n", "{\"QMP\": 7}\r\n", "\u0000\u0000\n", "[]\n", "{{{{\n"})
    void the_connection_to_a_monitor_that_speaks_something_else_is_no_connection(String garbage) {
        var peer = rig.peer("vm").staysSilent();
        rig.watch("vm");
        peer.awaitConnections(1);
        peer.sendRaw(garbage.getBytes(StandardCharsets.UTF_8));
        rig.awaitDetail("vm", "expected");
        assertThat(rig.guest("vm").state()).isEqualTo(GuestStatus.State.UNREACHABLE);
    }

    @Test
    void the_connection_to_a_monitor_that_brings_garbage_later_goes_on_or_is_made_again_but_never_stops_the_watch() {
        var peer = rig.attached("vm", GuestKind.PLAIN);
        for (int i = 0; i < 5; i++) {
            peer.sendRaw("garbage \u0007\r\n".getBytes(StandardCharsets.UTF_8));
        }
        peer.awaitConnections(2);
        rig.awaitState("vm", GuestStatus.State.WATCHING);
        rig.reset("vm");
        assertThat(verdict(1)).isEqualTo(Verdict.PROVEN);
    }

    @Test
    void the_connection_to_a_monitor_that_brings_a_line_without_end_is_made_again() {
        var peer = rig.attached("vm", GuestKind.PLAIN);
        var mebibyte = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 64; i++) {
            peer.sendRaw(mebibyte);
        }
        peer.awaitConnections(2);
        rig.awaitState("vm", GuestStatus.State.WATCHING);
    }

    @Test
    void a_connection_to_a_path_longer_than_the_kernel_takes_is_not_possible() {
        var name = "x".repeat(120);
        rig.watch(name);
        rig.awaitDetail(name, "use a shorter path or a link");
    }

    @Test
    void the_connection_to_a_monitor_that_goes_mute_is_kept_and_heard_again() {
        rig.restart(GuestManagerFixture.PATIENT.withHeartbeat(new Heartbeat(SHORT, SHORT, Duration.ofMinutes(1))));
        var peer = rig.attached("vm", GuestKind.PLAIN);
        peer.neverReplies("query-status");
        rig.awaitDetail("vm", "the monitor has been silent for");
        assertThat(rig.guest("vm").state()).isEqualTo(GuestStatus.State.UNREACHABLE);
        assertThat(rig.guest("vm").resettable()).isFalse();
        peer.answers("query-status", Map.of("status", "running"));
        peer.emit("RTC_CHANGE", Map.of());
        rig.awaitState("vm", GuestStatus.State.WATCHING);
        peer.awaitConnections(1);
        assertThat(peer.receivedNames().stream().filter("qmp_capabilities"::equals))
                .hasSize(1);
    }

    @Test
    void the_connection_to_a_monitor_tells_after_a_loss_that_the_counters_restarted_meanwhile() {
        var peer = rig.attached("vm", GuestKind.TDX);
        peer.counters(0, 70);
        loseAndRegain(peer, 1);
        var reset = rig.awaitClosed("vm", 1);
        assertThat(reset.request().origin()).isEqualTo(Origin.UNKNOWN);
        assertThat(reset.evidence()).anyMatch(evidence -> evidence.detail().startsWith("inferred"));
        assertThat(rig.guest("vm").identity().orElseThrow().incarnation()).isEqualTo(2);
    }

    @Test
    void the_connection_to_a_monitor_counts_the_time_without_it_as_it_passes() {
        var peer = rig.attached("vm", GuestKind.PLAIN);
        var atFirst = rig.guest("vm").blind();
        peer.close();
        rig.witness.await("blind time grows while away", () -> {
            var blind = rig.guest("vm").blind();
            return blind.intervals() == 2 && blind.total().compareTo(atFirst.total()) > 0;
        });
        assertThat(rig.witness.blind("vm")).isPositive();
        assertThat(rig.guest("vm").blind().total()).isLessThanOrEqualTo(rig.witness.blind("vm"));
    }

    @Test
    void the_connection_to_a_monitor_tells_each_change_once() {
        var peer = rig.attached("vm", GuestKind.TDX);
        loseAndRegain(peer, 1);
        rig.reset("vm");
        rig.awaitClosed("vm", 1);
        rig.settle();
        var states = rig.witness.views("vm").stream()
                .map(view -> new Object[] {
                    view.state(), view.stateDetail(), view.identity(), view.hazards(), view.lastReset()
                })
                .map(List::of)
                .toList();
        for (int i = 1; i < states.size(); i++) {
            assertThat(states.get(i)).isNotEqualTo(states.get(i - 1));
        }
        assertThat(rig.witness.views("vm").getFirst().stateDetail()).isEqualTo("not connected yet");
    }

    @Test
    void the_connection_to_a_guest_let_go_of_while_it_is_made_is_closed() {
        var peer = rig.peer("vm").staysSilent();
        rig.watch("vm");
        peer.awaitConnections(1);
        GuestManagerFixture.now(rig.fleet.forget(rig.named("vm")));
        peer.awaitDepartures(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"query-uuid", "query-status", "query-stats"})
    void the_connection_to_a_guest_let_go_of_at_any_step_is_closed_and_nothing_is_told_afterwards(String step) {
        var reached = new CompletableFuture<Void>();
        var peer = rig.peer("vm").onCommand(step, _ -> reached.complete(null));
        rig.watch("vm");
        GuestManagerFixture.now(reached);
        GuestManagerFixture.now(rig.fleet.forget(rig.named("vm")));
        peer.awaitDepartures(1);
        rig.settle();
        assertThat(rig.fleet.guests()).isEmpty();
        assertThat(rig.witness.forgotten()).containsExactly("vm");
    }

    private void loseAndRegain(ScriptedPeer peer, int loss) {
        peer.hangUp();
        peer.awaitConnections(loss + 1);
        rig.witness.await(
                "it was away and is back",
                () -> rig.guest("vm").blind().intervals() == loss + 1
                        && rig.guest("vm").state() != GuestStatus.State.UNREACHABLE);
    }

    private Verdict verdict(int count) {
        return rig.awaitClosed("vm", count).conclusion().orElseThrow().verdict();
    }
}
