package io.reseal.daemon.qemu;

import static io.reseal.testbed.junit.Requirement.FUSE;
import static io.reseal.testbed.junit.Requirement.KVM;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.soak.Soak;
import io.reseal.testbed.soak.SoakPlan;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A short one of {@code ./check --soak}, without what depends on the speed of the machine. */
@Requires({KVM, FUSE})
class SoakTest {
    private static final int GUESTS = 12;
    private static final Duration LENGTH = Duration.ofSeconds(45);

    @Test
    void all_attacks_at_once_change_nothing_for_good_guests_and_cost_the_daemon_no_growth(Testbed testbed)
            throws IOException, InterruptedException {
        var launcher = Launcher.in(testbed.folder(), Launcher.AS_INSTALLED);
        var soak = new Soak(new SoakPlan(launcher, LENGTH, GUESTS, SoakPlan.Limits.withoutSpeed()));

        var result = soak.run();

        assertThat(result.faults()).as(result.text()).isEmpty();
    }
}
