package io.reseal.testbed.qemu;

import static io.reseal.testbed.junit.Requirement.CVM;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.Deadline;
import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.platform.LaunchTrace;
import io.reseal.testbed.qemu.Serial.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** When QEMU 11.1 launches a guest otherwise at a reset than at its start. */
@Requires(CVM)
class LaunchMeasurementTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void an_SEV_ES_guest_with_its_firmware_in_flash_is_rebuilt_without_it() {
        var guest = Qemu.guest().sevEs().flash().start();
        guest.monitor().execute("system_reset");
        guest.serial().awaitBoots(2, PATIENCE);
        var launches = guest.launches();
        assertThat(launches).extracting(launch -> launch.pages().size()).containsExactly(1, 0);
        assertThat(launches.get(0).measurement())
                .isPresent()
                .isNotEqualTo(launches.get(1).measurement());
    }

    @Test
    void a_guest_that_is_reset_with_interrupts_enabled_is_measured_otherwise() {
        var guest = Qemu.guest().sevSnp().start();
        awaitSleep(guest); // interrupts wake it
        guest.monitor().execute("system_reset");
        guest.serial().awaitBoots(2, PATIENCE);
        guest.serial().send(Order.REBOOT); // it obeys with interrupts disabled
        guest.serial().awaitBoots(3, PATIENCE);
        var digests = guest.launches().stream().map(LaunchTrace::digest).toList();
        assertThat(digests.get(1)).isNotEqualTo(digests.get(0));
        assertThat(digests.get(2)).isEqualTo(digests.get(0));
        assertThat(differences(guest.launches())).containsExactly(0x171); // RFLAGS.IF
    }

    @Test
    void an_SEV_ES_guest_that_is_reset_with_interrupts_enabled_is_measured_otherwise_and_a_TD_is_not() {
        var es = Qemu.guest().sevEs().start();
        var td = Qemu.guest().tdx().start();
        for (var guest : List.of(es, td)) {
            awaitSleep(guest);
            guest.monitor().execute("system_reset");
            guest.serial().awaitBoots(2, PATIENCE);
        }
        var measurements = es.launches().stream().map(LaunchTrace::measurement).toList();
        assertThat(measurements.get(1)).isPresent().isNotEqualTo(measurements.get(0));
        assertThat(differences(es.launches())).containsExactly(0x171);
        assertThat(td.launches().get(1).digest())
                .isPresent()
                .isEqualTo(td.launches().get(0).digest());
    }

    /** As a program may do that writes to the port, or firmware that resets. */
    @Test
    void a_guest_that_reboots_itself_with_interrupts_enabled_is_measured_otherwise() {
        var guest = Qemu.guest().sevSnp().start();
        guest.serial().send(Order.REBOOT_WITH_INTERRUPTS);
        guest.serial().awaitBoots(2, PATIENCE);
        assertThat(guest.launches())
                .extracting(LaunchMeasurementTest::interruptFlags)
                .containsExactly("0", "1");
    }

    /** One that has not been started since the launch keeps the flag with which it was launched. */
    @Test
    void each_vCPU_that_has_interrupts_enabled_is_measured_otherwise() {
        var guest = Qemu.guest().sevSnp().smp(4).start();
        guest.serial().send(Order.START_OTHERS);
        guest.serial().await("O", 1, PATIENCE);
        await(() -> halts(guest).allMatch(count -> count > 0));
        awaitSleep(guest);
        guest.monitor().execute("system_reset");
        guest.serial().awaitBoots(2, PATIENCE);
        awaitSleep(guest);
        guest.monitor().execute("system_reset");
        guest.serial().awaitBoots(3, PATIENCE);
        assertThat(guest.launches())
                .extracting(LaunchMeasurementTest::interruptFlags)
                .containsExactly("0000", "1111", "1111");
    }

    /** Waits until the first vCPU goes to sleep, with interrupts enabled; no timer wakes the others. */
    private static void awaitSleep(QemuGuest guest) {
        long before = halts(guest).sum();
        await(() -> halts(guest).sum() > before);
    }

    private static void await(BooleanSupplier asleep) {
        for (var deadline = Deadline.after(PATIENCE); !asleep.getAsBoolean(); ) {
            assertThat(deadline.passed()).as("asleep").isFalse();
        }
    }

    /** How often each vCPU has halted. */
    private static LongStream halts(QemuGuest guest) {
        var halts = Map.of(
                "target", "vcpu", "providers", List.of(Map.of("provider", "kvm", "names", List.of("halt_exits"))));
        return guest.monitor()
                .execute("query-stats", halts)
                .valueStream()
                .mapToLong(vcpu -> vcpu.path("stats").get(0).path("value").asLong());
    }

    /** RFLAGS.IF of each vCPU. */
    private static String interruptFlags(LaunchTrace launch) {
        return launch.vmsas().stream()
                .map(vmsa -> (vmsa.bytes()[0x171] & 2) != 0 ? "1" : "0")
                .collect(Collectors.joining());
    }

    /** Where the first vCPU's state of the second launch is not that of the first. */
    private static List<Integer> differences(List<LaunchTrace> launches) {
        byte[] first = launches.get(0).vmsas().getFirst().bytes();
        byte[] second = launches.get(1).vmsas().getFirst().bytes();
        var differing = new ArrayList<Integer>();
        for (int i = 0; i < first.length; i++) {
            if (first[i] != second[i]) {
                differing.add(i);
            }
        }
        return differing;
    }
}
