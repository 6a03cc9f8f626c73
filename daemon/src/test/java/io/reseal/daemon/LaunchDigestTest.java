package io.reseal.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.Launch;
import io.reseal.testbed.NeedsCvm;
import io.reseal.testbed.NeedsOvmf;
import io.reseal.testbed.RealQemu;
import io.reseal.testbed.Testbed;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Reseal predicts of {@code -bios} guests, beside what the platform's launch log says was measured. */
@RealQemu
@NeedsCvm
@DisplayName("The predicted launch digest")
class LaunchDigestTest {
    @ParameterizedTest
    @CsvSource({"SEV_SNP,1", "SEV_SNP,2", "SEV_SNP,4", "TDX,1", "TDX,2"})
    void is_that_of_each_launch(CvmKind kind, int vcpus, Testbed testbed) {
        var guest = Guests.start(testbed, "web-1", kind.recipe().smp(vcpus));
        var daemon = daemon(testbed);
        var predicted = predicted(daemon);
        for (int reset = 1; reset <= 3; reset++) {
            Guests.reboot(guest); // with interrupts disabled, as at power-on: RFLAGS is measured
            daemon.awaitResets("web-1", reset);
            assertThat(predicted(daemon)).isEqualTo(predicted);
        }
        assertThat(guest.launches()).hasSize(4).extracting(Launch::digest).containsOnly(Optional.of(predicted));
    }

    /** The guest halts with interrupts disabled, so that its state is that of power-on when the reset comes from outside. */
    @ParameterizedTest
    @CsvSource({"SEV_SNP", "TDX"})
    void is_that_of_a_reset_from_outside(CvmKind kind, Testbed testbed) {
        var guest = Guests.start(testbed, "web-1", kind.recipe());
        var daemon = daemon(testbed);
        var predicted = predicted(daemon);
        Guests.halt(guest);
        daemon.reset("web-1");
        assertThat(guest.launches()).hasSize(2).extracting(Launch::digest).containsOnly(Optional.of(predicted));
    }

    @ParameterizedTest
    @CsvSource({"SEV_SNP", "TDX"})
    @NeedsOvmf
    void is_that_of_OVMF(CvmKind kind, Testbed testbed) {
        var guest = Guests.start(testbed, "web-1", kind.recipe().ovmf());
        assertThat(guest.launches().getFirst().digest()).contains(predicted(daemon(testbed)));
    }

    private static RunningDaemon daemon(Testbed testbed) {
        return RunningDaemon.start(testbed, TestConfig.in(testbed.folder()).with("policy.prove", "same-launch"));
    }

    private static String predicted(RunningDaemon daemon) {
        return predicted(daemon, "web-1");
    }

    private static String predicted(RunningDaemon daemon, String guest) {
        return daemon.awaitState(guest, "watching")
                .json()
                .path("launch")
                .path("launchDigest")
                .asString();
    }
}
