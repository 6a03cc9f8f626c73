package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.KVM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.daemon.qemu.DaemonProcess.Sight;
import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A UUID survives a QEMU that is started again, so it is no sign that nothing has happened. */
@Requires(KVM)
class UnseenProcessTest {
    private static final Map<String, Object> FORCED = Map.of("force", List.of("process-unseen"), "within", "20s");

    @ParameterizedTest
    @EnumSource(names = {"PIDFDS", "NOTHING"})
    void a_guest_whose_QEMU_process_cannot_be_seen_is_not_reset_unless_forced(Sight sight, Testbed testbed) {
        var guest = rebuilt(testbed);
        var daemon = RunningDaemon.unseeing(testbed, sight);
        var seen = daemon.awaitState("web-1", "watching");
        assertThat(seen.json().path("processSeen").asBoolean(true)).isFalse();
        assertThat(seen.json().path("pid").isNull()).isTrue();
        assertThat(daemon.metrics().value("reseal_guests_process_unseen")).isEqualTo(1);

        Refusals.assertRefused(daemon, "process-unseen");

        var reset = daemon.awaitClosed(daemon.begin("web-1", FORCED).id());
        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator proven rebuilt");
        guest.serial().awaitBoots(2, PATIENCE);
    }

    @ParameterizedTest
    @EnumSource(names = {"PIDFDS", "NOTHING"})
    void
            a_guest_whose_QEMU_process_cannot_be_seen_is_never_proven_to_be_reset_where_QEMU_died_in_the_reset_and_was_started_again(
                    Sight sight, Testbed testbed) {
        var guest = rebuilt(testbed);
        var daemon = RunningDaemon.unseeing(testbed, sight).watching("web-1");
        guest.dieOnNextReset();

        var id = daemon.begin("web-1", FORCED).id();
        guest.awaitExit(PATIENCE);
        guest.restartOnSameSocket();

        var reset = daemon.awaitClosed(id);
        assertThat(reset.verdict()).as(reset.toString()).isEqualTo("died");
        daemon.awaitState("web-1", "watching");
        assertThat(daemon.resets("web-1")).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"PIDFDS", "NOTHING"})
    void a_guest_whose_QEMU_process_cannot_be_seen_was_not_reset_where_QEMU_was_killed_and_started_again(
            Sight sight, Testbed testbed) {
        var guest = rebuilt(testbed);
        var daemon = RunningDaemon.unseeing(testbed, sight);
        var first = daemon.awaitState("web-1", "watching").since();

        guest.kill9();
        guest.restartOnSameSocket();

        daemon.awaitGuest(
                "web-1",
                again -> again.state().equals("watching") && !again.since().equals(first));
        assertThat(daemon.resets("web-1")).isEmpty();
        if (sight == Sight.PIDFDS) {
            await("its end")
                    .atMost(PATIENCE)
                    .until(() -> daemon.events("guest-ended").size() == 1);
            assertThat(daemon.metrics().counts("reseal_guest_ends_total")).isEqualTo(Map.of("crash", 1));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PIDFDS", "NOTHING"})
    void a_guest_whose_QEMU_process_cannot_be_seen_has_died_when_its_reset_was_a_shutdown_and_nobody_listens_any_more(
            Sight sight, Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().noReboot());
        var daemon = RunningDaemon.unseeing(testbed, sight).watching("web-1");

        var reset = daemon.awaitClosed(daemon.begin("web-1", FORCED).id());

        assertThat(reset.verdict()).as(reset.toString()).isEqualTo("died");
        assertThat(guest.awaitExit(PATIENCE)).isZero();
        daemon.awaitState("web-1", "gone");
        assertThat(daemon.metrics().counts("reseal_guest_ends_total")).isEqualTo(Map.of("shutdown", 1));
    }

    private static QemuGuest rebuilt(Testbed testbed) {
        var recipe = Qemu.guest().rebuildOnReset().uuid(UUID.fromString("11111111-2222-3333-4444-555555555555"));
        return TestGuests.start(testbed, "web-1", recipe);
    }
}
