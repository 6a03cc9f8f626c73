package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.CVM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What QEMU 11.1.3 shows of these without an IGVM bundle; a bundle sets the policy as qom-set does here. */
@Requires(CVM)
class LaunchChangeTest {
    private static final String TOLD = "the policy was 0x30000, is 0xb0000: the guest is debuggable";

    @Test
    void a_guest_made_debuggable_by_its_own_reboot_is_told_whatever_level_is_wanted(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().sevSnp());
        var daemon = RunningDaemon.start(testbed).watching("web-1");
        setPolicy(guest);

        TestGuests.reboot(guest);

        var reset = daemon.awaitResets("web-1", 1).getFirst();
        assertThat(reset.outcome()).isEqualTo("guest proven rebuilt");
        assertThat(reset.evidence()).contains("launch contradicts same-launch: the launch is another: " + TOLD);
        assertThat(daemon.metrics().value("reseal_launch_changed_total{what=\"policy\"}"))
                .isEqualTo(1);
        await("the event")
                .atMost(PATIENCE)
                .until(() -> !daemon.events("launch-changed").isEmpty());
        assertThat(guest.launches()).hasSize(2);
    }

    @Test
    void
            a_guest_made_debuggable_with_a_policy_that_was_set_before_Reseal_came_is_refused_and_if_forced_contradicted_by_its_command_line(
                    Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().sevSnp());
        setPolicy(guest);
        var daemon = RunningDaemon.start(testbed, "policy.prove", "same-launch").watching("web-1");
        var refused = daemon.request("web-1", Map.of());
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().path("detail").asString()).contains("launch-changed", TOLD);

        var reset = daemon.awaitClosed(daemon.begin("web-1", Map.of("force", List.of("launch-changed")))
                .id());

        assertThat(reset.verdict()).isEqualTo("unproven");
        assertThat(reset.evidence()).contains("launch contradicts same-launch: the launch is another: " + TOLD);
    }

    @Test
    void a_guest_made_debuggable_before_Reseal_came_is_the_same_launch_at_the_next_reset(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().sevSnp());
        setPolicy(guest);
        TestGuests.reboot(guest);
        var daemon = RunningDaemon.start(testbed, "policy.prove", "same-launch").watching("web-1");
        await("counters that tell").atMost(PATIENCE).until(() -> TestGuests.exits(guest) > 1000);

        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven same-launch");
        assertThat(daemon.metrics().value("reseal_launch_changed_total{what=\"policy\"}"))
                .isZero();
    }

    @Test
    void a_guest_made_debuggable_that_was_reset_while_paused_needs_a_new_process_and_one_that_has_never_run_a_cont(
            Testbed testbed) {
        var fresh = TestGuests.start(testbed, "fresh", Qemu.guest().sevSnp().paused());
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().sevSnp());
        guest.monitor().execute("stop", Map.of());
        guest.monitor().execute("system_reset", Map.of());
        var daemon = RunningDaemon.start(testbed);

        assertThat(cure(daemon, "web-1")).startsWith("Only a new QEMU process helps");
        assertThat(cure(daemon, "fresh")).startsWith("It has not run yet: let it run (cont)");
        fresh.monitor().execute("cont", Map.of());
        fresh.serial().awaitBoots(1, PATIENCE);
        guest.monitor().send("cont");
        assertThat(guest.awaitExit(PATIENCE)).isEqualTo(128 + 6);
    }

    private static String cure(RunningDaemon daemon, String guest) {
        var hazard = daemon.awaitState(guest, "watching").json().path("hazards").get(0);
        assertThat(hazard.path("id").asString()).isEqualTo("paused-sev");
        return hazard.path("cure").asString();
    }

    private static void setPolicy(QemuGuest guest) {
        guest.monitor().execute("qom-set", Map.of("path", "/objects/cvm", "property", "policy", "value", 0xb0000));
    }
}
