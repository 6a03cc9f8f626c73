package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.Refusals.assertRefused;
import static io.reseal.testbed.junit.Requirement.CVM;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.igvm.firmware.FirmwareImage;
import io.reseal.igvm.firmware.SnpFirmware;
import io.reseal.igvm.firmware.TdxFirmware;
import io.reseal.igvm.launch.CpuSignature;
import io.reseal.igvm.launch.Machine;
import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.QemuGuest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Requires(CVM)
class AllowedLaunchTest {
    private Path firmware;

    @BeforeEach
    void bring(Testbed testbed) throws IOException {
        firmware = OwnFirmware.in(testbed);
    }

    @ParameterizedTest
    @CsvSource({"SEV_SNP", "TDX"})
    void an_allowed_launch_digest_makes_one_update_of_the_firmware_a_permitted_change_and_no_other(
            CvmKind kind, Testbed testbed) throws IOException {
        var guest = TestGuests.start(testbed, "web-1", kind.recipe().tinyGuest(firmware));
        var update = OwnFirmware.changed(1);
        var digests = digests(kind, update, guest);
        var daemon = RunningDaemon.start(
                        testbed,
                        TestConfig.in(testbed.folder())
                                .with("policy.prove", "same-launch")
                                .with("policy.launch", "{allow: [" + String.join(", ", digests) + "]}"))
                .watching("web-1");
        TestGuests.awaitSleep(guest); // with interrupts enabled

        Files.write(firmware, update);
        var reset = daemon.reset("web-1");

        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator proven same-launch");
        assertThat(reset.evidence())
                .anySatisfy(line ->
                        assertThat(line).contains("which the policy allows: launch digest " + digests.getFirst()));
        assertThat(guest.launches().getLast().digest()).contains(digests.getLast());

        Files.write(firmware, OwnFirmware.changed(2));
        assertRefusedAgain(daemon);
    }

    /** Nobody knows before the reset whether it has interrupts enabled. */
    @Test
    void an_allowed_launch_digest_of_a_start_alone_does_not_allow_what_a_reset_may_launch(Testbed testbed)
            throws IOException {
        var guest = TestGuests.start(testbed, "web-1", CvmKind.SEV_SNP.recipe().tinyGuest(firmware));
        var update = OwnFirmware.changed(1);
        var start = digests(CvmKind.SEV_SNP, update, guest).getFirst();
        var config = TestConfig.in(testbed.folder()).with("policy.prove", "same-launch");
        var daemon = RunningDaemon.start(testbed, config.with("policy.launch", "{allow: [" + start + "]}"))
                .watching("web-1");
        Files.write(firmware, update);
        assertRefused(daemon, "firmware-changed");

        TestGuests.reboot(guest);
        var resets = daemon.awaitResets("web-1", 2); // the refused one among them
        assertThat(resets)
                .flatExtracting(SeenReset::evidence)
                .anySatisfy(line -> assertThat(line)
                        .startsWith(
                                "launch inconclusive same-launch: another launch, of which the policy does not allow"
                                        + " each digest: " + start));
    }

    @Test
    void an_allowed_launch_digest_with_any_interrupts_allows_that_launch_and_no_other(Testbed testbed)
            throws IOException {
        var guest = TestGuests.start(testbed, "web-1", CvmKind.SEV_SNP.recipe().tinyGuest(firmware));
        var update = OwnFirmware.changed(1);
        var start = digests(CvmKind.SEV_SNP, update, guest).getFirst();
        var config = TestConfig.in(testbed.folder()).with("policy.prove", "same-launch");
        var daemon = RunningDaemon.start(
                        testbed, config.with("policy.launch", "{allow: [\"any-interrupts:" + start + "\"]}"))
                .watching("web-1");
        Files.write(firmware, update);
        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven same-launch");
        Files.write(firmware, OwnFirmware.changed(2));
        assertRefusedAgain(daemon);
    }

    private static void assertRefusedAgain(RunningDaemon daemon) {
        daemon.awaitGuest("web-1", seen -> seen.hazards().contains("firmware-changed"));
        assertThat(daemon.request("web-1", Map.of()).status()).isEqualTo(409);
    }

    /** Of its start, and of a reset while it has interrupts enabled. */
    private static List<String> digests(CvmKind kind, byte[] content, QemuGuest guest) {
        var image = FirmwareImage.of(MemorySegment.ofArray(content));
        if (kind == CvmKind.TDX) {
            return List.of(TdxFirmware.of(image).mrtd());
        }
        var measured = SnpFirmware.of(image, new Machine(1, signature(guest)), 1);
        return List.of(measured.launchDigest(), measured.resets().firstVcpu());
    }

    private static CpuSignature signature(QemuGuest guest) {
        var cpu = guest.monitor()
                .execute("query-cpus-fast")
                .get(0)
                .path("qom-path")
                .asString();
        return CpuSignature.of(
                number(guest, cpu, "family"), number(guest, cpu, "model"), number(guest, cpu, "stepping"));
    }

    private static int number(QemuGuest guest, String path, String property) {
        return guest.monitor()
                .execute("qom-get", Map.of("path", path, "property", property))
                .asInt();
    }
}
