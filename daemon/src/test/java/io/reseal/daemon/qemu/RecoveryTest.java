package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.CVM;
import static io.reseal.testbed.junit.Requirement.KVM;
import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import io.reseal.testbed.qemu.Serial.Order;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@Requires(QEMU)
class RecoveryTest {
    @Test
    void a_reset_of_a_stopped_guest_of_kind_plain_has_it_run_again(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed).watching("web-1");
        guest.monitor().execute("stop");
        daemon.awaitGuest("web-1", seen -> seen.runState().equals("paused"));
        assertThat(planned(daemon)).containsSubsequence("system_reset", "cont");

        var reset = daemon.reset("web-1");

        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator proven running");
        assertContinued(daemon, reset);
        guest.serial().awaitBoots(2, PATIENCE);
        assertThat(guest.monitor().eventNames()).containsExactly("STOP", "RESET", "RESUME");
    }

    @Test
    void a_reset_of_a_guest_that_panicked_has_it_run_again(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().panicPause());
        var daemon = RunningDaemon.start(testbed).watching("web-1");
        guest.serial().send(Order.PANIC);
        daemon.awaitGuest("web-1", seen -> seen.runState().equals("guest-panicked"));

        var reset = daemon.reset("web-1");

        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator proven running");
        assertContinued(daemon, reset);
        guest.serial().awaitBoots(2, PATIENCE);
    }

    @Test
    @Requires(KVM)
    void a_reset_of_a_guest_on_which_KVM_gave_up_has_it_run_again(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().kvm());
        assertHelped(testbed, guest, Order.ERR, "internal-error", "running");
    }

    @Test
    @Requires(CVM)
    void a_reset_of_a_stopped_guest_of_kind_TDX_helps_when_KVM_gave_up(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().tdx());
        assertHelped(testbed, guest, Order.ERR, "internal-error", "rebuilt");
    }

    @Test
    @Requires(CVM)
    void a_reset_of_a_stopped_guest_of_kind_TDX_helps_when_it_panicked(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().tdx().panicPause());
        assertHelped(testbed, guest, Order.PANIC, "guest-panicked", "rebuilt");
    }

    private static void assertHelped(Testbed testbed, QemuGuest guest, Order trouble, String runState, String level) {
        var daemon = RunningDaemon.start(testbed).watching("web-1");
        guest.serial().send(trouble);
        daemon.awaitGuest("web-1", seen -> seen.runState().equals(runState));
        assertThat(planned(daemon)).containsSubsequence("system_reset", "cont");

        var reset = daemon.reset("web-1");

        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator proven " + level);
        assertContinued(daemon, reset);
        guest.serial().awaitBoots(2, PATIENCE);
    }

    @Test
    @Requires(CVM)
    void a_reset_of_a_stopped_guest_of_kind_TDX_has_it_run_again_once_the_rebuild_is_shown(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().tdx());
        var daemon = RunningDaemon.start(testbed).watching("web-1");
        guest.monitor().execute("stop");
        daemon.awaitGuest("web-1", seen -> seen.runState().equals("paused"));
        assertThat(planned(daemon)).containsSubsequence("system_reset", "cont");

        var reset = daemon.reset("web-1");

        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator proven rebuilt");
        assertContinued(daemon, reset);
        guest.serial().awaitBoots(2, PATIENCE);
        assertThat(guest.launches()).hasSize(2);
    }

    @Test
    @Requires(CVM)
    void a_reset_of_a_stopped_guest_by_somebody_else_leaves_it_stopped(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().tdx());
        guest.monitor().execute("stop");
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        guest.monitor().execute("system_reset");

        var reset = daemon.awaitResets("web-1", 1).getFirst();
        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("external proven rebuilt");
        assertThat(daemon.guest("web-1").runState()).isEqualTo("prelaunch");
        assertThat(daemon.metrics().counts("reseal_qmp_commands_total")).doesNotContainKey("cont ok");
    }

    @Test
    void a_reset_of_a_stopped_guest_is_a_reset_again_where_a_reboot_was_a_shutdown_and_the_policy_allows_to_change_that(
            Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().noReboot());
        var daemon = RunningDaemon.start(testbed, "policy.set-action", "true");
        var seen = daemon.awaitState("web-1", "watching");
        assertThat(seen.hazards()).containsExactly("reboot-is-shutdown");
        assertThat(seen.resettable()).isTrue();
        assertThat(planned(daemon)).containsSubsequence("set-action", "system_reset");

        var reset = daemon.reset("web-1");

        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator proven running");
        guest.serial().awaitBoots(2, PATIENCE);
        assertThat(daemon.awaitState("web-1", "watching").hazards()).isEmpty();
        assertThat(daemon.metrics().counts("reseal_qmp_commands_total")).containsEntry("set-action ok", 1);
    }

    private static List<String> planned(RunningDaemon daemon) {
        var plan = daemon.request("web-1", Map.of("dryRun", true));
        assertThat(plan.status()).as(plan.body()).isEqualTo(200);
        return plan.json()
                .path("sends")
                .valueStream()
                .map(command -> command.asString())
                .toList();
    }

    private static void assertContinued(RunningDaemon daemon, SeenReset reset) {
        assertThat(reset.evidence())
                .as(reset.toString())
                .anySatisfy(line -> assertThat(line).startsWith("continuation supports"));
        assertThat(daemon.guest("web-1").runState()).isEqualTo("running");
        assertThat(daemon.metrics().counts("reseal_qmp_commands_total")).containsEntry("cont ok", 1);
    }
}
