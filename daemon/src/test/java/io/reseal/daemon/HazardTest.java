package io.reseal.daemon;

import static io.reseal.daemon.RunningDaemon.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.testbed.NeedsCvm;
import io.reseal.testbed.Qemu;
import io.reseal.testbed.RealQemu;
import io.reseal.testbed.Testbed;
import io.reseal.testbed.TinyGuest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Each hazard stops a reset before anything is sent; forced, what it warns of happens to a real QEMU. */
@RealQemu
@NeedsCvm
@DisplayName("The hazard")
class HazardTest {
    /** Between code and metadata of the tiny guest: measured, and never executed. */
    private static final long UNUSED = 0x7000;

    private static final Duration CLEARLY = Duration.ofMillis(200);

    @Test
    void firmware_gone_ends_QEMU(Testbed testbed) throws IOException {
        var firmware = copyOfFirmware(testbed);
        var guest = Guests.start(testbed, "web-1", Qemu.guest().sevSnp().tinyGuest(firmware));
        var daemon = RunningDaemon.start(testbed);
        assertThat(daemon.awaitState("web-1", "watching").hazards()).isEmpty();
        Files.delete(firmware);

        assertRefused(daemon, "firmware-gone");

        assertThat(force(daemon, "firmware-gone").outcome()).isEqualTo("operator died none");
        assertThat(guest.awaitExit(PATIENCE)).isEqualTo(1);
    }

    @Test
    void firmware_changed_changes_the_measurement(Testbed testbed) throws IOException {
        var firmware = copyOfFirmware(testbed);
        var guest = Guests.start(testbed, "web-1", Qemu.guest().sevSnp().tinyGuest(firmware));
        var daemon = RunningDaemon.start(testbed);
        assertThat(daemon.awaitState("web-1", "watching").hazards()).isEmpty();
        change(firmware);

        assertRefused(daemon, "firmware-changed");

        var reset = force(daemon, "firmware-changed");
        assertThat(reset.verdict()).as(reset.toString()).isNotEqualTo("proven");
        assertThat(reset.evidence())
                .anySatisfy(line -> assertThat(line).startsWith("counters supports rebuilt"))
                .anySatisfy(line -> assertThat(line).startsWith("launch contradicts same-launch"));
        var digests = guest.launches().stream().map(launch -> launch.pages()).toList();
        assertThat(digests.get(1)).isNotEqualTo(digests.get(0));
    }

    @Test
    void sev_es_pflash_leaves_the_firmware_out_of_the_launch(Testbed testbed) {
        var guest = Guests.start(testbed, "web-1", Qemu.guest().sevEs().flash());
        var daemon = RunningDaemon.start(testbed);
        daemon.awaitState("web-1", "watching");

        assertRefused(daemon, "sev-es-pflash");

        var reset = force(daemon, "sev-es-pflash");
        assertThat(reset.verdict()).as(reset.toString()).isEqualTo("unproven");
        assertThat(reset.evidence())
                .contains("launch inconclusive same-launch: firmware in pflash is not launched again,"
                        + " and no measurement tells what was");
        assertThat(guest.launches().get(1).pages()).isEmpty();
    }

    @Test
    void paused_sev_has_the_next_cont_abort_QEMU(Testbed testbed) {
        var guest = Guests.start(testbed, "web-1", Qemu.guest().sevSnp());
        var daemon = RunningDaemon.start(testbed);
        daemon.awaitState("web-1", "watching");
        guest.monitor().execute("stop");
        daemon.awaitGuest("web-1", seen -> seen.runState().equals("paused"));

        assertRefused(daemon, "paused-sev");

        var reset = force(daemon, "paused-sev");
        assertThat(reset.evidence())
                .as(reset.toString())
                .anySatisfy(line -> assertThat(line).startsWith("counters supports rebuilt"));
        assertThat(daemon.metrics().counts("reseal_qmp_commands_total")).doesNotContainKey("cont ok");
        guest.monitor().send("cont");
        assertThat(guest.awaitExit(PATIENCE)).isEqualTo(128 + 6);
    }

    @Test
    void tdx_tsc_ends_QEMU(Testbed testbed) {
        var guest = Guests.start(testbed, "web-1", Qemu.guest().tdx().tscKhz(2_599_998));
        var daemon = RunningDaemon.start(testbed);
        daemon.awaitState("web-1", "watching");

        assertRefused(daemon, "tdx-tsc");

        assertThat(force(daemon, "tdx-tsc").outcome()).isEqualTo("operator died none");
        assertThat(guest.awaitExit(PATIENCE)).isNotZero();
    }

    @Test
    void rebuilds_used_up_fails_the_rebuild_for_good(Testbed testbed) throws Exception {
        var guest = Guests.start(testbed, "web-1", Qemu.guest().sevSnp().splitIrqchip());
        var daemon = RunningDaemon.start(testbed);
        daemon.awaitState("web-1", "watching");
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
    void no_spare_asid_fails_the_rebuild(Testbed testbed) throws IOException {
        var misc = Files.createDirectory(testbed.folder().resolve("misc"));
        Files.writeString(misc.resolve("misc.capacity"), "sev 10\nsev_es 1\n");
        Files.writeString(misc.resolve("misc.current"), "sev 0\nsev_es 1\n");
        var guest = Guests.start(
                testbed, "web-1", Qemu.guest().sevSnp().splitIrqchip().spareKeys(0));
        var daemon =
                RunningDaemon.start(testbed, TestConfig.in(testbed.folder()).with("host.misc", misc.toString()));
        daemon.awaitState("web-1", "watching");

        assertRefused(daemon, "no-spare-asid");

        assertThat(force(daemon, "no-spare-asid").verdict()).isEqualTo("failed");
        assertThat(guest.isAlive()).isTrue();
        daemon.awaitState("web-1", "quarantined");
    }

    private static void assertRefused(RunningDaemon daemon, String hazard) {
        var answer = daemon.ask("web-1", Map.of());
        assertThat(answer.status()).as(answer.body()).isEqualTo(409);
        assertThat(answer.json().path("detail").asString()).contains(hazard);
        assertThat(daemon.metrics().counts("reseal_qmp_commands_total")).doesNotContainKey("system_reset ok");
        var shown = daemon.awaitGuest("web-1", seen -> seen.hazards().contains(hazard));
        assertThat(shown.resettable()).isFalse();
        assertThat(shown.json().path("hazards").get(0).path("affected").asString())
                .startsWith("QEMU 11.0");
    }

    private static SeenReset force(RunningDaemon daemon, String hazard) {
        var members = Map.of("force", List.of(hazard), "prove", "same-launch");
        return daemon.awaitClosed(daemon.begin("web-1", members).id());
    }

    /** So old that no guest that starts from now on can be older. */
    private static Path copyOfFirmware(Testbed testbed) throws IOException {
        var copy = Files.copy(TinyGuest.image(), testbed.folder().resolve("firmware.bin"));
        var clearlyLater = Instant.now().plus(CLEARLY);
        await().until(() -> Instant.now().isAfter(clearlyLater));
        return copy;
    }

    private static void change(Path firmware) throws IOException {
        try (var file = FileChannel.open(firmware, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {1}), UNUSED);
        }
    }
}
