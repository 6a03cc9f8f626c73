package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.request.ResetResponse;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.testbed.peer.PeerCommand;
import io.reseal.testbed.peer.ScriptedPeer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResetTest {
    private static final Map<String, Object> OURS = Map.of("guest", false, "reason", "host-qmp-system-reset");
    private static final Map<String, Object> REBOOT = Map.of("guest", true, "reason", "guest-reset");
    private static final Duration SHORT = Duration.ofMillis(150);

    @RegisterExtension
    private final GuestManagerFixture rig = new GuestManagerFixture();

    @ParameterizedTest
    @EnumSource(
            value = GuestKind.class,
            names = {"PLAIN", "SEV", "SEV_SNP", "TDX"})
    void a_reset_asked_for_is_sent_and_proven(GuestKind kind) {
        var peer = rig.attached("vm", kind);
        var answer = rig.reset("vm");
        assertThat(answer).isInstanceOf(ResetResponse.Started.class);
        var reset = rig.awaitClosed("vm", 1);
        assertThat(verdict(reset)).isEqualTo(Verdict.PROVEN);
        assertThat(reset.request().origin()).isEqualTo(Origin.OPERATOR);
        assertThat(rig.fleet.reset(reset.id())).contains(reset);
        assertThat(rig.guest("vm").lastReset()).contains(reset.id());
        assertThat(sent(peer, "system_reset")).isOne();
    }

    @Test
    void resets_one_after_the_other_are_each_proven() {
        rig.attached("vm", GuestKind.TDX).counters(0, 100_000);
        for (int i = 1; i <= 3; i++) {
            rig.reset("vm");
            assertThat(rig.awaitClosed("vm", i).id()).endsWith("." + i);
        }
        assertThat(rig.fleet.resets()).hasSize(3);
    }

    @Test
    void a_reset_is_told_apart_from_those_of_a_guest_of_the_same_name_before() {
        rig.attached("vm", GuestKind.PLAIN);
        var first = startedId(rig.reset("vm"));
        rig.awaitClosed("vm", 1);
        GuestManagerFixture.now(rig.fleet.forget(rig.named("vm")));
        rig.watch("vm");
        rig.awaitState("vm", GuestStatus.State.WATCHING);
        assertThat(startedId(rig.reset("vm"))).isNotEqualTo(first);
    }

    @Test
    void a_reset_whose_reply_never_comes_is_not_proven_by_an_event_that_may_be_somebody_elses() {
        restart(Duration.ofSeconds(5));
        var peer = rig.attached("vm", GuestKind.TDX);
        var command = new AtomicReference<PeerCommand>();
        peer.onCommand("system_reset", command::set);
        rig.reset("vm");
        rig.witness.await("the reply is overdue", () -> rig.witness.commands().contains("system_reset timeout"));
        peer.counters(0, 70);
        peer.emit("RESET", OURS);
        var reset = rig.awaitClosed("vm", 1);
        assertThat(reset.evidence())
                .anyMatch(e ->
                        e.kind() == EvidenceKind.ACKNOWLEDGEMENT && e.detail().contains("no reply"))
                .anyMatch(e -> e.detail().contains("perhaps somebody else's"))
                .anyMatch(e -> e.detail().contains("restarted"));
        assertThat(verdict(reset)).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void a_reset_whose_reply_and_event_never_come_is_unproven_at_its_deadline() {
        restart(Duration.ofMillis(500));
        rig.attached("vm", GuestKind.TDX).neverReplies("system_reset");
        rig.reset("vm");
        assertThat(verdict(rig.awaitClosed("vm", 1))).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void a_reset_that_QEMU_rejects_is_unproven_at_once() {
        rig.attached("vm", GuestKind.PLAIN).rejects("system_reset", "GenericError", "no \r\n way");
        rig.reset("vm");
        var conclusion = rig.awaitClosed("vm", 1).conclusion().orElseThrow();
        assertThat(conclusion.verdict()).isEqualTo(Verdict.UNPROVEN);
        assertThat(conclusion.summary()).contains("system_reset was not executed");
        assertThat(rig.reset("vm")).isInstanceOf(ResetResponse.Started.class);
    }

    @Test
    void a_reset_whose_connection_is_lost_with_it_is_followed_over_the_next_one() {
        var peer = rig.attached("vm", GuestKind.TDX);
        peer.onCommand("system_reset", command -> {
            peer.counters(0, 70);
            command.hangUp();
        });
        var id = startedId(rig.reset("vm"));
        var reset = rig.awaitClosed("vm", 1);
        assertThat(reset.id()).isEqualTo(id);
        assertThat(reset.evidence()).anyMatch(evidence -> evidence.kind() == EvidenceKind.INFERRED);
        assertThat(rig.witness.opened("vm")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"query-stats", "query-status"})
    void a_reset_whose_connection_is_lost_while_it_is_watched_is_watched_on(String during) {
        var peer = rig.attached("vm", GuestKind.TDX);
        peer.onCommand("system_reset", command -> {
            peer.counters(0, 70);
            peer.closesAfter(during);
            command.event("RESET", OURS);
            command.reply();
        });
        rig.reset("vm");
        peer.awaitDepartures(1);
        peer.answers("query-status", Map.of("status", "running")).answers("query-stats", List.of());
        rig.awaitClosed("vm", 1);
        assertThat(rig.witness.opened("vm")).hasSize(1);
    }

    @Test
    void a_reset_whose_rebuild_failed_is_called_so_and_no_other_is_tried() {
        var peer = rig.attached("vm", GuestKind.SEV_SNP);
        peer.onCommand("system_reset", command -> {
            command.event("STOP", Map.of());
            command.event("RESET", OURS);
            peer.runState("prelaunch");
            command.reply();
        });
        rig.reset("vm");
        assertThat(verdict(rig.awaitClosed("vm", 1))).isEqualTo(Verdict.FAILED);
        rig.awaitState("vm", GuestStatus.State.QUARANTINED);
        assertThat(rig.reset("vm")).isInstanceOf(ResetResponse.Refused.class);
        assertThat(sent(peer, "system_reset")).isOne();
    }

    @Test
    void a_reset_that_the_guest_or_somebody_else_began_is_proven_too() {
        var peer = rig.attached("vm", GuestKind.TDX);
        peer.counters(0, 70);
        peer.emit("RESET", REBOOT);
        assertThat(rig.awaitClosed("vm", 1).request().origin()).isEqualTo(Origin.GUEST);
        peer.emit("RESET", OURS);
        assertThat(rig.awaitClosed("vm", 2).request().origin()).isEqualTo(Origin.EXTERNAL);
    }

    @Test
    void a_reset_keeps_the_proof_it_began_with_when_the_policy_changes() {
        var peer = rig.attached("vm", GuestKind.PLAIN);
        var command = new CompletableFuture<PeerCommand>();
        peer.onCommand("system_reset", command::complete);
        rig.reset("vm");
        var weaker = new Proof(Level.OBSERVED, Duration.ofSeconds(5), Duration.ZERO);
        rig.fleet.reconfigure(GuestManagerFixture.policy(weaker), 2);
        finish(GuestManagerFixture.now(command));
        assertThat(rig.awaitClosed("vm", 1).conclusion().orElseThrow().level()).contains(Level.RUNNING);
        peer.onCommand("system_reset", ResetTest::finish);
        rig.reset("vm");
        assertThat(rig.awaitClosed("vm", 2).conclusion().orElseThrow().level()).contains(Level.OBSERVED);
    }

    private static void finish(PeerCommand systemReset) {
        systemReset.event("RESET", OURS);
        systemReset.reply();
    }

    private void restart(Duration within) {
        rig.restart(GuestManagerFixture.PATIENT.withActionDeadline(SHORT));
        rig.fleet.reconfigure(GuestManagerFixture.policy(new Proof(Level.REBUILT, within, Duration.ofMillis(20))), 2);
    }

    private static Verdict verdict(Reset reset) {
        return reset.conclusion().orElseThrow().verdict();
    }

    private static String startedId(ResetResponse answer) {
        return ((ResetResponse.Started) answer).reset().id();
    }

    private static long sent(ScriptedPeer peer, String command) {
        return peer.receivedNames().stream().filter(command::equals).count();
    }
}
