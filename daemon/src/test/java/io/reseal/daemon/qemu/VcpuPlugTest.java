package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.Refusals.assertRefused;
import static io.reseal.daemon.qemu.Refusals.force;
import static io.reseal.testbed.junit.Requirement.CVM;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.platform.LaunchTrace;
import io.reseal.testbed.qemu.QemuGuest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code device_add} of a vCPU has no event in QEMU 11.1, and the next launch has a VMSA more. */
@Requires(CVM)
class VcpuPlugTest {
    @Test
    void a_vCPU_that_is_plugged_in_changes_the_predicted_digest_and_a_forced_reset_launches_just_that(Testbed testbed) {
        var guest = start(testbed, CvmKind.SEV_SNP);
        var daemon = RunningDaemon.start(testbed);
        var one = predicted(daemon.awaitState("web-1", "watching"));
        assertThat(guest.launches().getFirst().digest()).contains(one);

        plug(guest);
        assertRefused(daemon, "launch-changed");
        var two = predicted(daemon.guest("web-1"));
        assertThat(two).isNotEqualTo(one);
        assertThat(daemon.guest("web-1")
                        .json()
                        .path("hazards")
                        .get(0)
                        .path("consequence")
                        .asString())
                .contains("vcpus was 1, is 2", two);

        TestGuests.halt(guest);
        var reset = force(daemon, "launch-changed");
        assertThat(reset.evidence())
                .anySatisfy(line -> assertThat(line)
                        .startsWith("launch contradicts same-launch: the launch is another: vcpus was 1, is 2"));
        assertThat(guest.launches())
                .extracting(LaunchTrace::digest)
                .containsExactly(Optional.of(one), Optional.of(two));

        daemon.awaitGuest("web-1", seen -> seen.hazards().isEmpty());
        guest.serial().work(RunningDaemon.PATIENCE);
        daemon.awaitGuest("web-1", seen -> seen.resettable());
        TestGuests.halt(guest);
        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven rebuilt");
        assertThat(guest.launches().getLast().digest()).contains(two);
        assertThat(predicted(daemon.guest("web-1"))).isEqualTo(two);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SEV")
    void a_vCPU_that_is_plugged_in_is_told_before_the_reset_of_each_kind_that_is_launched_again(
            CvmKind kind, Testbed testbed) {
        var guest = start(testbed, kind);
        var daemon = RunningDaemon.start(testbed, "qmp.sample", "1h").watching("web-1");
        plug(guest);
        var answer = daemon.request("web-1", Map.of());
        assertThat(answer.status()).as(answer.body()).isEqualTo(409);
        assertThat(answer.json().path("detail").asString()).contains("launch-changed");
        assertThat(guest.launches()).hasSize(1);
    }

    private static QemuGuest start(Testbed testbed, CvmKind kind) {
        return TestGuests.start(testbed, "web-1", kind.recipe().extra("-smp", "maxcpus=2"));
    }

    @Test
    void a_vCPU_that_is_plugged_in_is_told_too_if_it_was_plugged_in_before_anybody_looked(Testbed testbed) {
        var guest = start(testbed, CvmKind.SEV_SNP);
        plug(guest);
        var daemon = RunningDaemon.start(testbed);
        assertRefused(daemon, "launch-changed");
        var reset = force(daemon, "launch-changed");
        assertThat(reset.evidence())
                .contains("launch inconclusive same-launch: vCPUs were plugged in while QEMU ran,"
                        + " perhaps after the launch before");
        guest.serial().work(RunningDaemon.PATIENCE);
        daemon.awaitGuest("web-1", SeenGuest::resettable);
        assertThat(daemon.awaitClosed(daemon.begin("web-1", Map.of("prove", "same-launch"))
                                .id())
                        .outcome())
                .isEqualTo("operator proven same-launch");
    }

    /** At the one place that is free. */
    private static void plug(QemuGuest guest) {
        var place = guest.monitor()
                .execute("query-hotpluggable-cpus")
                .valueStream()
                .filter(each -> each.path("qom-path").isMissingNode())
                .findFirst()
                .orElseThrow();
        var device =
                new HashMap<String, Object>(Map.of("driver", place.path("type").asString(), "id", "more"));
        place.path("props")
                .properties()
                .forEach(each -> device.put(each.getKey(), each.getValue().asInt()));
        guest.monitor().execute("device_add", device);
    }

    private static String predicted(SeenGuest guest) {
        return guest.json().path("launch").path("launchDigest").asString();
    }
}
