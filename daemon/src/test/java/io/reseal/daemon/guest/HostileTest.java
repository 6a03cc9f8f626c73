package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.request.ResetResponse;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.daemon.status.StatusStore;
import io.reseal.policy.GuestKind;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
        rig.awaitClosed("hostile", 5_000);
        assertThat(rig.fleet.resets()).hasSizeLessThanOrEqualTo(StatusStore.ENDED_KEPT + 1);
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
