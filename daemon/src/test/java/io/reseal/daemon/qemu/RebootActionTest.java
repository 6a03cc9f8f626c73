package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuestBuilder;
import io.reseal.testbed.qemu.Serial.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** QMP cannot be asked what a reboot is, and any client can change it. */
@Requires(QEMU)
class RebootActionTest {
    private static final String SHUTDOWN = "# ours\n\n[action]\n  reboot = \"shutdown\"\n";

    @Test
    void the_reboot_action_does_not_matter_where_the_policy_lets_Reseal_set_it_before_each_reset(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed, "policy.set-action", "true").watching("web-1");
        for (int boots = 2; boots <= 3; boots++) {
            guest.monitor().execute("set-action", Map.of("reboot", "shutdown"));

            var reset = daemon.reset("web-1");

            assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator proven running");
            guest.serial().awaitBoots(boots, PATIENCE);
        }
    }

    @Test
    void the_reboot_action_is_seen_to_be_a_shutdown_when_the_guest_reboots(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().shutdownPause());
        var daemon = RunningDaemon.start(testbed);
        assertThat(daemon.awaitState("web-1", "watching").hazards()).isEmpty();
        guest.monitor().execute("set-action", Map.of("reboot", "shutdown"));

        guest.serial().send(Order.REBOOT);

        daemon.awaitGuest("web-1", seen -> seen.hazards().contains("reboot-is-shutdown"));
        assertThat(guest.isAlive()).isTrue();
    }

    @Test
    void the_reboot_action_is_read_from_a_file_of_readconfig(Testbed testbed) throws IOException {
        start(testbed, Qemu.guest().extra("-readconfig", file(testbed, SHUTDOWN).toString()));

        Refusals.assertRefused(watching(testbed), "reboot-is-shutdown");
    }

    @Test
    void the_reboot_action_is_what_the_last_word_on_the_command_line_says(Testbed testbed) throws IOException {
        var file = file(testbed, SHUTDOWN).toString();
        start(testbed, Qemu.guest().extra("-readconfig", file, "-action", "reboot=reset"));
        var daemon = watching(testbed);
        assertThat(daemon.guest("web-1").hazards()).isEmpty();

        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven running");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void the_reboot_action_is_unknown_where_the_file_is_not_what_QEMU_has_read(boolean gone, Testbed testbed)
            throws IOException {
        var file = file(testbed, SHUTDOWN);
        start(testbed, Qemu.guest().extra("-readconfig", file.toString()));
        if (gone) {
            Files.delete(file);
        } else {
            Files.writeString(file, "[action]\n  reboot = \"reset\"\n");
        }

        Refusals.assertRefused(watching(testbed), "reboot-action-unknown");
    }

    @Test
    void the_reboot_action_is_unknown_where_a_link_to_the_file_was_exchanged_since(Testbed testbed) throws IOException {
        var folder = testbed.folder();
        Files.writeString(Files.createDirectory(folder.resolve("v1")).resolve("cvm.cfg"), SHUTDOWN);
        Files.writeString(Files.createDirectory(folder.resolve("v2")).resolve("cvm.cfg"), "[name]\n");
        var current = Files.createSymbolicLink(folder.resolve("current"), Path.of("v1"));
        start(
                testbed,
                Qemu.guest().extra("-readconfig", current.resolve("cvm.cfg").toString()));
        Files.delete(current);
        Files.createSymbolicLink(current, Path.of("v2"));

        Refusals.assertRefused(watching(testbed), "reboot-action-unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"manufacturer=Canonical Ltd.,product=LXD", "manufacturer=LinuxContainers,product=Incus"})
    void the_reboot_action_is_unknown_where_a_manager_sets_it_over_QMP(String product, Testbed testbed) {
        start(testbed, Qemu.guest().extra("-smbios", "type=2," + product));

        Refusals.assertRefused(watching(testbed), "reboot-action-unknown");
    }

    private static void start(Testbed testbed, QemuGuestBuilder recipe) {
        TestGuests.start(testbed, "web-1", recipe);
    }

    private static RunningDaemon watching(Testbed testbed) {
        var daemon = RunningDaemon.start(testbed).watching("web-1");
        return daemon;
    }

    /** Clearly older than a QEMU that is started now. */
    private static Path file(Testbed testbed, String text) throws IOException {
        var file = Files.writeString(testbed.folder().resolve("cvm.cfg"), text);
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));
    }
}
