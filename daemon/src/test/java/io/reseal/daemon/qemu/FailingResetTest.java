package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.KVM;
import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.qemu.TestGuests.Bystander;
import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@Requires(QEMU)
class FailingResetTest {
    @Test
    @Requires(KVM)
    void a_reset_has_failed_when_STOP_comes_before_RESET(Testbed testbed) {
        var guest = splitGuest(testbed);
        var bystander = Bystander.start(testbed);
        var daemon = RunningDaemon.start(testbed).watching("bystander", "web-1");
        guest.failNextRebuild();

        var reset = daemon.reset("web-1");

        assertThat(reset.verdict()).as(reset.toString()).isEqualTo("failed");
        assertThat(reset.evidence()).anySatisfy(line -> assertThat(line).startsWith("stop-event contradicts observed"));
        assertThat(guest.monitor().eventNames()).containsExactly("STOP", "RESET");
        assertThat(guest.isAlive()).isTrue();
        assertThat(daemon.guest("web-1").runState()).isEqualTo("prelaunch");
        daemon.assertCounted(Map.of("plain operator failed", 1));
        bystander.assertUnharmed(daemon);
    }

    @Test
    @Requires(KVM)
    void a_reset_of_a_paused_guest_has_failed_by_the_counters_alone(Testbed testbed) {
        var guest = splitGuest(testbed);
        var daemon = RunningDaemon.start(testbed).watching("web-1");
        guest.monitor().execute("stop");
        daemon.awaitGuest("web-1", seen -> seen.runState().equals("paused"));
        guest.failNextRebuild();

        var reset = daemon.reset("web-1");

        assertThat(reset.verdict()).as(reset.toString()).isEqualTo("failed");
        assertThat(reset.evidence())
                .anySatisfy(line -> assertThat(line).matches("counters contradicts rebuilt: .*went on.*"));
        assertThat(guest.isAlive()).isTrue();
        daemon.assertCounted(Map.of("plain operator failed", 1));
    }

    @Test
    @Requires(KVM)
    void a_reset_has_died_when_the_rebuild_ends_QEMU(Testbed testbed) {
        var guest = TestGuests.rebuilt(testbed, "web-1");
        var bystander = Bystander.start(testbed);
        var daemon = RunningDaemon.start(testbed).watching("bystander", "web-1");
        guest.dieOnNextReset();

        var reset = daemon.reset("web-1");

        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator died none");
        assertThat(reset.evidence()).anySatisfy(line -> assertThat(line).startsWith("process contradicts"));
        assertThat(guest.awaitExit(PATIENCE)).isEqualTo(1);
        daemon.awaitState("web-1", "gone");
        daemon.assertCounted(Map.of("plain operator died", 1));
        bystander.assertUnharmed(daemon);
        assertThat(daemon.reset("bystander").verdict()).isEqualTo("proven");
    }

    @Test
    void a_reset_has_died_when_QEMU_is_killed_before_the_verdict(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var bystander = Bystander.start(testbed);
        var daemon = RunningDaemon.start(testbed, "policy.settle", "20s").watching("bystander", "web-1");
        var reset = daemon.begin("web-1", Map.of());
        guest.monitor().awaitEvent("RESET", PATIENCE);

        guest.kill9();

        var verdict = daemon.awaitClosed(reset.id());
        assertThat(verdict.verdict()).as(verdict.toString()).isEqualTo("died");
        assertThat(verdict.evidence())
                .anySatisfy(line -> assertThat(line).startsWith("connection inconclusive"))
                .anySatisfy(line -> assertThat(line).startsWith("process contradicts"));
        daemon.awaitState("web-1", "gone");
        daemon.assertCounted(Map.of("plain operator died", 1));
        bystander.assertUnharmed(daemon);
    }

    @Test
    void a_reset_is_refused_before_anything_is_sent_when_a_reboot_is_a_shutdown(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().noReboot());
        var daemon = RunningDaemon.start(testbed);
        var seen = daemon.awaitState("web-1", "watching");
        assertThat(seen.hazards()).containsExactly("reboot-is-shutdown");
        assertThat(seen.resettable()).isFalse();

        var answer = daemon.request("web-1", Map.of());

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().path("detail").asString()).contains("reboot-is-shutdown", "-no-reboot");
        var reset = new SeenReset(answer.json().path("reset"));
        assertThat(reset.outcome()).isEqualTo("operator refused none");
        guest.serial().work(PATIENCE);
        assertThat(guest.monitor().events()).isEmpty();
        assertThat(guest.serial().boots()).isEqualTo(1);
        assertThat(daemon.metrics().counts("reseal_hazards")).isEqualTo(Map.of("reboot-is-shutdown", 1));
        daemon.assertCounted(Map.of("plain operator refused", 1));
    }

    @Test
    void a_reset_has_died_when_it_was_forced_although_a_reboot_is_a_shutdown(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().noReboot());
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        var reset = daemon.awaitClosed(daemon.begin("web-1", Map.of("force", List.of("reboot-is-shutdown")))
                .id());

        assertThat(reset.verdict()).as(reset.toString()).isEqualTo("died");
        assertThat(reset.evidence()).anySatisfy(line -> assertThat(line).startsWith("shutdown-event contradicts"));
        assertThat(guest.awaitExit(PATIENCE)).isZero();
        daemon.assertCounted(Map.of("plain operator died", 1));
    }

    @Test
    void a_reset_has_failed_when_it_was_turned_into_a_pause(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().noReboot().shutdownPause());
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        var reset = daemon.awaitClosed(daemon.begin("web-1", Map.of("force", List.of("reboot-is-shutdown")))
                .id());

        assertThat(reset.verdict()).as(reset.toString()).isEqualTo("failed");
        assertThat(reset.evidence()).anySatisfy(line -> assertThat(line).startsWith("shutdown-event contradicts"));
        assertThat(guest.isAlive()).isTrue();
        // its STOP says only that it does not run, the next reading why
        daemon.awaitGuest("web-1", seen -> seen.runState().equals("shutdown"));
        daemon.assertCounted(Map.of("plain operator failed", 1));
    }

    private static QemuGuest splitGuest(Testbed testbed) {
        return TestGuests.start(testbed, "web-1", Qemu.guest().rebuildOnReset().splitIrqchip());
    }
}
