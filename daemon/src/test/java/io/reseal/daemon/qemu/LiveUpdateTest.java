package io.reseal.daemon.qemu;

import static io.reseal.testbed.junit.Requirement.KVM;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** QEMU executes another QEMU in its own process (migration mode cpr-exec, QEMU 11.1): pid and start time stay. */
@Requires(KVM)
class LiveUpdateTest {
    @Test
    void a_guest_whose_QEMU_is_updated_live_was_neither_reset_nor_ended_and_can_be_reset_afterwards(Testbed testbed)
            throws IOException {
        var guest = TestGuests.start(
                testbed,
                "web-1",
                Qemu.guest()
                        .rebuildOnReset()
                        .extra("-machine", "memory-backend=ram0,aux-ram-share=on")
                        .extra("-object", "memory-backend-memfd,id=ram0,size=64M,share=on")
                        .memoryMiB(64));
        var daemon = RunningDaemon.start(testbed);
        var before = daemon.awaitState("web-1", "watching");

        update(guest, testbed.folder().resolve("state"));

        var after = daemon.awaitGuest(
                "web-1",
                seen -> seen.state().equals("watching") && !seen.since().equals(before.since()));
        assertThat(after.json().path("pid").asLong()).isEqualTo(guest.pid());
        daemon.awaitGuest("web-1", seen -> seen.runState().equals("running"));
        assertThat(after.incarnation()).isEqualTo(1);
        assertThat(daemon.resets("web-1")).isEmpty();
        assertThat(daemon.events("guest-ended")).isEmpty();

        // its new KVM context has not counted enough yet to show another one
        var reset = daemon.awaitClosed(
                daemon.begin("web-1", Map.of("prove", "running")).id());
        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator proven running");
        assertThat(daemon.resets("web-1")).hasSize(1);
    }

    private static void update(QemuGuest guest, Path state) throws IOException {
        var command = new ArrayList<>(withoutOurSockets(guest.pid()));
        command.addAll(List.of("-incoming", "file:" + state));
        var monitor = guest.monitor();
        monitor.execute("migrate-set-parameters", Map.of("mode", "cpr-exec", "cpr-exec-command", command));
        monitor.send("migrate", Map.of("uri", "file:" + state));
        assertThat(guest.isAlive()).isTrue();
    }

    /** The testbed listens once only for its monitor and the serial port. */
    private static List<String> withoutOurSockets(long pid) throws IOException {
        var line = Files.readString(Path.of("/proc/" + pid + "/cmdline"));
        return line.lines()
                .flatMap(all -> List.of(all.split("\0")).stream())
                .map(argument -> argument.replaceFirst("^socket,id=(testbed|com1),.*", "null,id=$1"))
                .toList();
    }
}
