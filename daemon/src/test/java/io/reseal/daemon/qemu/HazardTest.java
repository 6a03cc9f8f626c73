package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.Refusals.assertRefused;
import static io.reseal.daemon.qemu.Refusals.force;
import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.CVM;
import static io.reseal.testbed.junit.Requirement.OLD_QEMU;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.Serial.Order;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each hazard stops a reset before anything is sent; forced, what it warns of happens to a real QEMU. */
@Requires(CVM)
class HazardTest {
    /** MiB; each of its pages takes 9 bytes. */
    private static final int MORE_THAN_A_SOCKET_HOLDS = 256;

    @Test
    @Requires(OLD_QEMU)
    void the_hazard_qemu_too_old_ends_the_guest(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().sevSnp().oldQemu());
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        assertRefused(daemon, "qemu-too-old");

        assertThat(force(daemon, "qemu-too-old").outcome()).isEqualTo("operator died acknowledged");
        assertThat(guest.awaitExit(PATIENCE)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void the_hazard_stateful_loses_what_the_guest_keeps_in_memory(CvmKind kind, Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", kind.recipe());
        var rules = "[{match: {kind: %s}, stateful: true}]".formatted(kind.word());
        var daemon = RunningDaemon.start(testbed, "policy.rules", rules).watching("web-1");

        assertRefused(daemon, "stateful");

        assertThat(force(daemon, "stateful").verdict()).isEqualTo("proven");
        guest.serial().awaitBoots(2, PATIENCE);
    }

    @Test
    void the_hazard_reboot_is_shutdown_ends_the_VM(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().sevSnp().noReboot());
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        assertRefused(daemon, "reboot-is-shutdown");

        assertThat(force(daemon, "reboot-is-shutdown").verdict()).isEqualTo("died");
        assertThat(guest.awaitExit(PATIENCE)).isZero();
        assertThat(guest.launches()).hasSize(1);
    }

    @Test
    void the_hazard_migrating_is_told_until_the_migration_has_ended(Testbed testbed) throws IOException {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().memoryMiB(MORE_THAN_A_SOCKET_HOLDS));
        var daemon = RunningDaemon.start(testbed).watching("web-1");
        var path = testbed.folder().resolve("nobody-reads");
        try (var deaf = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            deaf.bind(UnixDomainSocketAddress.of(path));
            guest.monitor().execute("migrate", Map.of("uri", "unix:" + path));

            assertRefused(daemon, "migrating");

            assertThat(force(daemon, "migrating").outcome()).isEqualTo("operator proven running");
            guest.monitor().execute("migrate_cancel");
        }
        daemon.awaitGuest("web-1", seen -> seen.hazards().isEmpty());
        assertThat(guest.isAlive()).isTrue();
    }

    @Test
    void the_hazard_paused_sev_has_the_next_cont_abort_QEMU(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().sevSnp());
        var daemon = RunningDaemon.start(testbed).watching("web-1");
        guest.monitor().execute("stop");
        daemon.awaitGuest("web-1", seen -> seen.runState().equals("paused"));

        assertRefused(daemon, "paused-sev");

        var reset = force(daemon, "paused-sev");
        assertThat(reset.verdict()).as(reset.toString()).isEqualTo("failed");
        assertThat(reset.evidence())
                .as(reset.toString())
                .anySatisfy(line -> assertThat(line)
                        .startsWith("counters contradicts rebuilt: query-sev tells state launch-update"));
        assertThat(daemon.metrics().counts("reseal_qmp_commands_total")).doesNotContainKey("cont ok");
        guest.monitor().send("cont");
        assertThat(guest.awaitExit(PATIENCE)).isEqualTo(128 + 6);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TDX")
    void the_hazard_paused_sev_holds_after_a_panic_and_says_that_only_a_new_process_helps(
            CvmKind kind, Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", kind.recipe().panicPause());
        var daemon = RunningDaemon.start(testbed).watching("web-1");
        guest.serial().send(Order.PANIC);

        assertPastHelp(daemon, "guest-panicked");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TDX")
    void the_hazard_paused_sev_holds_after_an_internal_error_too(CvmKind kind, Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", kind.recipe());
        var daemon = RunningDaemon.start(testbed).watching("web-1");
        guest.serial().send(Order.ERR);

        assertPastHelp(daemon, "internal-error");
    }

    private static void assertPastHelp(RunningDaemon daemon, String runState) {
        var seen = daemon.awaitGuest("web-1", guest -> guest.runState().equals(runState));
        assertRefused(daemon, "paused-sev");
        assertThat(seen.json().path("hazards").get(0).path("cure").asString())
                .isEqualTo("Only a new QEMU process helps: stop this one and start the guest again.");
    }

    @Test
    void the_hazard_tdx_tsc_ends_QEMU(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().tdx().tscKhz(2_599_998));
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        assertRefused(daemon, "tdx-tsc");

        assertThat(force(daemon, "tdx-tsc").outcome()).isEqualTo("operator died none");
        assertThat(guest.awaitExit(PATIENCE)).isNotZero();
    }

    @Test
    void the_hazard_rebuilds_used_up_fails_the_rebuild_for_good(Testbed testbed) throws Exception {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().sevSnp().splitIrqchip());
        var daemon = RunningDaemon.start(testbed).watching("web-1");
        long open;
        try (var descriptors = Files.list(Path.of("/proc", Long.toString(guest.pid()), "fd"))) {
            open = descriptors.count();
        }
        var limit = new ProcessBuilder("prlimit", "--pid", Long.toString(guest.pid()), "--nofile=" + open).start();
        assertThat(limit.waitFor()).isZero();

        assertRefused(daemon, "rebuilds-used-up");

        assertThat(force(daemon, "rebuilds-used-up").verdict()).isIn("failed", "died");
    }

    @Test
    void the_hazard_no_spare_asid_is_told_of_TDX_key_ids_too(Testbed testbed) throws IOException {
        var misc = Files.createDirectory(testbed.folder().resolve("misc"));
        Files.writeString(misc.resolve("misc.capacity"), "tdx 1\n");
        Files.writeString(misc.resolve("misc.current"), "tdx 1\n");
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().tdx().smp(2).spareKeys(0));
        var daemon = RunningDaemon.start(
                        testbed, TestConfig.in(testbed.folder()).with("host.misc", misc.toString()))
                .watching("web-1");

        assertRefused(daemon, "no-spare-asid");

        assertThat(force(daemon, "no-spare-asid").verdict()).isIn("failed", "died");
        assertThat(guest.launches().getLast().steps()).isNotEmpty();
    }

    @Test
    void the_hazard_no_spare_asid_fails_the_rebuild(Testbed testbed) throws IOException {
        var misc = Files.createDirectory(testbed.folder().resolve("misc"));
        Files.writeString(misc.resolve("misc.capacity"), "sev 10\nsev_es 1\n");
        Files.writeString(misc.resolve("misc.current"), "sev 0\nsev_es 1\n");
        var guest = TestGuests.start(
                testbed, "web-1", Qemu.guest().sevSnp().splitIrqchip().spareKeys(0));
        var daemon = RunningDaemon.start(
                        testbed, TestConfig.in(testbed.folder()).with("host.misc", misc.toString()))
                .watching("web-1");

        assertRefused(daemon, "no-spare-asid");

        assertThat(force(daemon, "no-spare-asid").verdict()).isEqualTo("failed");
        assertThat(guest.isAlive()).isTrue();
        daemon.awaitState("web-1", "quarantined");
    }
}
