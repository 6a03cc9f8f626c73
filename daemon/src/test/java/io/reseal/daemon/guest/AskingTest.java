package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestKind;
import io.reseal.policy.Hazard;
import io.reseal.policy.HazardId;
import io.reseal.policy.Level;
import io.reseal.policy.Reset;
import io.reseal.policy.Verdict;
import io.reseal.testbed.PeerCommand;
import io.reseal.testbed.ScriptedPeer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A reset that is asked for")
class AskingTest {
    private static final Map<String, Object> OURS = Map.of("guest", false, "reason", "host-qmp-system-reset");

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

    @Test
    void of_a_guest_that_is_away_is_not_tried() {
        rig.watch("vm");
        rig.awaitDetail("vm", "there is no such file");
        assertThat(rig.reset("vm")).isInstanceOf(ResetAnswer.NotReachable.class);
        assertThat(rig.ask(Rig.dry(Rig.wish("vm")))).isInstanceOf(ResetAnswer.NotReachable.class);
        assertThat(rig.reset("nobody")).isEqualTo(new ResetAnswer.NoSuchGuest("nobody"));
    }

    @Test
    void finds_room_among_many_who_only_look() {
        rig.attached("vm", GuestKind.SEV_ES);
        var looks = IntStream.range(0, 50)
                .mapToObj(_ -> rig.fleet.ask(Rig.dry(Rig.wish("vm"))))
                .toList();
        assertThat(rig.reset("vm")).isInstanceOf(ResetAnswer.Started.class);
        assertThat(looks).allSatisfy(look -> assertThat(look.join()).isInstanceOf(ResetAnswer.Planned.class));
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
        assertThat(really)
                .contains("system_reset")
                .allMatch(plan.sends()::contains)
                .containsAll(plan.sends());
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
        var ids = both.stream().map(Rig::now).map(AskingTest::startedId).toList();
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
    void whose_time_reaches_beyond_the_end_of_time_is_turned_down_and_harms_nothing() {
        rig.attached("vm", GuestKind.PLAIN);
        assertThat(rig.ask(Rig.within(Duration.ofSeconds(Long.MAX_VALUE), Rig.wish("vm"))))
                .isInstanceOf(ResetAnswer.NotReachable.class);
        assertThat(rig.fleet.ask(Rig.within(Duration.ZERO, Rig.wish("vm")))).failsWithin(Duration.ofSeconds(10));
        assertThat(rig.ask(Rig.within(Duration.ofDays(1_000_000), Rig.wish("vm"))))
                .isInstanceOf(ResetAnswer.Started.class);
        assertThat(verdict(rig.awaitClosed("vm", 1))).isEqualTo(Verdict.PROVEN);
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
