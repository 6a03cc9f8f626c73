package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.CVM;
import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import io.reseal.testbed.qemu.QemuGuestBuilder;
import io.reseal.testbed.qemu.Serial.Order;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@Requires(QEMU)
class SleepTest {
    @Test
    void a_guest_in_ACPI_S3_is_known_to_sleep_and_not_reset_until_it_wakes_up(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = rarelyReading(testbed);
        sleep(daemon, guest);

        Refusals.assertRefused(daemon, "not-running");

        assertThat(guest.isAlive()).isTrue();
        guest.monitor().execute("system_wakeup");
        var awake = daemon.awaitGuest("web-1", seen -> seen.runState().equals("running"));
        assertThat(awake.hazards()).isEmpty();
        assertThat(awake.resettable()).isTrue();
        assertThat(daemon.resets("web-1"))
                .allSatisfy(reset -> assertThat(reset.verdict()).isEqualTo("refused"));
    }

    @Test
    void a_guest_in_ACPI_S3_runs_after_a_reset_that_was_forced(Testbed testbed) {
        assertForced(testbed, Qemu.guest(), "operator proven running");
    }

    @Test
    @Requires(CVM)
    void a_guest_in_ACPI_S3_of_kind_TDX_runs_after_a_reset_that_was_forced(Testbed testbed) {
        assertForced(testbed, Qemu.guest().tdx(), "operator proven rebuilt");
    }

    private static void assertForced(Testbed testbed, QemuGuestBuilder recipe, String outcome) {
        var guest = TestGuests.start(testbed, "web-1", recipe);
        var daemon = rarelyReading(testbed);
        sleep(daemon, guest);

        var reset = daemon.awaitClosed(
                daemon.begin("web-1", Map.of("force", List.of("not-running"))).id());

        assertThat(reset.outcome()).as(reset.toString()).isEqualTo(outcome);
        assertThat(daemon.guest("web-1").runState()).isEqualTo("running");
        guest.serial().awaitBoots(2, PATIENCE);
    }

    @Test
    void a_guest_in_ACPI_S3_that_somebody_else_resets_is_not_said_to_have_failed(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = rarelyReading(testbed);
        sleep(daemon, guest);

        guest.monitor().execute("system_reset");

        var reset = daemon.awaitResets("web-1", 1).getFirst();
        assertThat(reset.origin()).isEqualTo("external");
        assertThat(reset.verdict()).as(reset.toString()).isNotEqualTo("failed");
    }

    /** Only the events report what happens. */
    private static RunningDaemon rarelyReading(Testbed testbed) {
        var daemon = RunningDaemon.start(
                        testbed,
                        TestConfig.in(testbed.folder()).with("qmp.sample", "1h").with("policy.within", "10s"))
                .watching("web-1");
        return daemon;
    }

    private static void sleep(RunningDaemon daemon, QemuGuest guest) {
        guest.serial().send(Order.SLEEP);
        daemon.awaitGuest("web-1", seen -> seen.runState().equals("suspended"));
    }
}
