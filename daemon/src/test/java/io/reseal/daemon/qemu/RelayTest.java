package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.KVM;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import io.reseal.testbed.qemu.QemuGuestBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The kernel reports the process that made the socket: a relay such as socat, and not QEMU. */
@Requires(KVM)
class RelayTest {
    private static final Map<String, Object> FORCED = Map.of("force", List.of("process-unseen"), "within", "20s");

    @Test
    void a_guest_behind_a_relay_has_a_process_that_is_not_seen_and_is_not_reset_unless_forced(Testbed testbed) {
        var guest = behindRelay(testbed, Qemu.guest().noReboot());
        var daemon = RunningDaemon.start(testbed);
        var seen = daemon.awaitState("web-1", "watching");
        assertThat(seen.json().path("processSeen").asBoolean(true)).isFalse();
        assertThat(seen.json().path("pid").isNull()).isTrue();

        Refusals.assertRefused(daemon, "process-unseen");

        assertThat(guest.isAlive()).isTrue();
    }

    @Test
    void a_guest_behind_a_relay_is_proven_to_be_rebuilt_by_a_reset_that_was_forced(Testbed testbed) {
        behindRelay(testbed, Qemu.guest().rebuildOnReset());
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        var reset = daemon.awaitClosed(daemon.begin("web-1", FORCED).id());

        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator proven rebuilt");
    }

    @Test
    void a_guest_behind_a_relay_is_never_proven_to_be_reset_where_QEMU_died_in_the_reset_and_was_started_again(
            Testbed testbed) {
        var guest = behindRelay(testbed, Qemu.guest().rebuildOnReset());
        var daemon = RunningDaemon.start(testbed).watching("web-1");
        guest.dieOnNextReset();

        var id = daemon.begin("web-1", FORCED).id();
        guest.awaitExit(PATIENCE);
        guest.restartOnSameSocket();

        var reset = daemon.awaitClosed(id);
        assertThat(reset.verdict()).as(reset.toString()).isIn("died", "unproven");
        daemon.awaitState("web-1", "watching");
        assertThat(daemon.resets("web-1")).hasSize(1);
    }

    @Test
    void a_guest_behind_a_relay_was_not_reset_where_QEMU_was_killed_and_started_again(Testbed testbed) {
        var guest = behindRelay(testbed, Qemu.guest().rebuildOnReset());
        var daemon = RunningDaemon.start(testbed);
        var first = daemon.awaitState("web-1", "watching").since();

        guest.kill9();
        guest.restartOnSameSocket();

        daemon.awaitGuest(
                "web-1",
                again -> again.state().equals("watching") && !again.since().equals(first));
        assertThat(daemon.resets("web-1")).isEmpty();
    }

    private static QemuGuest behindRelay(Testbed testbed, QemuGuestBuilder recipe) {
        var guest = recipe.name("web-1")
                .socket(testbed.folder().resolve("real.sock"))
                .start();
        testbed.own(Relay.start(testbed.folder().resolve("web-1.qmp"), guest.qmp()));
        return guest;
    }
}
