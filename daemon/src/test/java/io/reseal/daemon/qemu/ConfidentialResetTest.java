package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.CVM;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.QemuGuest;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Requires(CVM)
class ConfidentialResetTest {
    @ParameterizedTest
    @EnumSource
    void a_reset_of_a_confidential_guest_that_an_operator_asks_for_is_proven(CvmKind kind, Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", kind.recipe().smp(2));
        var daemon = daemon(testbed);
        assertThat(daemon.awaitState("web-1", "watching").json().path("kind").asString())
                .isEqualTo(kind.word());

        var reset = daemon.reset("web-1");

        assertProven("operator", reset, kind, guest);
        guest.serial().awaitBoots(2, PATIENCE);
        daemon.assertCounted(Map.of(kind.word() + " operator proven", 1));
    }

    @ParameterizedTest
    @EnumSource
    void a_reset_of_a_confidential_guest_that_comes_from_outside_is_proven(CvmKind kind, Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", kind.recipe());
        var daemon = daemon(testbed);
        daemon.awaitState("web-1", "watching");

        guest.monitor().execute("system_reset");

        assertProven("external", daemon.awaitResets("web-1", 1).getFirst(), kind, guest);
    }

    @ParameterizedTest
    @EnumSource
    void a_reset_of_a_confidential_guest_that_the_guest_begins_is_proven(CvmKind kind, Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", kind.recipe());
        var daemon = daemon(testbed);
        daemon.awaitState("web-1", "watching");

        TestGuests.reboot(guest);

        assertProven("guest", daemon.awaitResets("web-1", 1).getFirst(), kind, guest);
    }

    private static void assertProven(String origin, SeenReset reset, CvmKind kind, QemuGuest guest) {
        assertThat(reset.outcome()).as(reset.toString()).isEqualTo(origin + " proven same-launch");
        if (kind.rebuilt()) {
            assertThat(reset.evidence())
                    .anySatisfy(line -> assertThat(line).matches("counters supports rebuilt: .*restarted.*"));
        } else {
            assertThat(reset.evidence())
                    .contains("not-applicable inconclusive rebuilt: rebuilt is not applicable: "
                            + "a sev guest is reset in the ordinary way, without a new KVM context");
        }
        assertThat(guest.launches()).hasSize(kind.rebuilt() ? 2 : 1);
    }

    private static RunningDaemon daemon(Testbed testbed) {
        return RunningDaemon.start(testbed, "policy.prove", "same-launch");
    }
}
