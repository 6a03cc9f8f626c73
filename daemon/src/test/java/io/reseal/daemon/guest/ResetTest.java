package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.EvidenceKind;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Hazard;
import io.reseal.policy.HazardId;
import io.reseal.policy.Level;
import io.reseal.policy.Origin;
import io.reseal.policy.Proof;
import io.reseal.policy.Reset;
import io.reseal.policy.Verdict;
import io.reseal.testbed.PeerCommand;
import io.reseal.testbed.ScriptedPeer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A reset")
class ResetTest {
    private static final Map<String, Object> OURS = Map.of("guest", false, "reason", "host-qmp-system-reset");
    private static final Map<String, Object> REBOOT = Map.of("guest", true, "reason", "guest-reset");
    private static final Duration SHORT = Duration.ofMillis(150);

    @TempDir
    private Path folder;

    private Rig rig;

    @BeforeEach
    void begin() {
        rig = new Rig(folder);
    }

    @AfterEach
    void end() {
        rig.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = GuestKind.class,
            names = {"PLAIN", "SEV", "SEV_SNP", "TDX"})
    void asked_for_is_sent_and_proven(GuestKind kind) {
        var peer = rig.attached("vm", kind);
        var answer = rig.reset("vm");
        assertThat(answer).isInstanceOf(ResetAnswer.Started.class);
        var reset = rig.awaitClosed("vm", 1);
        assertThat(verdict(reset)).isEqualTo(Verdict.PROVEN);
        assertThat(reset.ask().origin()).isEqualTo(Origin.OPERATOR);
        assertThat(rig.fleet.reset(reset.id())).contains(reset);
        assertThat(rig.guest("vm").lastReset()).contains(reset.id());
        assertThat(sent(peer, "system_reset")).isOne();
    }

    @Test
    void of_a_guest_that_is_away_is_not_tried() {
        rig.watch("vm");
        rig.awaitDetail("vm", "there is no such file");
        assertThat(rig.reset("vm")).isInstanceOf(ResetAnswer.NotReachable.class);
        assertThat(rig.ask(Rig.dry(Rig.wish("vm")))).isInstanceOf(ResetAnswer.NotReachable.class);
        assertThat(rig.reset("nobody")).isEqualTo(new ResetAnswer.NoSuchGuest("nobody"));
    }

    @Test
    void of_a_guest_that_went_away_is_not_tried() {
        var peer = rig.attached("vm", GuestKind.PLAIN);
        peer.close();
        rig.awaitState("vm", GuestView.State.UNREACHABLE);
        assertThat(rig.reset("vm")).isInstanceOf(ResetAnswer.NotReachable.class);
    }

    @Test
    void with_a_hazard_is_refused_before_anything_is_sent_and_frees_its_place() {
        var peer = rig.peer("vm", GuestKind.SEV_SNP).runState("paused");
        rig.watch("vm");
        rig.awaitState("vm", GuestView.State.WATCHING);
        for (int i = 0; i < 5; i++) {
            assertThat(rig.reset("vm"))
                    .isInstanceOfSatisfying(
                            ResetAnswer.Refused.class,
                            refused -> assertThat(refused.reset().hazards())
                                    .extracting(Hazard::id)
                                    .containsExactly(HazardId.PAUSED_SEV));
        }
        assertThat(sent(peer, "system_reset")).isZero();
        assertThat(rig.ask(Rig.forcing(HazardId.PAUSED_SEV, Rig.wish("vm")))).isInstanceOf(ResetAnswer.Started.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"active", "setup", "postcopy-paused", "pre-switchover", "a-state-of-tomorrow"})
    void during_a_migration_is_refused(String status) {
        rig.peer("vm").answers("query-migrate", Map.of("status", status));
        rig.watch("vm");
        rig.awaitState("vm", GuestView.State.WATCHING);
        assertThat(rig.reset("vm")).isInstanceOf(ResetAnswer.Refused.class);
        assertThat(rig.guest("vm").hazards()).extracting(Hazard::id).containsExactly(HazardId.MIGRATING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "completed", "failed", "cancelled"})
    void after_a_migration_is_not(String status) {
        rig.attached("vm", GuestKind.PLAIN).answers("query-migrate", Map.of("status", status));
        assertThat(rig.reset("vm")).isInstanceOf(ResetAnswer.Started.class);
    }

    @Test
    void that_is_only_planned_says_what_it_would_send_and_sends_none_of_it() {
        var peer = rig.attached("vm", GuestKind.SEV_SNP);
        var plan = (ResetAnswer.Planned) rig.ask(Rig.dry(Rig.wish("vm")));
        assertThat(plan.resettable()).isTrue();
        assertThat(plan.shows()).containsExactly(Level.ACKNOWLEDGED, Level.OBSERVED, Level.RUNNING, Level.REBUILT);
        assertThat(sent(peer, "system_reset")).isZero();
        int before = peer.receivedNames().size();
        rig.reset("vm");
        rig.awaitClosed("vm", 1);
        var really = peer.receivedNames().subList(before, peer.receivedNames().size());
        assertThat(really).containsAll(plan.sends()).allMatch(plan.sends()::contains);
    }

    @Test
    void that_is_planned_for_a_guest_in_trouble_would_not_be_tried() {
        rig.peer("vm").runState("paused").answers("query-migrate", Map.of("status", "active"));
        rig.watch("vm");
        rig.awaitState("vm", GuestView.State.WATCHING);
        var plan = (ResetAnswer.Planned) rig.ask(Rig.dry(Rig.wish("vm")));
        assertThat(plan.resettable()).isFalse();
        assertThat(plan.sends()).doesNotContain("system_reset", "query-sev");
        assertThat(plan.shows()).doesNotContain(Level.REBUILT);
    }

    @Test
    void asked_for_twice_with_one_key_happens_once() {
        var peer = rig.attached("vm", GuestKind.PLAIN);
        var ask = Rig.keyed("k", Rig.wish("vm"));
        var both = List.of(rig.fleet.ask(ask), rig.fleet.ask(ask));
        var ids = both.stream().map(Rig::now).map(ResetTest::startedId).toList();
        rig.awaitClosed("vm", 1);
        assertThat(startedId(rig.ask(ask))).isEqualTo(ids.get(0)).isEqualTo(ids.get(1));
        assertThat(((ResetAnswer.Started) rig.ask(ask)).reset().open()).isFalse();
        assertThat(sent(peer, "system_reset")).isOne();
    }

    @Test
    void asked_for_while_another_is_judged_waits_and_is_told_of_it() {
        var asked = new CompletableFuture<PeerCommand>();
        var peer = rig.attached("vm", GuestKind.PLAIN);
        peer.onCommand("query-migrate", asked::complete);
        var first = rig.fleet.ask(Rig.wish("vm"));
        var second = rig.fleet.ask(Rig.wish("vm"));
        Rig.now(asked).reply();
        var id = startedId(Rig.now(first));
        assertThat(Rig.now(second))
                .isInstanceOfSatisfying(
                        ResetAnswer.InFlight.class,
                        busy -> assertThat(busy.open().id()).isEqualTo(id));
        rig.awaitClosed("vm", 1);
        assertThat(sent(peer, "system_reset")).isOne();
    }

    @Test
    void asked_for_very_often_at_once_happens_once_and_everyone_is_answered() {
        var peer = rig.attached("vm", GuestKind.PLAIN);
        var asked = new CompletableFuture<PeerCommand>();
        peer.onCommand("query-migrate", asked::complete);
        var all = IntStream.range(0, 500)
                .mapToObj(_ -> rig.fleet.ask(Rig.wish("vm")))
                .toList();
        rig.settle();
        Rig.now(asked).reply();
        var answers = all.stream().map(Rig::now).toList();
        assertThat(answers.stream().filter(ResetAnswer.Started.class::isInstance))
                .hasSize(1);
        assertThat(answers.stream().filter(ResetAnswer.InFlight.class::isInstance))
                .hasSize(Asks.MOST_WAITING);
        assertThat(answers.stream().filter(ResetAnswer.NotReachable.class::isInstance))
                .hasSize(500 - 1 - Asks.MOST_WAITING);
        rig.awaitClosed("vm", 1);
        assertThat(sent(peer, "system_reset")).isOne();
    }

    @Test
    void one_after_the_other_are_each_proven() {
        rig.attached("vm", GuestKind.TDX).counters(0, 100_000);
        for (int i = 1; i <= 3; i++) {
            rig.reset("vm");
            assertThat(rig.awaitClosed("vm", i).id()).endsWith("." + i);
        }
        assertThat(rig.fleet.resets()).hasSize(3);
    }

    @Test
    void is_told_apart_from_those_of_a_guest_of_the_same_name_before() {
        rig.attached("vm", GuestKind.PLAIN);
        var first = startedId(rig.reset("vm"));
        rig.awaitClosed("vm", 1);
        Rig.now(rig.fleet.forget(rig.named("vm")));
        rig.watch("vm");
        rig.awaitState("vm", GuestView.State.WATCHING);
        assertThat(startedId(rig.reset("vm"))).isNotEqualTo(first);
    }

    @Test
    void beyond_the_limit_waits_for_another_time() {
        var asked = new CompletableFuture<PeerCommand>();
        rig.attached("a", GuestKind.PLAIN).onCommand("system_reset", asked::complete);
        rig.attached("b", GuestKind.PLAIN).neverReplies("system_reset");
        rig.attached("c", GuestKind.PLAIN);
        assertThat(rig.reset("a")).isInstanceOf(ResetAnswer.Started.class);
        assertThat(rig.reset("b")).isInstanceOf(ResetAnswer.Started.class);
        assertThat(rig.reset("c")).isEqualTo(new ResetAnswer.TooMany(2));
        var command = Rig.now(asked);
        command.event("RESET", OURS);
        command.reply();
        rig.awaitClosed("a", 1);
        assertThat(rig.reset("c")).isInstanceOf(ResetAnswer.Started.class);
    }

    @Test
    void whose_guest_is_let_go_of_stays_open_and_gives_its_place_back() {
        rig.attached("a", GuestKind.PLAIN).neverReplies("system_reset");
        rig.attached("b", GuestKind.PLAIN).neverReplies("system_reset");
        rig.attached("c", GuestKind.PLAIN);
        var id = startedId(rig.reset("a"));
        rig.reset("b");
        assertThat(Rig.now(rig.fleet.forget(rig.named("a"))).map(Reset::id)).contains(id);
        assertThat(rig.fleet.reset(id).map(Reset::open)).contains(true);
        assertThat(rig.reset("c")).isInstanceOf(ResetAnswer.Started.class);
        rig.awaitClosed("c", 1);
        assertThat(rig.witness.closed("a")).isEmpty();
    }

    @Test
    void that_is_judged_or_waits_when_its_guest_is_let_go_of_is_answered() {
        var peer = rig.attached("vm", GuestKind.PLAIN).neverReplies("query-migrate");
        var asks = List.of(
                rig.fleet.ask(Rig.wish("vm")), rig.fleet.ask(Rig.wish("vm")), rig.fleet.ask(Rig.dry(Rig.wish("vm"))));
        peer.awaitCommand("query-migrate");
        peer.awaitCommand("query-migrate");
        Rig.now(rig.fleet.forget(rig.named("vm")));
        assertThat(asks.stream().map(Rig::now)).allMatch(ResetAnswer.NotReachable.class::isInstance);
        assertThat(sent(peer, "system_reset")).isZero();
    }

    @Test
    void whose_connection_is_lost_while_it_is_judged_is_not_sent() {
        var peer = rig.attached("vm", GuestKind.PLAIN).closesAfter("query-migrate");
        assertThat(rig.reset("vm")).isInstanceOf(ResetAnswer.NotReachable.class);
        assertThat(sent(peer, "system_reset")).isZero();
    }

    @Test
    void whose_reply_never_comes_is_proven_by_its_event() {
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
                .anyMatch(e -> e.detail().contains("restarted"));
        assertThat(reset.conclusion().orElseThrow().level()).contains(Level.REBUILT);
    }

    @Test
    void whose_reply_and_event_never_come_is_unproven_at_its_deadline() {
        restart(Duration.ofMillis(500));
        rig.attached("vm", GuestKind.TDX).neverReplies("system_reset");
        rig.reset("vm");
        assertThat(verdict(rig.awaitClosed("vm", 1))).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void that_QEMU_rejects_is_unproven_at_once() {
        rig.attached("vm", GuestKind.PLAIN).rejects("system_reset", "GenericError", "no \r\n way");
        rig.reset("vm");
        var conclusion = rig.awaitClosed("vm", 1).conclusion().orElseThrow();
        assertThat(conclusion.verdict()).isEqualTo(Verdict.UNPROVEN);
        assertThat(conclusion.summary()).contains("system_reset was not executed");
        assertThat(rig.reset("vm")).isInstanceOf(ResetAnswer.Started.class);
    }

    @Test
    void whose_connection_is_lost_with_it_is_followed_over_the_next_one() {
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
    void whose_connection_is_lost_while_it_is_watched_is_watched_on(String during) {
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
    void whose_rebuild_failed_is_called_so_and_no_other_is_tried() {
        var peer = rig.attached("vm", GuestKind.SEV_SNP);
        peer.onCommand("system_reset", command -> {
            command.event("STOP", Map.of());
            command.event("RESET", OURS);
            peer.runState("prelaunch");
            command.reply();
        });
        rig.reset("vm");
        assertThat(verdict(rig.awaitClosed("vm", 1))).isEqualTo(Verdict.FAILED);
        rig.awaitState("vm", GuestView.State.QUARANTINED);
        assertThat(rig.reset("vm")).isInstanceOf(ResetAnswer.Refused.class);
        assertThat(sent(peer, "system_reset")).isOne();
    }

    @Test
    void that_the_guest_or_somebody_else_began_is_proven_too() {
        var peer = rig.attached("vm", GuestKind.TDX);
        peer.counters(0, 70);
        peer.emit("RESET", REBOOT);
        assertThat(rig.awaitClosed("vm", 1).ask().origin()).isEqualTo(Origin.GUEST);
        peer.emit("RESET", OURS);
        assertThat(rig.awaitClosed("vm", 2).ask().origin()).isEqualTo(Origin.EXTERNAL);
    }

    @Test
    void whose_time_reaches_beyond_the_end_of_time_is_turned_down_and_harms_nothing() {
        rig.attached("vm", GuestKind.PLAIN);
        assertThat(rig.ask(Rig.within(Duration.ofSeconds(Long.MAX_VALUE), Rig.wish("vm"))))
                .isInstanceOf(ResetAnswer.NotReachable.class);
        assertThat(rig.fleet.ask(Rig.within(Duration.ZERO, Rig.wish("vm")))).failsWithin(Duration.ofSeconds(10));
        assertThat(rig.ask(Rig.within(Duration.ofDays(1_000_000), Rig.wish("vm"))))
                .isInstanceOf(ResetAnswer.Started.class);
        assertThat(verdict(rig.awaitClosed("vm", 1))).isEqualTo(Verdict.PROVEN);
    }

    @Test
    void keeps_the_proof_it_began_with_when_the_policy_changes() {
        var peer = rig.attached("vm", GuestKind.PLAIN);
        var command = new CompletableFuture<PeerCommand>();
        peer.onCommand("system_reset", command::complete);
        rig.reset("vm");
        var weaker = new Proof(Level.OBSERVED, Duration.ofSeconds(5), Duration.ZERO);
        rig.fleet.reconfigure(Rig.policy(weaker), 2);
        finish(Rig.now(command));
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
        rig.close();
        rig = new Rig(folder, Rig.PATIENT.withActionDeadline(SHORT));
        rig.fleet.reconfigure(Rig.policy(new Proof(Level.REBUILT, within, Duration.ofMillis(20))), 2);
    }

    private static Verdict verdict(Reset reset) {
        return reset.conclusion().orElseThrow().verdict();
    }

    private static String startedId(ResetAnswer answer) {
        return ((ResetAnswer.Started) answer).reset().id();
    }

    private static long sent(ScriptedPeer peer, String command) {
        return peer.receivedNames().stream().filter(command::equals).count();
    }
}
