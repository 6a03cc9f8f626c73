package io.reseal.daemon;

import static io.reseal.daemon.RunningDaemon.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.qmp.CommandGate;
import io.reseal.qmp.MachineKind;
import io.reseal.qmp.QemuVersion;
import io.reseal.qmp.QmpCommand;
import io.reseal.testbed.NeedsKvm;
import io.reseal.testbed.QemuGuest;
import io.reseal.testbed.RealQemu;
import io.reseal.testbed.Testbed;
import io.reseal.testbed.TestbedException.CommandRejected;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@RealQemu
@DisplayName("The command gate")
class NoHarmTest {
    private static final Map<String, Map<String, ?>> ARGUMENTS = Map.of(
            "qom-get", Map.of("path", "/machine", "property", "type"),
            "qom-list", Map.of("path", "/machine"),
            "query-stats", Map.of("target", "vcpu"));

    @Test
    @NeedsKvm
    void lets_nothing_through_that_a_real_QEMU_does_not_survive(Testbed testbed) {
        var guest = Guests.rebuilt(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed);
        daemon.awaitState("web-1", "watching");
        var passed = passed(guest);
        assertThat(passed)
                .contains("query-status", "query-stats", "qom-get", "system_reset", "cont")
                .doesNotContain("quit", "stop", "human-monitor-command", "query-sev")
                .allMatch(name -> name.startsWith("query-")
                        || List.of("qom-get", "qom-list", "qmp_capabilities", "system_reset", "cont")
                                .contains(name));

        passed.forEach(command -> send(guest, command));

        assertThat(guest.isAlive()).isTrue();
        var external = daemon.awaitResets("web-1", 1).getFirst();
        assertThat(external.outcome()).as(external.toString()).isEqualTo("external proven rebuilt");
        guest.serial().work(PATIENCE);
        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven rebuilt");
        assertThat(guest.monitor().eventNames()).containsExactly("RESET", "RESET");
        daemon.assertCounted(Map.of("plain external proven", 1, "plain operator proven", 1));
    }

    /** Of all commands that this QEMU has, those that pass the gate to a plain guest. */
    private static List<String> passed(QemuGuest guest) {
        var parts = guest.monitor().version().split("\\.", -1);
        var version =
                new QemuVersion(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), "");
        return guest.monitor()
                .execute("query-commands")
                .valueStream()
                .map(command -> command.path("name").asString())
                .filter(name -> CommandGate.standard()
                        .refusal(QmpCommand.of(name), MachineKind.PLAIN, version)
                        .isEmpty())
                .toList();
    }

    /** Rejected is fine: it is QEMU's own answer, and QEMU lives. */
    private static void send(QemuGuest guest, String command) {
        try {
            guest.monitor().execute(command, ARGUMENTS.getOrDefault(command, Map.of()));
        } catch (CommandRejected rejected) {
            assertThat(rejected).hasMessageContaining(command);
        }
    }
}
