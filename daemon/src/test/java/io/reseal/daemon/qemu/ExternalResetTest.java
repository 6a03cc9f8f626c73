package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.KVM;
import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.qemu.TestGuests.Bystander;
import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.QemuGuest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@Requires(QEMU)
class ExternalResetTest {
    /** Fewer than those in 10 s from which on resets become one record. */
    private static final int BURST = 12;

    @Test
    @Requires(KVM)
    void an_external_reset_is_seen_and_proven_as_external(Testbed testbed) {
        var guest = TestGuests.rebuilt(testbed, "web-1");
        var bystander = Bystander.start(testbed);
        var daemon = RunningDaemon.start(testbed).watching("bystander", "web-1");

        guest.monitor().execute("system_reset");

        var reset = daemon.awaitResets("web-1", 1).getFirst();
        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("external proven rebuilt");
        assertThat(daemon.awaitState("web-1", "watching").incarnation()).isEqualTo(2);
        daemon.assertCounted(Map.of("plain external proven", 1));
        bystander.assertUnharmed(daemon);
    }

    @Test
    void an_external_reset_is_counted_once_for_each_of_twenty_sent_at_once(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var bystander = Bystander.start(testbed);
        var daemon = RunningDaemon.start(testbed, "policy.settle", "2s").watching("bystander", "web-1");

        burst(guest).forEach(CompletableFuture::join);

        var resets = daemon.awaitResets("web-1", BURST);
        assertThat(guest.monitor().eventNames()).hasSize(BURST).containsOnly("RESET");
        assertThat(resets)
                .hasSize(BURST)
                .allSatisfy(reset -> assertThat(reset.origin()).isEqualTo("external"));
        assertThat(resets.getLast().outcome()).isEqualTo("external proven running");
        daemon.assertCounted(Map.of("plain external proven", 1, "plain external unproven", BURST - 1));
        assertThat(daemon.metrics().counts("reseal_qmp_events_total")).isEqualTo(Map.of("RESET", BURST));
        assertThat(daemon.awaitState("web-1", "watching").incarnation()).isEqualTo(BURST + 1);
        bystander.assertUnharmed(daemon);
    }

    @Test
    @Requires(KVM)
    void an_external_reset_is_never_proven_rebuilt_when_another_rebuild_followed_before_it_was_judged(Testbed testbed) {
        var guest = TestGuests.rebuilt(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed, "policy.settle", "2s").watching("web-1");

        burst(guest).forEach(CompletableFuture::join);

        var resets = daemon.awaitResets("web-1", BURST);
        assertThat(resets).hasSize(BURST);
        assertThat(resets.subList(0, BURST - 1))
                .allSatisfy(reset -> assertThat(reset.verdict()).isEqualTo("unproven"));
        guest.serial().work(PATIENCE);
        var ours = daemon.reset("web-1");
        assertThat(ours.outcome()).as(ours.toString()).isEqualTo("operator proven rebuilt");
    }

    @Test
    void an_external_reset_during_ours_takes_its_place_and_each_is_counted_once(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed, "policy.settle", "2s").watching("web-1");
        var ours = daemon.begin("web-1", Map.of());
        guest.monitor().awaitEvent("RESET", PATIENCE);

        burst(guest).forEach(CompletableFuture::join);

        var verdict = daemon.awaitClosed(ours.id());
        assertThat(verdict.outcome()).as(verdict.toString()).isEqualTo("operator unproven observed");
        assertThat(verdict.summary()).contains("somebody else");
        var resets = daemon.awaitResets("web-1", BURST + 1);
        assertThat(resets).hasSize(BURST + 1);
        assertThat(resets.getLast().outcome()).isEqualTo("external proven running");
        daemon.assertCounted(
                Map.of("plain operator unproven", 1, "plain external proven", 1, "plain external unproven", BURST - 1));
    }

    @Test
    void an_external_reset_at_the_moment_of_our_asking_confuses_no_count(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        var others = burst(guest);
        var answer = daemon.request("web-1", Map.of());
        others.forEach(CompletableFuture::join);

        assertThat(answer.status()).as(answer.body()).isIn(202, 409);
        int all = answer.status() == 202 ? BURST + 1 : BURST;
        var resets = daemon.awaitResets("web-1", all);
        assertThat(resets).hasSize(all);
        assertThat(guest.monitor().eventNames()).hasSize(all);
        // the last of the others' may be judged before ours, which waits for its end
        assertThat(resets.subList(0, BURST - 1))
                .noneMatch(reset -> reset.verdict().equals("proven"));
        assertThat(daemon.metrics().sum("reseal_resets_total")).isEqualTo(all);
        assertThat(daemon.metrics().counts("reseal_qmp_events_total")).isEqualTo(Map.of("RESET", all));
    }

    private static List<CompletableFuture<JsonNode>> burst(QemuGuest guest) {
        var replies = new ArrayList<CompletableFuture<JsonNode>>();
        for (int i = 0; i < BURST; i++) {
            replies.add(guest.monitor().send("system_reset"));
        }
        return replies;
    }
}
