package io.reseal.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.igvm.firmware.FirmwareImage;
import io.reseal.igvm.firmware.SnpFirmware;
import io.reseal.igvm.firmware.TdxFirmware;
import io.reseal.igvm.launch.CpuSignature;
import io.reseal.igvm.launch.Machine;
import io.reseal.testbed.NeedsCvm;
import io.reseal.testbed.QemuGuest;
import io.reseal.testbed.RealQemu;
import io.reseal.testbed.Testbed;
import io.reseal.testbed.TinyGuest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@RealQemu
@NeedsCvm
@DisplayName("A launch digest that the policy allows")
class AllowedLaunchTest {
    /** Between code and metadata of the tiny guest: measured, and never executed. */
    private static final int UNUSED = 0x7000;

    private static final Duration CLEARLY = Duration.ofMillis(200);

    private Path firmware;

    @BeforeEach
    void bring(Testbed testbed) throws IOException {
        firmware = Files.copy(TinyGuest.image(), testbed.folder().resolve("firmware.bin"));
        var clearlyLater = Instant.now().plus(CLEARLY);
        await().until(() -> Instant.now().isAfter(clearlyLater));
    }

    @ParameterizedTest
    @CsvSource({"SEV_SNP", "TDX"})
    void makes_one_update_of_the_firmware_a_permitted_change_and_no_other(CvmKind kind, Testbed testbed)
            throws IOException {
        var guest = Guests.start(testbed, "web-1", kind.recipe().tinyGuest(firmware));
        var update = changed(1);
        var digest = digest(kind, update, guest);
        var daemon = RunningDaemon.start(
                testbed,
                TestConfig.in(testbed.folder())
                        .with("policy.prove", "same-launch")
                        .with("policy.launch", "{allow: [\"" + digest + "\"]}"));
        daemon.awaitState("web-1", "watching");
        Guests.halt(guest); // an SNP guest's RFLAGS are measured

        Files.write(firmware, update);
        var reset = daemon.reset("web-1");

        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator proven same-launch");
        assertThat(reset.evidence())
                .anySatisfy(line -> assertThat(line).contains("which the policy allows: launch digest " + digest));
        assertThat(guest.launches().getLast().digest()).contains(digest);

        Files.write(firmware, changed(2));
        daemon.awaitGuest("web-1", seen -> seen.hazards().contains("firmware-changed"));
        assertThat(daemon.ask("web-1", Map.of()).status()).isEqualTo(409);
    }

    private static byte[] changed(int value) throws IOException {
        var image = Files.readAllBytes(TinyGuest.image());
        image[UNUSED] = (byte) value;
        return image;
    }

    private static String digest(CvmKind kind, byte[] content, QemuGuest guest) {
        var image = FirmwareImage.of(MemorySegment.ofArray(content));
        return kind == CvmKind.TDX
                ? TdxFirmware.of(image).mrtd()
                : SnpFirmware.of(image, new Machine(1, signature(guest)), 1).launchDigest();
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
