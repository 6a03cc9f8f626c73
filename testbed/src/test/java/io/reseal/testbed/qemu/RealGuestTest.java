package io.reseal.testbed.qemu;

import static io.reseal.testbed.junit.Requirement.KVM;
import static io.reseal.testbed.junit.Requirement.OVMF;
import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseal.testbed.TestbedException;
import io.reseal.testbed.TestbedException.ConnectionLost;
import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.peer.ScriptedPeerTest;
import io.reseal.testbed.process.Processes;
import io.reseal.testbed.qemu.Serial.Order;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@Requires(QEMU)
class RealGuestTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void a_plain_guest_boots_and_boots_again_at_each_reset() {
        var guest = Qemu.guest().plain().name("web-1").uuid(new UUID(1, 2)).start();
        assertThat(guest.monitor().version()).isGreaterThanOrEqualTo("11.");
        assertThat(guest.monitor().execute("query-name").path("name").asString())
                .isEqualTo("web-1");
        assertThat(guest.serial().boots()).isEqualTo(1);
        guest.monitor().execute("system_reset");
        guest.serial().awaitBoots(2, PATIENCE);
        guest.serial().send(Order.REBOOT);
        guest.serial().awaitBoots(3, PATIENCE);
        guest.monitor().awaitEvent("RESET", PATIENCE);
        guest.monitor().awaitEvent("RESET", PATIENCE);
    }

    @Test
    void the_tiny_guest_reboots_by_a_triple_fault_and_sends_unknown_letters_back() {
        var guest = Qemu.guest().tcg().start();
        guest.serial().send(Order.TRIPLE_FAULT);
        guest.serial().awaitBoots(2, PATIENCE);
        guest.serial().send('x');
        guest.serial().await("x", 1, PATIENCE);
        assertThat(guest.accelerator()).isEqualTo(Accelerator.TCG);
    }

    @Test
    void a_panic_stops_a_guest_that_is_told_to() {
        var guest = Qemu.guest().panicPause().start();
        guest.serial().send(Order.PANIC);
        guest.monitor().awaitEvent("GUEST_PANICKED", PATIENCE);
        guest.monitor().awaitEvent("STOP", PATIENCE);
        assertThat(status(guest)).isEqualTo("guest-panicked");
    }

    @Test
    void a_guest_without_reboot_ends_by_a_reset() {
        var guest = Qemu.guest().noReboot().start();
        guest.serial().send(Order.REBOOT);
        assertThat(guest.awaitExit(PATIENCE)).isZero();
        assertThat(guest.monitor()
                        .awaitEvent("SHUTDOWN", PATIENCE)
                        .path("data")
                        .path("reason")
                        .asString())
                .isEqualTo("guest-reset");
    }

    @Test
    void a_paused_guest_boots_when_it_is_told_to_go_on() {
        var guest = Qemu.guest().paused().start();
        assertThat(status(guest)).isEqualTo("prelaunch");
        assertThat(guest.serial().boots()).isZero();
        guest.monitor().execute("cont");
        guest.serial().awaitBoots(1, PATIENCE);
    }

    @Test
    @Requires(KVM)
    void the_exits_counter_of_a_rebuilt_guest_restarts() {
        var guest = Qemu.guest().rebuildOnReset().smp(2).start();
        assertThat(exits(guest)).isGreaterThan(2000);
        guest.monitor().execute("system_reset");
        assertThat(exits(guest)).isLessThan(1000);
        guest.serial().awaitBoots(2, PATIENCE);
        assertThat(guest.log()).contains("virtual machine state has been rebuilt");
    }

    @Test
    @Requires(KVM)
    void the_exits_counter_of_a_plain_guest_keeps_growing() {
        var guest = Qemu.guest().start();
        long before = exits(guest);
        guest.monitor().execute("system_reset");
        assertThat(exits(guest)).isGreaterThanOrEqualTo(before);
    }

    @Test
    @Requires(KVM)
    void a_failed_rebuild_is_STOP_then_RESET_then_prelaunch() {
        var guest = Qemu.guest().rebuildOnReset().splitIrqchip().start();
        guest.failNextRebuild();
        long before = exits(guest);
        guest.monitor().execute("system_reset");
        assertThat(guest.monitor().eventNames()).containsExactly("STOP", "RESET");
        assertThat(status(guest)).isEqualTo("prelaunch");
        assertThat(exits(guest)).isGreaterThanOrEqualTo(before);
        assertThat(guest.log()).contains("unable to rebuild guest");
    }

    @Test
    @Requires(KVM)
    void a_reset_can_be_made_to_end_QEMU_without_an_event() {
        var guest = Qemu.guest().rebuildOnReset().start();
        guest.dieOnNextReset();
        assertThatThrownBy(() -> guest.monitor().execute("system_reset")).isInstanceOf(ConnectionLost.class);
        assertThat(guest.awaitExit(PATIENCE)).isEqualTo(1);
        assertThat(guest.monitor().events()).isEmpty();
        assertThat(guest.log()).contains("not supported by KVM");
    }

    @Test
    @Requires(KVM)
    void what_a_failure_needs_is_named_when_the_recipe_lacks_it() {
        var guest = Qemu.guest().rebuildOnReset().start();
        assertThatThrownBy(guest::failNextRebuild).hasMessageContaining("lacks splitIrqchip()");
    }

    @Test
    void SeaBIOS_answers_a_reset_with_one_of_its_own() {
        var guest = Qemu.guest().seaBios().start();
        guest.monitor().execute("system_reset");
        var asked = guest.monitor().awaitEvent("RESET", PATIENCE).path("data");
        var echo = guest.monitor().awaitEvent("RESET", PATIENCE).path("data");
        assertThat(asked.path("reason").asString()).isEqualTo("host-qmp-system-reset");
        assertThat(echo.path("reason").asString()).isEqualTo("guest-reset");
        guest.serial().awaitBoots(2, PATIENCE);
    }

    @Test
    @Requires(OVMF)
    void OVMF_runs_under_TCG() {
        var guest = Qemu.guest().tcg().ovmf().start();
        guest.serial().awaitBoots(1, Duration.ofSeconds(60));
    }

    @Test
    void the_monitor_for_the_system_under_test_is_apart_from_the_testbeds_own() {
        var guest = Qemu.guest().start();
        try (var other = RawMonitor.connect(guest.qmp())) {
            guest.monitor().execute("stop");
            other.awaitEvent("STOP", PATIENCE);
        }
    }

    @Test
    void a_guest_that_is_killed_comes_back_on_the_same_socket_with_another_pid(Testbed testbed) {
        var socket = testbed.folder().resolve("fixed,comma.qmp");
        var guest = Qemu.guest().socket(socket).start();
        long pid = guest.pid();
        guest.kill9();
        assertThat(guest.isAlive()).isFalse();
        guest.restartOnSameSocket();
        assertThat(guest.pid()).isNotEqualTo(pid);
        try (var monitor = RawMonitor.connect(socket)) {
            assertThat(monitor.execute("query-status").path("status").asString())
                    .isEqualTo("running");
        }
    }

    @Test
    void a_stopped_process_says_nothing_until_it_continues() {
        var guest = Qemu.machineNone().start();
        guest.sigstop();
        var reply = guest.monitor().send("query-status");
        assertThat(reply).isNotDone();
        guest.sigcont();
        assertThat(reply).succeedsWithin(PATIENCE);
    }

    @Test
    void many_guests_start_together() {
        var guests = Qemu.startAll(8, 4, i -> Qemu.machineNone().name("none-" + i));
        var pids = new HashSet<Long>();
        guests.forEach(guest -> pids.add(guest.pid()));
        assertThat(pids).hasSize(8);
        assertThat(guests).extracting(QemuGuest::name).startsWith("none-0", "none-1");
    }

    @Test
    void a_start_that_fails_tells_what_QEMU_says_and_leaves_no_process() {
        assertThatThrownBy(
                        () -> Qemu.guest().name("odd").extra("-no-such-option").start())
                .isInstanceOf(TestbedException.class)
                .hasMessageContaining("odd was not started")
                .hasMessageContaining("no-such-option");
        assertThat(Processes.living()).isEmpty();
    }

    @Test
    void a_closed_guest_leaves_neither_process_nor_socket_but_its_log() {
        var guest = Qemu.guest().seaBios().start();
        guest.monitor().execute("human-monitor-command", Map.of("command-line", "info version"));
        guest.close();
        assertThat(guest.isAlive()).isFalse();
        assertThat(Files.exists(guest.qmp().getParent())).isFalse();
    }

    private static String status(QemuGuest guest) {
        return guest.monitor().execute("query-status").path("status").asString();
    }

    private static long exits(QemuGuest guest) {
        JsonNode stats = guest.monitor()
                .execute(
                        "query-stats",
                        Map.of("target", "vcpu", "providers", List.of(Map.of("provider", "kvm", "names", new String[] {
                            "exits"
                        }))));
        return ScriptedPeerTest.exits(stats, 0);
    }
}
