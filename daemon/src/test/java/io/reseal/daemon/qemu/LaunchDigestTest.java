package io.reseal.daemon.qemu;

import static io.reseal.testbed.junit.Requirement.CVM;
import static io.reseal.testbed.junit.Requirement.OVMF;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.platform.LaunchTrace;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Reseal predicts of {@code -bios} guests, beside what the platform's launch log says was measured. */
@Requires(CVM)
class LaunchDigestTest {
    @ParameterizedTest
    @CsvSource({"SEV_SNP,1", "SEV_SNP,2", "SEV_SNP,4", "TDX,1", "TDX,2"})
    void the_predicted_launch_digest_is_that_of_each_launch(CvmKind kind, int vcpus, Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", kind.recipe().smp(vcpus));
        var daemon = daemon(testbed);
        var predicted = predicted(daemon);
        for (int reset = 1; reset <= 3; reset++) {
            TestGuests.reboot(guest); // with interrupts disabled, as at power-on: RFLAGS is measured
            daemon.awaitResets("web-1", reset);
            assertThat(predicted(daemon)).isEqualTo(predicted);
        }
        assertThat(guest.launches()).hasSize(4).extracting(LaunchTrace::digest).containsOnly(Optional.of(predicted));
    }

    /** The guest halts with interrupts disabled, so that its state is that of power-on when the reset comes from outside. */
    @ParameterizedTest
    @CsvSource({"SEV_SNP", "TDX"})
    void the_predicted_launch_digest_is_that_of_a_reset_from_outside(CvmKind kind, Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", kind.recipe());
        var daemon = daemon(testbed);
        var predicted = predicted(daemon);
        TestGuests.halt(guest);
        daemon.reset("web-1");
        assertThat(guest.launches()).hasSize(2).extracting(LaunchTrace::digest).containsOnly(Optional.of(predicted));
    }

    @Test
    void the_predicted_launch_digest_of_a_guest_with_interrupts_enabled_is_another_one_that_is_told_beside_it(
            Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", CvmKind.SEV_SNP.recipe());
        var daemon = daemon(testbed);
        var calm = predicted(daemon);
        var enabled = predicted(daemon, "launchDigestIfInterruptsEnabled");
        TestGuests.awaitSleep(guest);

        var reset = daemon.reset("web-1");
        assertThat(reset.outcome()).isEqualTo("operator proven same-launch");
        assertThat(reset.evidence())
                .anySatisfy(line -> assertThat(line)
                        .contains(calm + " or " + enabled + " if its vCPU 0 has interrupts enabled when it is reset")
                        .contains("one of the two was launched"));
        TestGuests.reboot(guest);
        daemon.awaitResets("web-1", 2);

        assertThat(guest.launches())
                .extracting(LaunchTrace::digest)
                .containsExactly(Optional.of(calm), Optional.of(enabled), Optional.of(calm));
        assertThat(predicted(daemon)).isEqualTo(calm);
        assertThat(predicted(daemon, "launchDigestIfInterruptsEnabled")).isEqualTo(enabled);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 5})
    void the_predicted_launch_digest_of_a_guest_all_of_whose_vCPUs_have_interrupts_enabled_is_told_too(
            int vcpus, Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", CvmKind.SEV_SNP.recipe().smp(vcpus));
        var daemon = daemon(testbed);
        var first = predicted(daemon, "launchDigestIfInterruptsEnabled");
        var all = predicted(daemon, "launchDigestIfAllInterruptsEnabled");
        TestGuests.awaitSleep(guest);
        daemon.reset("web-1");
        TestGuests.startOthers(guest, vcpus - 1);
        daemon.reset("web-1");
        assertThat(guest.launches())
                .extracting(LaunchTrace::digest)
                .containsExactly(Optional.of(predicted(daemon)), Optional.of(first), Optional.of(all));
    }

    @ParameterizedTest
    @CsvSource({"SEV_SNP", "TDX"})
    @Requires(OVMF)
    void the_predicted_launch_digest_is_that_of_OVMF(CvmKind kind, Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", kind.recipe().ovmf());
        assertThat(guest.launches().getFirst().digest()).contains(predicted(daemon(testbed)));
    }

    private static RunningDaemon daemon(Testbed testbed) {
        return RunningDaemon.start(testbed, "policy.prove", "same-launch");
    }

    private static String predicted(RunningDaemon daemon) {
        return predicted(daemon, "launchDigest");
    }

    private static String predicted(RunningDaemon daemon, String word) {
        return daemon.awaitState("web-1", "watching")
                .json()
                .path("launch")
                .path(word)
                .asString();
    }
}
