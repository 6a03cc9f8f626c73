package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.KVM;
import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import java.util.Map;
import org.junit.jupiter.api.Test;

@Requires(QEMU)
class DaemonRestartTest {
    @Test
    @Requires(KVM)
    void a_daemon_that_was_killed_says_that_it_does_not_know_what_happened_and_counts_nothing_of_it(Testbed testbed) {
        var guest = TestGuests.rebuilt(testbed, "web-1");
        var config = TestConfig.in(testbed.folder());
        var killed = DaemonProcess.start(testbed, config);
        killed.awaitState("web-1", "watching");
        killed.kill9();
        TestGuests.reboot(guest);
        guest.serial().work(PATIENCE);

        var again = DaemonProcess.start(testbed, config);

        assertThat(again.logText()).contains("what happened to guests before now is not known");
        var seen = again.awaitState("web-1", "watching");
        assertThat(seen.incarnation()).isEqualTo(1);
        assertThat(seen.blindIntervals()).isEqualTo(1);
        assertThat(again.client().get("/v1/resets").json().path("resets")).isEmpty();
        assertThat(metrics(again).counts("reseal_resets_total")).isEmpty();
        again.kill9();

        var daemon = RunningDaemon.start(testbed, config).watching("web-1");
        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven rebuilt");
        daemon.assertCounted(Map.of("plain operator proven", 1));
    }

    @Test
    void a_daemon_that_was_killed_in_the_middle_of_a_reset_harms_no_guest_and_gives_no_id_twice(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var config = TestConfig.in(testbed.folder()).with("policy.settle", "20s");
        var killed = DaemonProcess.start(testbed, config);
        killed.awaitState("web-1", "watching");
        var open = killed.client().post("/v1/guests/web-1/resets", io.reseal.daemon.api.Json.object());
        assertThat(open.status()).as(open.body()).isEqualTo(202);
        guest.monitor().awaitEvent("RESET", PATIENCE);

        killed.kill9();

        var daemon = RunningDaemon.start(testbed, config.with("policy.settle", "300ms"))
                .watching("web-1");
        guest.serial().awaitBoots(2, PATIENCE);
        assertThat(daemon.resets("web-1")).isEmpty();
        var reset = daemon.reset("web-1");
        assertThat(reset.outcome()).isEqualTo("operator proven running");
        assertThat(reset.id()).isNotEqualTo(new SeenReset(open.json()).id());
        guest.serial().awaitBoots(3, PATIENCE);
        assertThat(guest.monitor().eventNames()).containsExactly("RESET", "RESET");
        daemon.assertCounted(Map.of("plain operator proven", 1));
    }

    private static Metrics metrics(DaemonProcess daemon) {
        return Metrics.of(daemon.client().get("/metrics").body());
    }
}
