package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.request.ResetResponse;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.policy.GuestKind;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.supervision.ResetFold;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One slow, stopped or hostile guest never changes the service for another. */
class HostileTest {
    private static final int FLOOD = 100_000;
    private static final Map<String, Object> REBOOT = Map.of("guest", true, "reason", "guest-reset");

    @RegisterExtension
    private final GuestManagerFixture rig = new GuestManagerFixture();

    @Test
    void a_hostile_guest_may_tell_of_anything_without_end_while_anothers_reset_is_proven() {
        var hostile = rig.attached("hostile", GuestKind.PLAIN);
        rig.attached("good", GuestKind.TDX);
        var flood = Thread.startVirtualThread(() -> hostile.flood(FLOOD, "RTC_CHANGE", Map.of("offset", 1)));
        proveOther();
        assertThat(flood)
                .satisfies(thread ->
                        assertThat(thread.join(Duration.ofSeconds(20))).isTrue());
        rig.witness.await("all are counted", () -> rig.witness.events("hostile") == FLOOD);
        rig.awaitState("hostile", GuestStatus.State.WATCHING);
    }

    @Test
    void five_hostile_guests_may_flood_at_once_while_anothers_resets_are_proven_and_no_event_is_lost() {
        var names = IntStream.range(0, 5).mapToObj(i -> "hostile-" + i).toList();
        var hostile =
                names.stream().map(name -> rig.attached(name, GuestKind.PLAIN)).toList();
        rig.attached("good", GuestKind.TDX);
        var floods = hostile.stream()
                .map(peer ->
                        Thread.startVirtualThread(() -> peer.flood(FLOOD / 5, "BALLOON_CHANGE", Map.of("actual", 1))))
                .toList();
        proveOther();
        assertThat(floods)
                .allSatisfy(thread ->
                        assertThat(thread.join(Duration.ofSeconds(60))).isTrue());
        names.forEach(name -> {
            rig.witness.await("all are counted", () -> rig.witness.events(name) == FLOOD / 5);
            rig.awaitState(name, GuestStatus.State.WATCHING);
        });
    }

    @Test
    void a_hostile_guest_may_panic_without_end_during_its_reset_while_anothers_is_proven() {
        var hostile = rig.attached("hostile", GuestKind.PLAIN);
        rig.attached("good", GuestKind.TDX);
        hostile.neverReplies("system_reset");
        rig.reset("hostile");
        var flood = Thread.startVirtualThread(() -> hostile.flood(FLOOD, "GUEST_PANICKED", Map.of("action", "none")));
        proveOther();
        assertThat(flood)
                .satisfies(thread ->
                        assertThat(thread.join(Duration.ofSeconds(20))).isTrue());
        rig.witness.await("all are counted", () -> rig.witness.events("hostile") == FLOOD);
        var open = rig.witness.opened("hostile").getFirst();
        assertThat(rig.fleet.reset(open.id()).orElseThrow().evidence()).hasSizeLessThan(100);
    }

    @Test
    void a_hostile_guest_may_reset_itself_without_end_while_anothers_is_proven() {
        var hostile = rig.attached("hostile", GuestKind.PLAIN);
        rig.attached("good", GuestKind.TDX);
        var flood = Thread.startVirtualThread(() -> hostile.flood(5_000, "RESET", REBOOT));
        proveOther();
        assertThat(flood)
                .satisfies(thread ->
                        assertThat(thread.join(Duration.ofSeconds(20))).isTrue());
        rig.witness.await("all are counted", () -> rig.witness.events("hostile") == 5_000);
        rig.witness.await("the loop has all of them", () -> loop().count() == 5_000 - ResetFold.MOST);
        assertThat(rig.witness.opened("hostile")).hasSize(ResetFold.MOST + 1);
        assertThat(rig.guest("hostile").lastReset()).isPresent();
    }

    @Test
    void a_reset_by_an_operator_of_a_guest_in_a_reset_loop_is_judged_and_not_proven() {
        var hostile = rig.attached("hostile", GuestKind.PLAIN);
        hostile.flood(200, "RESET", REBOOT);
        hostile.onCommand("system_reset", command -> {
            hostile.emit("RESET", Map.of("guest", false, "reason", "host-qmp-system-reset"));
            command.reply(Map.of());
            hostile.flood(200, "RESET", REBOOT);
        });
        var asked = rig.reset("hostile");
        assertThat(asked).isInstanceOf(ResetResponse.Started.class);
        var ours = ((ResetResponse.Started) asked).reset().id();
        rig.witness.await(
                "ours is closed",
                () -> rig.fleet.reset(ours).filter(reset -> !reset.open()).isPresent());
        var conclusion = rig.fleet.reset(ours).orElseThrow().conclusion().orElseThrow();
        assertThat(conclusion.verdict()).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void an_event_and_a_reply_that_are_too_long_cost_a_guest_no_connection() {
        var hostile = rig.attached("hostile", GuestKind.PLAIN);
        rig.attached("good", GuestKind.TDX);
        hostile.emit("RESET", Map.of("guest", true, "reason", "R".repeat(10 << 20)));
        hostile.rejects("system_reset", "GenericError", "E".repeat(10 << 20));
        rig.reset("hostile");
        proveOther();
        rig.awaitClosed("hostile", 1);
        var reset = rig.witness.opened("hostile").getFirst();
        assertThat(rig.fleet.reset(reset.id()).orElseThrow().evidence())
                .allSatisfy(said -> assertThat(said.detail()).hasSizeLessThan(1_000));
        rig.awaitState("hostile", GuestStatus.State.WATCHING);
        hostile.awaitConnections(1);
    }

    @Test
    void texts_of_qemu_are_cut_where_they_enter() {
        var hostile = rig.attached("hostile", GuestKind.PLAIN);
        hostile.emit("RESET", Map.of("guest", true, "reason", "R".repeat(10_000)));
        rig.witness.await("it is seen", () -> !rig.witness.opened("hostile").isEmpty());
        assertThat(rig.witness.opened("hostile").getFirst().request().reason())
                .isEqualTo("R".repeat(512) + "\u2026 (10000 characters)");
    }

    private Reset.Loop loop() {
        return rig.fleet.resets().stream()
                .flatMap(reset -> reset.loop().stream())
                .findFirst()
                .orElse(new Reset.Loop(0, Instant.EPOCH, Instant.EPOCH));
    }

    @Test
    void a_hostile_guest_may_stop_answering_while_anothers_reset_is_proven() {
        var hostile = rig.attached("hostile", GuestKind.TDX);
        rig.attached("good", GuestKind.TDX);
        hostile.neverReplies("query-stats");
        var asked = rig.fleet.request(GuestManagerFixture.wish("hostile"));
        hostile.awaitCommand("query-stats");
        proveOther();
        assertThat(asked).isNotDone();
        GuestManagerFixture.now(rig.fleet.forget(rig.named("hostile")));
        assertThat(asked).isCompleted();
    }

    @Test
    void a_hostile_guest_may_send_half_a_line_while_anothers_reset_is_proven() {
        var hostile = rig.attached("hostile", GuestKind.TDX);
        rig.attached("good", GuestKind.TDX);
        hostile.sendRaw("{\"event\": \"RES".getBytes(StandardCharsets.UTF_8));
        proveOther();
        hostile.sendRaw(
                "UME\", \"timestamp\": {\"seconds\": 1, \"microseconds\": 1}}\r\n".getBytes(StandardCharsets.UTF_8));
        rig.witness.await("the line is read", () -> rig.witness.events("hostile") == 1);
    }

    @Test
    void a_hostile_guest_is_asked_for_dry_runs_without_end_and_answers_each() {
        rig.attached("hostile", GuestKind.SEV_SNP);
        var plans = IntStream.range(0, 500)
                .mapToObj(_ -> rig.fleet.request(GuestManagerFixture.dry(GuestManagerFixture.wish("hostile"))))
                .toList();
        assertThat(plans.stream().map(GuestManagerFixture::now))
                .hasSize(500)
                .anyMatch(ResetResponse.Planned.class::isInstance);
        assertThat(rig.reset("hostile")).isInstanceOf(ResetResponse.Started.class);
    }

    private void proveOther() {
        assertThat(rig.reset("good")).isInstanceOf(ResetResponse.Started.class);
        assertThat(rig.awaitClosed("good", 1).conclusion().map(Reset.Conclusion::verdict))
                .contains(Verdict.PROVEN);
    }
}
