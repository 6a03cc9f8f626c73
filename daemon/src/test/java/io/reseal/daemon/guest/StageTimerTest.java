package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.status.ResetStage;
import io.reseal.policy.GuestKind;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StageTimerTest {
    @RegisterExtension
    private final GuestManagerFixture rig = new GuestManagerFixture();

    @Test
    void each_stage_of_a_reset_that_is_requested_and_proven_is_timed_once() {
        rig.attached("vm", GuestKind.SEV_SNP);
        rig.reset("vm");
        rig.awaitClosed("vm", 1);

        assertThat(rig.witness.stages()).containsExactlyInAnyOrder(ResetStage.values());
    }

    @Test
    void a_reset_that_nobody_requested_has_no_stages() {
        var peer = rig.attached("vm", GuestKind.PLAIN);
        peer.emit("RESET", Map.of("guest", true, "reason", "guest-reset"));
        rig.awaitClosed("vm", 1);

        assertThat(rig.witness.stages()).isEmpty();
    }

    @Test
    void everything_that_a_judgement_needs_is_asked_before_the_first_answer() {
        var peer = rig.attached("vm", GuestKind.SEV_SNP);
        rig.request(GuestManagerFixture.dry(GuestManagerFixture.wish("vm")));
        peer.awaitCommand("query-sev"); // of the attach
        peer.awaitCommand("query-sev");
        peer.neverReplies("query-status");
        int before = peer.receivedNames().size();
        rig.fleet.request(GuestManagerFixture.dry(GuestManagerFixture.wish("vm")));
        peer.awaitCommand("query-sev");

        assertThat(peer.receivedNames().subList(before, peer.receivedNames().size()))
                .startsWith("query-status")
                .contains("query-migrate", "qom-list", "query-cpus-fast", "query-stats")
                .endsWith("query-sev");
    }
}
