package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.Refusals.assertRefused;
import static io.reseal.daemon.qemu.Refusals.force;
import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.CVM;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.platform.LaunchTrace;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import io.reseal.testbed.qemu.TinyGuest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Firmware by {@code -bios} is read again at each reset (QEMU 11.1, x86-common.c:x86_bios_rom_reload). */
@Requires(CVM)
class FirmwareHazardTest {
    private Path firmware;

    @BeforeEach
    void bring(Testbed testbed) throws IOException {
        firmware = OwnFirmware.in(testbed);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SEV")
    void firmware_that_was_removed_ends_QEMU(CvmKind kind, Testbed testbed) throws IOException {
        var guest = guest(testbed, kind);
        var daemon = watching(testbed);
        Files.delete(firmware);

        assertRefused(daemon, "firmware-gone");

        assertDied(force(daemon, "firmware-gone"));
        assertThat(guest.awaitExit(PATIENCE)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SEV")
    void firmware_that_was_truncated_ends_QEMU(CvmKind kind, Testbed testbed) throws IOException {
        var guest = guest(testbed, kind);
        var daemon = watching(testbed);
        try (var file = FileChannel.open(firmware, StandardOpenOption.WRITE)) {
            file.truncate(TinyGuest.image().toFile().length() - 1);
        }

        assertRefused(daemon, "firmware-gone");

        assertDied(force(daemon, "firmware-gone"));
        assertThat(guest.awaitExit(PATIENCE)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SEV")
    void firmware_that_was_overwritten_changes_the_measurement(CvmKind kind, Testbed testbed) throws IOException {
        var guest = guest(testbed, kind);
        var daemon = watching(testbed);
        OwnFirmware.change(firmware);

        assertAnotherLaunch(daemon, guest);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SEV")
    void firmware_that_was_replaced_as_a_package_does_it_changes_the_measurement(CvmKind kind, Testbed testbed)
            throws IOException {
        var guest = guest(testbed, kind);
        var daemon = watching(testbed);
        var update = Files.copy(firmware, testbed.folder().resolve("firmware.new"));
        OwnFirmware.change(update);
        Files.setLastModifiedTime(update, FileTime.from(Instant.EPOCH));
        Files.move(update, firmware, StandardCopyOption.ATOMIC_MOVE);

        assertAnotherLaunch(daemon, guest);
    }

    /** QEMU 11.1 reads the name of the file from the machine again at each rebuild. */
    @Test
    void firmware_that_was_exchanged_by_qom_set_changes_the_measurement(Testbed testbed) throws IOException {
        var guest = guest(testbed, CvmKind.SEV_SNP);
        var daemon = watching(testbed);
        var other = Files.copy(firmware, testbed.folder().resolve("other.bin"));
        OwnFirmware.change(other);
        Files.setLastModifiedTime(other, FileTime.from(Instant.EPOCH));
        guest.monitor()
                .execute("qom-set", Map.of("path", "/machine", "property", "firmware", "value", other.toString()));

        assertAnotherLaunch(daemon, guest);
        assertThat(daemon.guest("web-1").json().path("launch").path("firmware").asString())
                .isEqualTo(other.toString());
    }

    @Test
    void firmware_that_was_exchanged_by_qom_set_before_anybody_looked_is_not_what_was_loaded(Testbed testbed)
            throws IOException {
        var guest = guest(testbed, CvmKind.SEV_SNP);
        var other = Files.copy(firmware, testbed.folder().resolve("other.bin"));
        Files.setLastModifiedTime(other, FileTime.from(Instant.EPOCH));
        guest.monitor()
                .execute("qom-set", Map.of("path", "/machine", "property", "firmware", "value", other.toString()));
        assertRefused(RunningDaemon.start(testbed), "firmware-changed");
    }

    /** No time of either file tells, and neither does what the path leads to. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void firmware_whose_path_led_to_another_file_before_anybody_looked_is_perhaps_not_what_was_loaded(
            boolean link, Testbed testbed) throws IOException {
        var folder = testbed.folder();
        var old = Files.createDirectory(folder.resolve("v1"));
        OwnFirmware.change(
                Files.copy(firmware, Files.createDirectory(folder.resolve("v2")).resolve("firmware.bin")));
        Files.move(firmware, old.resolve("firmware.bin"));
        var current = folder.resolve("current");
        Files.createSymbolicLink(current, Path.of("v1"));
        OwnFirmware.letTimePass();
        var path = (link ? current : old).resolve("firmware.bin");
        TestGuests.start(testbed, "web-1", Qemu.guest().sevSnp().tinyGuest(path));

        if (link) {
            Files.delete(current);
            Files.createSymbolicLink(current, Path.of("v2"));
        } else {
            Files.move(old, folder.resolve("v0"));
            Files.move(folder.resolve("v2"), old);
        }

        var daemon = RunningDaemon.start(testbed).watching("web-1");
        assertRefused(daemon, "firmware-changed");
    }

    @Test
    void firmware_beside_which_other_files_were_made_is_what_was_loaded(Testbed testbed) throws IOException {
        guest(testbed, CvmKind.SEV_SNP);
        Files.writeString(testbed.folder().resolve("other"), "x");

        var reset = watching(testbed).reset("web-1");

        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator proven rebuilt");
    }

    @Test
    void firmware_that_was_put_back_before_the_reset_is_no_hazard_since_the_same_content_is_the_same_file(
            Testbed testbed) throws IOException {
        var guest = guest(testbed, CvmKind.SEV_SNP);
        var daemon = watching(testbed);
        var original = Files.readAllBytes(firmware);
        OwnFirmware.change(firmware);
        assertRefused(daemon, "firmware-changed");
        Files.write(firmware, original);

        daemon.awaitGuest("web-1", seen -> seen.hazards().isEmpty());
        var reset = daemon.awaitClosed(
                daemon.begin("web-1", Map.of("prove", "same-launch")).id());

        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator proven same-launch");
        assertThat(guest.launches().get(1).pages())
                .isEqualTo(guest.launches().get(0).pages());
    }

    @Test
    void firmware_that_an_SEV_guest_keeps_does_not_matter(Testbed testbed) throws IOException {
        var guest = guest(testbed, CvmKind.SEV);
        var daemon = watching(testbed);
        Files.delete(firmware);

        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven running");
        guest.serial().awaitBoots(2, PATIENCE);
    }

    @Test
    void firmware_in_flash_is_left_out_of_the_launch_of_SEV_ES(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().sevEs().flash());
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        assertRefused(daemon, "sev-es-pflash");

        var reset = force(daemon, "sev-es-pflash");
        assertThat(reset.verdict()).as(reset.toString()).isEqualTo("unproven");
        assertThat(reset.evidence())
                .contains("launch inconclusive same-launch: firmware in pflash is not launched again,"
                        + " and no measurement tells what was");
        assertThat(guest.launches().get(1).pages()).isEmpty();
    }

    private QemuGuest guest(Testbed testbed, CvmKind kind) {
        return TestGuests.start(testbed, "web-1", kind.recipe().tinyGuest(firmware));
    }

    private static RunningDaemon watching(Testbed testbed) {
        var daemon = RunningDaemon.start(testbed);
        assertThat(daemon.awaitState("web-1", "watching").hazards()).isEmpty();
        return daemon;
    }

    private static void assertDied(SeenReset reset) {
        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator died none");
        assertThat(reset.summary()).contains("first suspect: its firmware file");
    }

    private static void assertAnotherLaunch(RunningDaemon daemon, QemuGuest guest) {
        assertRefused(daemon, "firmware-changed");

        var reset = force(daemon, "firmware-changed");
        assertThat(reset.verdict()).as(reset.toString()).isNotEqualTo("proven");
        assertThat(reset.evidence())
                .anySatisfy(line -> assertThat(line).startsWith("counters supports rebuilt"))
                .anySatisfy(line -> assertThat(line).startsWith("launch contradicts same-launch"));
        var pages = guest.launches().stream().map(LaunchTrace::pages).toList();
        assertThat(pages.get(1)).isNotEqualTo(pages.get(0));
    }
}
