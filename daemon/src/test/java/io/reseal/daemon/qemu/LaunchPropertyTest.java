package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.Refusals.assertRefused;
import static io.reseal.daemon.qemu.Refusals.force;
import static io.reseal.testbed.junit.Requirement.CVM;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** QEMU 11.1 lets anybody change the properties of a launch while the guest runs; the next launch has them. */
@Requires(CVM)
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
    void a_launch_property_changed_by_qom_set_is_never_the_same_launch(
            CvmKind kind, String property, String value, Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", kind.recipe());
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        guest.monitor()
                .execute(
                        "qom-set",
                        Map.of("path", "/objects/cvm", "property", property, "value", typed(property, value)));
        assertRefused(daemon, "launch-changed");
        var reset = force(daemon, "launch-changed");

        assertThat(reset.verdict()).as(reset.toString()).isEqualTo("unproven");
        assertThat(reset.evidence())
                .anySatisfy(line -> assertThat(line)
                        .startsWith("launch contradicts same-launch: the launch is another: ")
                        .contains(property + " was "));
        assertThat(guest.launches()).hasSize(2);
    }

    /** The next launch is made with the object that the machine is linked to by then. */
    @Test
    void a_launch_property_changed_by_qom_set_may_be_the_whole_object(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", CvmKind.SEV_SNP.recipe());
        var daemon = RunningDaemon.start(testbed).watching("web-1");
        var own = guest.monitor().execute("qom-get", Map.of("path", "/objects/cvm", "property", "cbitpos"));
        guest.monitor()
                .execute(
                        "object-add",
                        Map.of(
                                "qom-type",
                                "sev-snp-guest",
                                "id",
                                "other",
                                "cbitpos",
                                own.asInt(),
                                "reduced-phys-bits",
                                1,
                                "policy",
                                0xb0000));
        guest.monitor()
                .execute(
                        "qom-set",
                        Map.of(
                                "path", "/machine",
                                "property", "confidential-guest-support",
                                "value", "/objects/other"));
        assertRefused(daemon, "launch-changed");
        assertThat(daemon.guest("web-1").json().path("hazards").toString())
                .contains("confidential-guest-support was /objects/cvm, is /objects/other")
                .contains("policy was 0x30000, is 0xb0000");
        assertThat(daemon.guest("web-1").json().path("launch").has("launchDigest"))
                .isFalse();
        guest.monitor().execute("system_reset");
        guest.serial().awaitBoots(2, RunningDaemon.PATIENCE);
        assertThat(guest.launches().getLast().policy()).hasValue(0xb0000);
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
