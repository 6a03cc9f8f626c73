package io.reseal.daemon.qemu;

import static io.reseal.testbed.junit.Requirement.CVM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reseal.igvm.measure.QemuRefusals;
import io.reseal.igvm.read.IgvmReader;
import io.reseal.testbed.TestbedException;
import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.platform.LaunchTrace;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuBinary;
import io.reseal.testbed.qemu.QemuGuestBuilder;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** On a QEMU that was built with libigvm, if the environment gives one; Debian's is not. */
@Requires(CVM)
class IgvmLaunchTest {
    private static final Duration CLEARLY = Duration.ofMillis(200);

    @Test
    void a_real_guest_with_an_IGVM_bundle_is_launched_as_predicted_where_QEMU_can_do_it(Testbed testbed)
            throws IOException {
        var bundle = TinyBundle.write(testbed.folder().resolve("tiny.igvm"));
        assertThat(QemuRefusals.of(IgvmReader.parse(MemorySegment.ofArray(Files.readAllBytes(bundle)))))
                .isEmpty();
        var recipe = Qemu.guest().sevSnp().igvm(bundle);
        if (hasIgvm()) {
            assertLaunchedAsPredicted(testbed, recipe);
        } else {
            assertThatThrownBy(() -> TestGuests.start(testbed, "web-1", recipe))
                    .isInstanceOf(TestbedException.class)
                    .hasMessageContaining("igvm");
        }
    }

    @Test
    void
            a_real_guest_with_an_IGVM_bundle_becomes_debuggable_by_its_own_reboot_where_its_bundle_says_so_and_that_is_told(
                    Testbed testbed) throws IOException {
        var bundle = TinyBundle.write(testbed.folder().resolve("trap.igvm"), OptionalLong.of(0xb0000));
        var parsed = IgvmReader.parse(MemorySegment.ofArray(Files.readAllBytes(bundle)));
        assertThat(parsed.policy(parsed.platforms().getFirst()).orElseThrow().policy())
                .isEqualTo(0xb0000);
        var recipe = Qemu.guest().sevSnp().property("policy", "0x30000").igvm(bundle);
        if (hasIgvm()) {
            assertTrapIsTold(testbed, recipe);
        } else {
            assertThatThrownBy(() -> TestGuests.start(testbed, "web-1", recipe))
                    .isInstanceOf(TestbedException.class)
                    .hasMessageContaining("igvm");
        }
    }

    private static void assertTrapIsTold(Testbed testbed, QemuGuestBuilder recipe) {
        var guest = TestGuests.start(testbed, "web-1", recipe);
        var daemon = RunningDaemon.start(testbed);
        assertThat(daemon.awaitState("web-1", "watching").hazards()).contains("policy-trap");
        TestGuests.reboot(guest);
        assertThat(daemon.awaitResets("web-1", 1).getFirst().evidence())
                .contains("launch contradicts same-launch: the launch is another:"
                        + " the policy was 0x30000, is 0xb0000: the guest is debuggable");
        assertThat(daemon.metrics().value("reseal_launch_changed_total{what=\"policy\"}"))
                .isEqualTo(1);
    }

    private static boolean hasIgvm() {
        return QemuBinary.find() instanceof QemuBinary.Found found && QemuBinary.hasIgvm(found.path());
    }

    private static void assertLaunchedAsPredicted(Testbed testbed, QemuGuestBuilder recipe) {
        var written = Instant.now();
        await().until(() -> Instant.now().isAfter(written.plus(CLEARLY)));
        var guest = TestGuests.start(testbed, "web-1", recipe);
        var daemon = RunningDaemon.start(testbed, "policy.prove", "same-launch");
        var launch = daemon.awaitState("web-1", "watching").json().path("launch");
        var calm = launch.path("launchDigest").asString();
        var enabled = launch.path("launchDigestIfInterruptsEnabled").asString();
        TestGuests.awaitSleep(guest); // with interrupts enabled
        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven same-launch");
        guest.serial().work(RunningDaemon.PATIENCE);
        TestGuests.halt(guest);
        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven same-launch");
        assertThat(guest.launches())
                .extracting(LaunchTrace::digest)
                .containsExactly(Optional.of(calm), Optional.of(enabled), Optional.of(calm));
    }
}
