package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.CVM;
import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.Qemu;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@Requires(QEMU)
class EndTest {
    @Test
    @Requires(CVM)
    void the_end_of_a_QEMU_that_was_killed_is_a_crash_and_no_reset_though_it_is_started_again(Testbed testbed) {
        var recipe = Qemu.guest().tdx().uuid(UUID.fromString("11111111-2222-3333-4444-555555555555"));
        var guest = TestGuests.start(testbed, "web-1", recipe);
        var daemon = RunningDaemon.start(testbed);
        long first = daemon.awaitState("web-1", "watching").pid();

        guest.kill9();
        guest.restartOnSameSocket();

        daemon.awaitGuest("web-1", seen -> seen.state().equals("watching") && seen.pid() != first);
        assertEnds(daemon, Map.of("crash", 1));
        assertThat(daemon.resets("web-1")).isEmpty();
        var told = daemon.events("guest-ended").getFirst();
        assertThat(told.path("guest").asString()).isEqualTo("web-1");
        assertThat(told.path("how").asString()).isEqualTo("crash");
        assertThat(told.path("detail").asString()).contains("without a SHUTDOWN event");
    }

    @Test
    void the_end_of_a_QEMU_by_the_command_quit_is_told_as_such(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        guest.monitor().execute("quit");

        assertEnds(daemon, Map.of("quit", 1));
    }

    @Test
    void the_end_of_a_QEMU_by_a_reboot_that_QEMU_takes_for_a_shutdown_is_told_as_such(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().noReboot());
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        guest.monitor().execute("system_reset");

        assertEnds(daemon, Map.of("shutdown", 1));
        assertThat(daemon.resets("web-1")).isEmpty();
    }

    private static void assertEnds(RunningDaemon daemon, Map<String, Integer> ends) {
        await("its end")
                .atMost(PATIENCE)
                .until(() -> !daemon.events("guest-ended").isEmpty());
        assertThat(daemon.metrics().counts("reseal_guest_ends_total")).isEqualTo(ends);
    }
}
