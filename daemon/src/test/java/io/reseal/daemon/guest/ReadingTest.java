package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.status.GuestStatus;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.RunState;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.supervision.EarlyEvents;
import io.reseal.testbed.peer.PeerCommand;
import io.reseal.testbed.peer.ScriptedPeer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events that come while a guest is read: what was read before and after them must not be mixed, and they must not be lost. */
class ReadingTest {
    private static final Map<String, Object> REBOOT = Map.of("guest", true, "reason", "guest-reset");
    private static final Map<String, Object> EXTERNAL = Map.of("guest", false, "reason", "host-qmp-system-reset");

    @RegisterExtension
    private final GuestManagerFixture rig = new GuestManagerFixture();

    @Test
    void a_guest_that_changes_while_it_is_read_is_read_again() {
        var peer = rig.peer("vm");
        once(peer, "query-stats", command -> {
            peer.runState("paused");
            command.event("STOP", Map.of());
        });
        watch();
        assertThat(rig.guest("vm").identity().orElseThrow().runState()).isEqualTo(RunState.PAUSED);
        assertThat(peer.receivedNames().stream().filter("query-status"::equals)).hasSize(2);
    }

    @Test
    void a_guest_that_never_keeps_still_is_called_unreachable_with_the_reason_and_tried_again() {
        var peer = rig.peer("vm");
        peer.onCommand("query-stats", command -> {
            command.event("RESET", REBOOT);
            command.reply(exits(50_000));
        });
        rig.watch("vm");
        rig.awaitDetail("vm", "it changed during each of 5 reads");
        peer.answers("query-stats", exits(50_000));
        rig.awaitState("vm", GuestStatus.State.WATCHING);
    }

    @Test
    void a_guest_that_makes_events_without_end_while_it_is_identified_is_tried_again() {
        var peer = rig.peer("vm");
        once(peer, "query-uuid", command -> {
            for (int i = 0; i < 5 * EarlyEvents.MOST; i++) {
                command.event("RESET", REBOOT);
            }
        });
        rig.watch("vm");
        rig.awaitDetail("vm", EarlyEvents.MOST + " events and more came");
        rig.awaitState("vm", GuestStatus.State.WATCHING);
        assertThat(rig.witness.events("vm")).isEqualTo(5 * EarlyEvents.MOST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"query-uuid", "query-accelerators", "query-stats"})
    void a_guest_tells_of_a_reset_during_its_first_attach_once_and_claims_nothing_about_the_rebuild(String during) {
        var peer = rig.peer("vm", GuestKind.TDX).counters(0, 50_000);
        once(peer, during, command -> command.event("RESET", REBOOT));
        watch();
        var reset = rig.awaitClosed("vm", 1);
        assertThat(reset.conclusion().orElseThrow().verdict()).isEqualTo(Verdict.UNPROVEN);
        assertThat(reset.conclusion().orElseThrow().level()).contains(Level.RUNNING);
        assertThat(rig.witness.opened("vm")).hasSize(1);
    }

    @Test
    void a_guest_is_not_called_failed_for_a_reset_while_it_was_paused_and_attached() {
        var peer = rig.peer("vm", GuestKind.TDX).counters(0, 50_000).runState("prelaunch");
        once(peer, "query-uuid", command -> command.event("RESET", EXTERNAL));
        rig.watch("vm");
        rig.witness.await("its reset is told", () -> rig.witness.opened("vm").size() == 1);
        peer.awaitCommand("query-stats");
        peer.awaitCommand("query-stats");
        rig.settle();
        assertThat(rig.guest("vm").hazards()).extracting(Hazard::id).doesNotContain(HazardId.REBUILD_FAILED);
    }

    @Test
    void a_plain_guest_tells_of_its_reset_during_a_second_attach_once() {
        var peer = rig.attached("vm", GuestKind.PLAIN);
        reattachWith(peer, "query-uuid", command -> command.event("RESET", REBOOT));
        assertThat(rig.awaitClosed("vm", 1).conclusion().orElseThrow().verdict())
                .isEqualTo(Verdict.PROVEN);
        assertThat(rig.witness.opened("vm")).hasSize(1);
    }

    @Test
    void a_protected_guest_tells_of_its_reset_during_a_second_attach_once() {
        var peer = rig.attached("vm", GuestKind.TDX);
        reattachWith(peer, "query-uuid", command -> {
            peer.counters(0, 70);
            command.event("RESET", REBOOT);
        });
        rig.awaitClosed("vm", 1);
        assertThat(rig.witness.opened("vm")).hasSize(1);
        assertThat(rig.guest("vm").identity().orElseThrow().incarnation()).isEqualTo(2);
    }

    @Test
    void a_reset_is_never_proven_by_counters_that_were_read_before_another_reset() {
        var peer = rig.attached("vm", GuestKind.SEV_SNP);
        peer.counters(0, 5_000);
        once(
                peer,
                "query-sev",
                command -> { // the exits were read before this RESET, the SEV state is read after it
                    peer.counters(0, 70);
                    command.event("RESET", REBOOT);
                });
        peer.emit("RESET", REBOOT);
        rig.awaitClosed("vm", 2);
        peer.counters(0, 400);
        peer.emit("RESET", REBOOT);
        var third = rig.awaitClosed("vm", 3);
        assertThat(third.conclusion().orElseThrow().verdict()).isEqualTo(Verdict.UNPROVEN);
        assertThat(third.evidence()).anyMatch(evidence -> evidence.detail().contains("70 before, 400 after"));
    }

    @Test
    void a_guest_is_not_taken_for_reset_by_the_regular_sample() {
        rig.restart(Duration.ofMillis(20));
        var peer = rig.attached("vm", GuestKind.TDX);
        peer.counters(0, 123_456);
        for (int i = 0; i < 3; i++) {
            peer.awaitCommand("query-stats");
        }
        assertThat(rig.witness.opened("vm")).isEmpty();
    }

    private void watch() {
        rig.watch("vm");
        rig.awaitState("vm", GuestStatus.State.WATCHING);
    }

    private void reattachWith(ScriptedPeer peer, String command, Consumer<PeerCommand> first) {
        once(peer, command, first);
        peer.hangUp();
        peer.awaitConnections(2);
        peer.awaitCommand("query-uuid");
        peer.awaitCommand("query-uuid");
        rig.awaitState("vm", GuestStatus.State.WATCHING);
    }

    /** Does this before the reply to the first such command. */
    private static void once(ScriptedPeer peer, String command, Consumer<PeerCommand> first) {
        var done = new AtomicBoolean();
        peer.onCommand(command, each -> {
            if (done.compareAndSet(false, true)) {
                first.accept(each);
            }
            each.reply(usualReply(command));
        });
    }

    private static Object usualReply(String command) {
        return switch (command) {
            case "query-uuid" -> Map.of("UUID", "00000000-0000-0000-0000-000000000000");
            case "query-accelerators" -> Map.of("enabled", "kvm");
            case "query-stats" -> exits(50_000);
            case "query-sev" -> Map.of("state", "running");
            default -> throw new IllegalArgumentException(command);
        };
    }

    private static Object exits(long count) {
        return List.of(Map.of(
                "provider",
                "kvm",
                "qom-path",
                "/machine/unattached/device[0]",
                "stats",
                List.of(Map.of("name", "exits", "value", count))));
    }
}
