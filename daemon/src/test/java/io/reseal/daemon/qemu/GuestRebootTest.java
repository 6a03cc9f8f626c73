package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.KVM;
import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.daemon.qemu.TestGuests.Bystander;
import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import io.reseal.testbed.qemu.Serial.Order;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Requires(QEMU)
class GuestRebootTest {
    /** Fewer than those in 10 s from which on resets become one record. */
    private static final int LOOPS = 15;

    @Test
    @Requires(KVM)
    void a_reboot_of_the_guest_is_seen_without_a_request_and_proven_from_the_last_sample(Testbed testbed) {
        var guest = TestGuests.rebuilt(testbed, "web-1");
        var bystander = Bystander.start(testbed);
        var daemon = RunningDaemon.start(testbed, "qmp.sample", "100ms").watching("web-1");
        guest.serial().work(PATIENCE);
        long exits = TestGuests.exits(guest);
        awaitSamples(daemon, 4);

        TestGuests.reboot(guest);

        var reset = daemon.awaitResets("web-1", 1).getFirst();
        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("guest proven rebuilt");
        assertThat(reset.evidence())
                .filteredOn(line -> line.startsWith("counters"))
                .singleElement()
                .satisfies(line -> assertThat(before(line)).isGreaterThanOrEqualTo(exits));
        assertThat(reset.evidence()).noneMatch(line -> line.contains("acknowledge"));
        assertThat(daemon.awaitState("web-1", "watching").incarnation()).isEqualTo(2);
        daemon.assertCounted(Map.of("plain guest proven", 1));
        assertThat(daemon.metrics().sum("reseal_qmp_commands_total{command=\"system_reset\",outcome=\"ok\"}"))
                .isZero();
        bystander.assertUnharmed(daemon);
    }

    @Test
    void a_reboot_of_the_guest_by_a_triple_fault_is_a_reset_too(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        guest.serial().send(Order.TRIPLE_FAULT);
        guest.serial().awaitBoots(2, PATIENCE);

        var reset = daemon.awaitResets("web-1", 1).getFirst();
        assertThat(reset.outcome()).isEqualTo("guest proven running");
        daemon.assertCounted(Map.of("plain guest proven", 1));
    }

    @Test
    void a_reboot_of_the_guest_in_an_endless_loop_is_counted_each_time_and_proven_when_the_loop_ends(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var bystander = Bystander.start(testbed);
        var daemon = RunningDaemon.start(testbed, "policy.settle", "2s").watching("bystander", "web-1");

        loop(guest, daemon);

        var resets = daemon.awaitResets("web-1", LOOPS);
        assertThat(resets).hasSize(LOOPS);
        assertThat(resets.getLast().outcome()).isEqualTo("guest proven running");
        assertThat(resets.subList(0, LOOPS - 1))
                .allSatisfy(reset -> assertThat(reset.outcome()).isEqualTo("guest unproven observed"));
        assertThat(daemon.awaitState("web-1", "watching").incarnation()).isEqualTo(LOOPS + 1);
        daemon.assertCounted(Map.of("plain guest proven", 1, "plain guest unproven", LOOPS - 1));
        bystander.assertUnharmed(daemon);
    }

    @Test
    @Requires(KVM)
    void a_reboot_of_the_guest_in_an_endless_loop_of_rebuilds_is_never_proven_before_the_guest_settles(
            Testbed testbed) {
        var guest = TestGuests.rebuilt(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed, "policy.settle", "2s").watching("web-1");

        loop(guest, daemon);

        var resets = daemon.awaitResets("web-1", LOOPS);
        assertThat(resets).hasSize(LOOPS);
        assertThat(resets.subList(0, LOOPS - 1))
                .allSatisfy(reset -> assertThat(reset.verdict()).isEqualTo("unproven"));
        assertThat(resets.getLast().verdict()).isIn("proven", "unproven");
        assertThat(daemon.metrics().counts("reseal_guest_resets_total")).isEqualTo(Map.of("web-1", LOOPS));
        guest.serial().work(PATIENCE);
        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven rebuilt");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Requires(KVM)
    void a_reboot_of_the_guest_in_an_endless_loop_does_not_keep_an_operator_from_resetting_the_guest(
            boolean rebuilt, Testbed testbed) {
        var guest = rebuilt ? TestGuests.rebuilt(testbed, "web-1") : TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed, "policy.settle", "2s").watching("web-1");
        var loops = new AtomicBoolean(true);
        var loop = CompletableFuture.runAsync(() -> {
            while (loops.get()) {
                TestGuests.reboot(guest);
            }
        });
        try {
            daemon.awaitGuest("web-1", seen -> seen.state().equals("resetting"));
            var command = ResealCommand.start(
                    testbed, testbed.folder().resolve("admin.sock"), "reset", "web-1", "--prove", "acknowledged");
            assertThat(command.awaitExit(PATIENCE.multipliedBy(2)))
                    .as(command.output())
                    .isZero();
            assertThat(command.output()).contains("web-1: proven");
            var second = daemon.begin("web-1", Map.of("prove", "observed"));
            assertThat(daemon.awaitClosed(second.id()).verdict()).isIn("proven", "unproven");
        } finally {
            loops.set(false);
            loop.join();
        }
        assertThat(daemon.metrics().counts("reseal_qmp_commands_total")).containsEntry("system_reset ok", 2);
        assertThat(daemon.events("reset-closed"))
                .extracting(reset -> reset.path("origin").asString())
                .doesNotContain("external", "unknown");
    }

    @Test
    void a_reboot_of_the_guest_after_which_the_guest_panics_has_failed(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().panicPause());
        var bystander = Bystander.start(testbed);
        var daemon = RunningDaemon.start(testbed, "policy.settle", "5s").watching("bystander", "web-1");

        TestGuests.reboot(guest);
        guest.serial().send(Order.PANIC);

        var reset = daemon.awaitResets("web-1", 1).getFirst();
        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("guest failed observed");
        assertThat(reset.summary()).contains("guest-panicked");
        assertThat(reset.evidence())
                .anySatisfy(line -> assertThat(line).startsWith("panic contradicts"))
                .anySatisfy(line -> assertThat(line).startsWith("run-state contradicts running"));
        assertThat(guest.isAlive()).isTrue();
        assertThat(daemon.guest("web-1").runState()).isEqualTo("guest-panicked");
        daemon.assertCounted(Map.of("plain guest failed", 1));
        bystander.assertUnharmed(daemon);
    }

    private static void loop(QemuGuest guest, RunningDaemon daemon) {
        for (int i = 0; i < LOOPS; i++) {
            TestGuests.reboot(guest);
            if (i % 10 == 0) {
                await("the API")
                        .atMost(Duration.ofSeconds(2))
                        .until(() -> daemon.client().get("/v1/guests").status() == 200);
            }
        }
    }

    private static long before(String counters) {
        return Long.parseLong(counters.replaceAll(".*: (\\d+) before, .*", "$1"));
    }

    /** Waits for so many more readings of the counters. */
    private static void awaitSamples(RunningDaemon daemon, int more) {
        var samples = "reseal_qmp_commands_total{command=\"query-stats\",outcome=\"ok\"}";
        double before = daemon.metrics().value(samples);
        await("samples").atMost(PATIENCE).until(() -> daemon.metrics().value(samples) >= before + more);
    }
}
