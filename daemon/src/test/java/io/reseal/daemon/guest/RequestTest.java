package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.feed.Documents;
import io.reseal.daemon.request.ResetResponse;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.SignalType;
import io.reseal.policy.supervision.RequestQueue;
import io.reseal.testbed.peer.PeerCommand;
import io.reseal.testbed.peer.ScriptedPeer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTest {
    private static final Map<String, Object> OURS = Map.of("guest", false, "reason", "host-qmp-system-reset");

    @RegisterExtension
    private final GuestManagerFixture rig = new GuestManagerFixture();

    @Test
    void a_reset_of_a_guest_that_is_away_is_not_tried() {
        rig.watch("vm");
        rig.awaitDetail("vm", "there is no such file");
        assertThat(rig.reset("vm")).isInstanceOf(ResetResponse.NotReachable.class);
        assertThat(rig.request(GuestManagerFixture.dry(GuestManagerFixture.wish("vm"))))
                .isInstanceOf(ResetResponse.NotReachable.class);
        assertThat(rig.reset("nobody")).isEqualTo(new ResetResponse.NoSuchGuest("nobody"));
    }

    @Test
    void a_reset_finds_room_among_many_who_only_look() {
        rig.attached("vm", GuestKind.SEV_ES);
        var looks = IntStream.range(0, 50)
                .mapToObj(_ -> rig.fleet.request(GuestManagerFixture.dry(GuestManagerFixture.wish("vm"))))
                .toList();
        assertThat(rig.reset("vm")).isInstanceOf(ResetResponse.Started.class);
        assertThat(looks).allSatisfy(look -> assertThat(look.join()).isInstanceOf(ResetResponse.Planned.class));
    }

    @Test
    void a_reset_is_on_record_with_whoever_made_it() {
        rig.attached("vm", GuestKind.PLAIN);
        var started = (ResetResponse.Started) rig.reset("vm");
        assertThat(started.reset().request().by()).contains("uid 0");
        assertThat(Documents.reset(started.reset()).by()).contains("uid 0");
    }

    @Test
    void a_reset_of_a_guest_that_went_away_is_not_tried() {
        var peer = rig.attached("vm", GuestKind.PLAIN);
        peer.close();
        rig.awaitState("vm", GuestStatus.State.UNREACHABLE);
        assertThat(rig.reset("vm")).isInstanceOf(ResetResponse.NotReachable.class);
    }

    @Test
    void a_reset_with_a_hazard_is_refused_before_anything_is_sent_and_frees_its_place() {
        var peer = rig.peer("vm", GuestKind.SEV_SNP).runState("paused");
        rig.watch("vm");
        rig.awaitState("vm", GuestStatus.State.WATCHING);
        for (int i = 0; i < 5; i++) {
            assertThat(rig.reset("vm"))
                    .isInstanceOfSatisfying(
                            ResetResponse.Refused.class,
                            refused -> assertThat(refused.reset().hazards())
                                    .extracting(Hazard::id)
                                    .containsExactly(HazardId.PAUSED_SEV));
        }
        assertThat(sent(peer, "system_reset")).isZero();
        assertThat(rig.request(GuestManagerFixture.forcing(HazardId.PAUSED_SEV, GuestManagerFixture.wish("vm"))))
                .isInstanceOf(ResetResponse.Started.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"active", "setup", "postcopy-paused", "pre-switchover", "a-state-of-tomorrow"})
    void a_reset_during_a_migration_is_refused(String status) {
        rig.peer("vm").answers("query-migrate", Map.of("status", status));
        rig.watch("vm");
        rig.awaitState("vm", GuestStatus.State.WATCHING);
        assertThat(rig.reset("vm")).isInstanceOf(ResetResponse.Refused.class);
        assertThat(rig.guest("vm").hazards()).extracting(Hazard::id).containsExactly(HazardId.MIGRATING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "completed", "failed", "cancelled"})
    void a_reset_after_a_migration_is_not_refused(String status) {
        rig.attached("vm", GuestKind.PLAIN).answers("query-migrate", Map.of("status", status));
        assertThat(rig.reset("vm")).isInstanceOf(ResetResponse.Started.class);
    }

    @Test
    void a_reset_that_is_only_planned_says_what_it_would_send_and_sends_none_of_it() {
        var peer = rig.attached("vm", GuestKind.SEV_SNP);
        var plan = (ResetResponse.Planned) rig.request(GuestManagerFixture.dry(GuestManagerFixture.wish("vm")));
        assertThat(plan.resettable()).isTrue();
        assertThat(plan.shows()).containsExactly(Level.ACKNOWLEDGED, Level.OBSERVED, Level.RUNNING, Level.REBUILT);
        assertThat(sent(peer, "system_reset")).isZero();
        int before = peer.receivedNames().size();
        rig.reset("vm");
        rig.awaitClosed("vm", 1);
        var really = peer.receivedNames().subList(before, peer.receivedNames().size());
        assertThat(really).contains("system_reset").allMatch(plan.sends()::contains);
    }

    @Test
    void a_reset_that_is_planned_for_a_guest_in_trouble_would_not_be_tried() {
        rig.peer("vm").runState("paused").answers("query-migrate", Map.of("status", "active"));
        rig.watch("vm");
        rig.awaitState("vm", GuestStatus.State.WATCHING);
        var plan = (ResetResponse.Planned) rig.request(GuestManagerFixture.dry(GuestManagerFixture.wish("vm")));
        assertThat(plan.resettable()).isFalse();
        assertThat(plan.sends()).doesNotContain("system_reset", "query-sev");
        assertThat(plan.shows()).doesNotContain(Level.REBUILT);
    }

    @Test
    void a_reset_asked_for_twice_with_one_key_happens_once() {
        var peer = rig.attached("vm", GuestKind.PLAIN);
        var request = GuestManagerFixture.keyed("k", GuestManagerFixture.wish("vm"));
        var both = List.of(rig.fleet.request(request), rig.fleet.request(request));
        var ids = both.stream()
                .map(GuestManagerFixture::now)
                .map(RequestTest::startedId)
                .toList();
        rig.awaitClosed("vm", 1);
        assertThat(startedId(rig.request(request))).isEqualTo(ids.get(0)).isEqualTo(ids.get(1));
        assertThat(((ResetResponse.Started) rig.request(request)).reset().open())
                .isFalse();
        assertThat(sent(peer, "system_reset")).isOne();
    }

    @Test
    void a_reset_asked_for_while_another_is_judged_waits_and_is_told_of_it() {
        var asked = new CompletableFuture<PeerCommand>();
        var peer = rig.attached("vm", GuestKind.PLAIN);
        peer.onCommand("query-migrate", asked::complete);
        var first = rig.fleet.request(GuestManagerFixture.wish("vm"));
        var second = rig.fleet.request(GuestManagerFixture.wish("vm"));
        GuestManagerFixture.now(asked).reply();
        var id = startedId(GuestManagerFixture.now(first));
        assertThat(GuestManagerFixture.now(second))
                .isInstanceOfSatisfying(
                        ResetResponse.InFlight.class,
                        busy -> assertThat(busy.open().id()).isEqualTo(id));
        rig.awaitClosed("vm", 1);
        assertThat(sent(peer, "system_reset")).isOne();
    }

    @Test
    void a_reset_asked_for_very_often_at_once_happens_once_and_everyone_is_answered() {
        var peer = rig.attached("vm", GuestKind.PLAIN);
        var asked = new CompletableFuture<PeerCommand>();
        peer.onCommand("query-migrate", asked::complete);
        var all = IntStream.range(0, 500)
                .mapToObj(_ -> rig.fleet.request(GuestManagerFixture.wish("vm")))
                .toList();
        rig.settle();
        GuestManagerFixture.now(asked).reply();
        var answers = all.stream().map(GuestManagerFixture::now).toList();
        assertThat(answers.stream().filter(ResetResponse.Started.class::isInstance))
                .hasSize(1);
        assertThat(answers.stream().filter(ResetResponse.InFlight.class::isInstance))
                .hasSize(RequestQueue.MOST_WAITING);
        assertThat(answers.stream().filter(ResetResponse.NotReachable.class::isInstance))
                .hasSize(500 - 1 - RequestQueue.MOST_WAITING);
        rig.awaitClosed("vm", 1);
        assertThat(sent(peer, "system_reset")).isOne();
    }

    @Test
    void a_reset_beyond_the_limit_waits_for_another_time() {
        var asked = new CompletableFuture<PeerCommand>();
        rig.attached("a", GuestKind.PLAIN).onCommand("system_reset", asked::complete);
        rig.attached("b", GuestKind.PLAIN).neverReplies("system_reset");
        rig.attached("c", GuestKind.PLAIN);
        assertThat(rig.reset("a")).isInstanceOf(ResetResponse.Started.class);
        assertThat(rig.reset("b")).isInstanceOf(ResetResponse.Started.class);
        assertThat(rig.reset("c")).isEqualTo(new ResetResponse.TooMany(2));
        var command = GuestManagerFixture.now(asked);
        command.event("RESET", OURS);
        command.reply();
        rig.awaitClosed("a", 1);
        assertThat(rig.reset("c")).isInstanceOf(ResetResponse.Started.class);
    }

    @Test
    void a_reset_whose_guest_is_let_go_of_is_closed_and_gives_its_place_back() {
        rig.attached("a", GuestKind.PLAIN).neverReplies("system_reset");
        rig.attached("b", GuestKind.PLAIN).neverReplies("system_reset");
        rig.attached("c", GuestKind.PLAIN);
        var id = startedId(rig.reset("a"));
        rig.reset("b");
        GuestManagerFixture.now(rig.fleet.forget(rig.named("a")));
        assertThat(verdict(rig.fleet.reset(id).orElseThrow())).isEqualTo(Verdict.UNPROVEN);
        assertThat(rig.reset("c")).isInstanceOf(ResetResponse.Started.class);
        rig.awaitClosed("c", 1);
        assertThat(rig.witness.closed("a")).extracting(Reset::id).containsExactly(id);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_reset_whose_set_action_fails_gives_its_place_back(boolean rejected) {
        rig.fleet.reconfigure(GuestManagerFixture.settingAction(), 2);
        for (var name : List.of("a", "b")) {
            var peer = rig.attached(name, GuestKind.PLAIN);
            if (rejected) {
                peer.rejects("set-action", "GenericError", "no");
            } else {
                peer.closesAfter("set-action");
            }
        }
        rig.attached("c", GuestKind.PLAIN);
        for (var name : List.of("a", "b", "a", "b")) {
            rig.awaitState(name, GuestStatus.State.WATCHING);
            assertThat(rig.reset(name)).isInstanceOf(ResetResponse.Started.class);
            rig.witness.await("it is closed", () -> rig.fleet.resets().stream().noneMatch(Reset::open));
        }
        assertThat(rig.reset("c")).isInstanceOf(ResetResponse.Started.class);
        assertThat(verdict(rig.awaitClosed("c", 1))).isEqualTo(Verdict.PROVEN);
    }

    @Test
    void a_reset_that_is_judged_or_waits_when_its_guest_is_let_go_of_is_answered() {
        var peer = rig.attached("vm", GuestKind.PLAIN).neverReplies("query-migrate");
        var asks = List.of(
                rig.fleet.request(GuestManagerFixture.wish("vm")),
                rig.fleet.request(GuestManagerFixture.wish("vm")),
                rig.fleet.request(GuestManagerFixture.dry(GuestManagerFixture.wish("vm"))));
        peer.awaitCommand("query-migrate");
        peer.awaitCommand("query-migrate");
        GuestManagerFixture.now(rig.fleet.forget(rig.named("vm")));
        assertThat(asks.stream().map(GuestManagerFixture::now)).allMatch(ResetResponse.NotReachable.class::isInstance);
        assertThat(sent(peer, "system_reset")).isZero();
    }

    @Test
    void a_reset_whose_connection_is_lost_while_it_is_judged_is_not_sent() {
        var peer = rig.attached("vm", GuestKind.PLAIN).closesAfter("query-migrate");
        assertThat(rig.reset("vm")).isInstanceOf(ResetResponse.NotReachable.class);
        assertThat(sent(peer, "system_reset")).isZero();
    }

    @Test
    void a_reset_whose_time_reaches_beyond_the_end_of_time_is_turned_down_and_harms_nothing() {
        rig.attached("vm", GuestKind.PLAIN);
        assertThat(rig.request(
                        GuestManagerFixture.within(Duration.ofSeconds(Long.MAX_VALUE), GuestManagerFixture.wish("vm"))))
                .isInstanceOf(ResetResponse.NotReachable.class);
        assertThat(rig.fleet.request(GuestManagerFixture.within(Duration.ZERO, GuestManagerFixture.wish("vm"))))
                .failsWithin(Duration.ofSeconds(10));
        assertThat(rig.request(GuestManagerFixture.within(Duration.ofDays(1_000_000), GuestManagerFixture.wish("vm"))))
                .isInstanceOf(ResetResponse.Started.class);
        assertThat(verdict(rig.awaitClosed("vm", 1))).isEqualTo(Verdict.PROVEN);
        assertThat(rig.witness.failedOn()).containsOnly(SignalType.REQUESTED);
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
