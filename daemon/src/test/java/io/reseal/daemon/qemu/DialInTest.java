package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.KVM;
import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import io.reseal.testbed.qemu.QemuGuestBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Guests whose QEMU connects to Reseal. */
@Requires(QEMU)
class DialInTest {
    @Test
    @Requires(KVM)
    void a_guest_that_dials_in_is_watched_under_its_name_and_its_reset_is_proven(Testbed testbed) {
        var guest = start(testbed, "web-1", Qemu.guest().rebuildOnReset()); // before Reseal is there
        var daemon = RunningDaemon.start(testbed, config(testbed));

        daemon.awaitState("web-1", "watching");

        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven rebuilt");
        guest.serial().awaitBoots(2, PATIENCE);
        assertThat(daemon.guest("web-1").pid()).isEqualTo(guest.pid());
        assertThat(daemon.guest("web-1").hazards()).isEmpty();
    }

    @Test
    void a_guest_that_lost_its_connection_comes_back_as_the_same(Testbed testbed) {
        var daemon = RunningDaemon.start(testbed, config(testbed));
        var guest = start(testbed, "web-1", Qemu.guest());
        daemon.awaitState("web-1", "watching");
        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven running");

        disconnect(guest);

        await("lost, and back")
                .atMost(PATIENCE)
                .until(() -> daemon.guest("web-1").blindIntervals() == 2);
        daemon.awaitState("web-1", "watching");
        assertThat(daemon.guest("web-1").incarnation()).isEqualTo(2);
        assertThat(daemon.resets("web-1")).hasSize(1);
        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven running");
    }

    @Test
    void another_Reseal_is_dialled_by_itself_and_leaves_no_socket_behind(Testbed testbed) throws IOException {
        var guest = start(testbed, "web-1", Qemu.guest());
        var killed = DaemonProcess.start(testbed, config(testbed));
        killed.awaitState("web-1", "watching");
        killed.kill9();
        assertThat(Files.exists(socket(testbed))).isTrue();

        var daemon = RunningDaemon.start(testbed, config(testbed)).watching("web-1");
        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven running");
        daemon.close();

        assertThat(Files.exists(socket(testbed))).isFalse();
        assertThat(guest.isAlive()).isTrue();
    }

    @Test
    void a_guest_that_ends_is_forgotten_and_another_process_of_its_name_is_watched(Testbed testbed) {
        var daemon = RunningDaemon.start(testbed, config(testbed));
        var guest = start(testbed, "web-1", Qemu.guest());
        daemon.awaitState("web-1", "watching");

        guest.kill9();

        await("forgotten").atMost(PATIENCE).until(() -> daemon.guests().isEmpty());
        start(testbed, "web-1", Qemu.guest());
        daemon.awaitState("web-1", "watching");
    }

    @Test
    void two_QEMUs_of_one_name_are_never_taken_for_each_other(Testbed testbed) {
        var daemon = RunningDaemon.start(testbed, config(testbed));
        var first = start(testbed, "web-1", Qemu.guest());
        daemon.awaitState("web-1", "watching");
        var second = start(testbed, "web-1", Qemu.guest());
        start(testbed, "web-2", Qemu.guest()); // what came before it has been decided
        daemon.awaitState("web-2", "watching");

        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven running");

        first.serial().awaitBoots(2, PATIENCE);
        assertThat(second.serial().boots()).isEqualTo(1);
        assertThat(daemon.guests()).hasSize(2);
    }

    @Test
    void a_name_that_a_socket_could_have_is_not_given_to_one_that_dials_in(Testbed testbed) {
        var uuid = UUID.fromString("9d1c7a36-0b55-4d43-8f53-1f6c2f0b8a11");
        var found = TestGuests.plain(testbed, "web-1");
        var config = config(testbed)
                .with("discovery.sockets", "[\"" + testbed.folder().resolve("*.qmp") + "\"]");
        var daemon = RunningDaemon.start(testbed, config).watching("web-1");

        start(testbed, "web-1", Qemu.guest().uuid(uuid));

        await("both").atMost(PATIENCE).until(() -> daemon.guests().size() == 2);
        assertThat(daemon.guests().stream().map(each -> each.name()).toList())
                .contains("web-1")
                .anyMatch(name -> name.matches("web-1-[0-9a-f]{8}"));
        assertThat(found.isAlive()).isTrue();
    }

    private static QemuGuest start(Testbed testbed, String name, QemuGuestBuilder recipe) {
        var chardev = "socket,id=reseal,path=" + socket(testbed) + ",server=off,reconnect-ms=200";
        return recipe.name(name)
                .extra("-chardev", chardev, "-qmp", "chardev:reseal")
                .start();
    }

    /** As a network would: QEMU's own command for it. */
    private static void disconnect(QemuGuest guest) {
        guest.monitor().execute("yank", Map.of("instances", List.of(Map.of("type", "chardev", "id", "reseal"))));
    }

    private static TestConfig config(Testbed testbed) {
        return TestConfig.in(testbed.folder())
                .with("discovery.sockets", "[]")
                .with("discovery.listen", "[{socket: " + socket(testbed) + "}]");
    }

    private static Path socket(Testbed testbed) {
        return testbed.folder().resolve("dial-in.sock");
    }
}
