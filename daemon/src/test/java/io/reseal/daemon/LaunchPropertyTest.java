package io.reseal.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.NeedsCvm;
import io.reseal.testbed.RealQemu;
import io.reseal.testbed.Testbed;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** QEMU 11.1 lets anybody change the properties of a launch while the guest runs; the next launch has them. */
@RealQemu
@NeedsCvm
@DisplayName("A launch property that was changed by qom-set")
class LaunchPropertyTest {
    @ParameterizedTest
    @CsvSource({
        "SEV_SNP, policy, 720896",
        "SEV_SNP, host-data, 32",
        "SEV_SNP, vcek-disabled, true",
        "SEV_ES, policy, 7",
        "TDX, mrconfigid, 48",
        "TDX, mrowner, 48",
        "TDX, mrownerconfig, 48"
    })
    void is_never_the_same_launch(CvmKind kind, String property, String value, Testbed testbed) {
        var guest = Guests.start(testbed, "web-1", kind.recipe());
        var daemon = RunningDaemon.start(testbed);
        daemon.awaitState("web-1", "watching");

        guest.monitor()
                .execute(
                        "qom-set",
                        Map.of("path", "/objects/cvm", "property", property, "value", typed(property, value)));
        var reset = daemon.awaitClosed(
                daemon.begin("web-1", Map.of("prove", "same-launch")).id());

        assertThat(reset.verdict()).as(reset.toString()).isEqualTo("unproven");
        assertThat(reset.evidence())
                .anySatisfy(line -> assertThat(line)
                        .startsWith("launch contradicts same-launch: the launch is another: ")
                        .contains(property + " was "));
        assertThat(guest.launches()).hasSize(2);
    }

    /** Identities are given by their length: that many bytes that are not zero. */
    private static Object typed(String property, String value) {
        return switch (property) {
            case "policy" -> Integer.parseInt(value);
            case "vcek-disabled" -> Boolean.parseBoolean(value);
            default ->
                Base64.getEncoder()
                        .encodeToString("x".repeat(Integer.parseInt(value)).getBytes(UTF_8));
        };
    }
}
