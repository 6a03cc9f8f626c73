package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.CVM;
import static io.reseal.testbed.junit.Requirement.KVM;
import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.api.Json;
import io.reseal.qmp.CommandGate;
import io.reseal.qmp.MachineKind;
import io.reseal.qmp.QemuVersion;
import io.reseal.qmp.QmpClient;
import io.reseal.qmp.QmpCommand;
import io.reseal.qmp.QmpEvent;
import io.reseal.qmp.QmpException;
import io.reseal.qmp.QmpException.CommandRefused;
import io.reseal.qmp.QmpListener;
import io.reseal.qmp.QmpSettings;
import io.reseal.qmp.QmpTransport;
import io.reseal.testbed.TestbedException.CommandRejected;
import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.QemuGuest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

@Requires(QEMU)
class NoHarmTest {
    private static final Map<String, Map<String, ?>> ARGUMENTS = Map.of(
            "qom-get", Map.of("path", "/machine", "property", "type"),
            "qom-list", Map.of("path", "/machine"),
            "query-stats", Map.of("target", "vcpu"),
            "set-action", Map.of("reboot", "reset"));

    /** What is refused whatever it looks like, with the arguments that make it harmful. */
    private static final List<QmpCommand> HARMFUL = List.of(
            QmpCommand.action("quit"),
            QmpCommand.action("stop"),
            QmpCommand.of("qom-list-properties").with("typename", "tdx-guest"),
            QmpCommand.action("object-add").with("qom-type", "tdx-guest").with("id", "t"),
            QmpCommand.action("set-action").with("reboot", "shutdown"),
            QmpCommand.of("human-monitor-command").with("command-line", "info sev"),
            QmpCommand.action("human-monitor-command").with("command-line", "quit"));

    @Test
    @Requires(KVM)
    void the_command_gate_lets_nothing_through_that_a_plain_guest_does_not_survive(Testbed testbed) {
        var guest = TestGuests.rebuilt(testbed, "web-1");
        var passed = passed(guest, MachineKind.PLAIN);
        assertThat(passed)
                .contains("query-status", "query-stats", "qom-get", "system_reset", "cont", "set-action")
                .doesNotContain("query-sev", "query-sev-launch-measure");

        survives(guest, MachineKind.PLAIN, testbed);

        assertThat(guest.monitor().eventNames()).containsExactly("RESET", "RESET");
    }

    @ParameterizedTest
    @EnumSource
    @Requires(CVM)
    void the_command_gate_lets_nothing_through_that_a_confidential_guest_does_not_survive(
            CvmKind kind, Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", kind.recipe());
        var machine = MachineKind.valueOf(kind.name());
        var passed = passed(guest, machine);
        assertThat(passed.contains("query-sev")).isEqualTo(kind != CvmKind.TDX);
        assertThat(passed.contains("cont")).isEqualTo(kind == CvmKind.TDX);

        survives(guest, machine, testbed);
    }

    /** Whatever the gate stops is tried first, then all that it lets pass is sent; then the guest is reset and proven. */
    private static void survives(QemuGuest guest, MachineKind kind, Testbed testbed) {
        stops(guest, kind);
        var daemon = RunningDaemon.start(testbed).watching("web-1");
        var passed = passed(guest, kind);
        assertThat(passed)
                .allMatch(name -> name.startsWith("query-")
                        || List.of(
                                        "qom-get",
                                        "qom-list",
                                        "qom-list-get",
                                        "qmp_capabilities",
                                        "system_reset",
                                        "cont",
                                        "set-action")
                                .contains(name));

        passed.forEach(command -> send(guest, command));

        assertThat(guest.isAlive()).isTrue();
        var level = kind == MachineKind.SEV ? "running" : "rebuilt";
        var external = daemon.awaitResets("web-1", 1).getFirst();
        assertThat(external.outcome()).as(external.toString()).isEqualTo("external proven " + level);
        guest.serial().work(PATIENCE);
        var reset = daemon.reset("web-1");
        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator proven " + level);
    }

    /** Of all commands that this QEMU has, those that pass the gate to a guest of that kind. */
    private static List<String> passed(QemuGuest guest, MachineKind kind) {
        return commands(guest)
                .filter(command -> passes(guest, kind, command))
                .map(QmpCommand::name)
                .toList();
    }

    private static boolean passes(QemuGuest guest, MachineKind kind, QmpCommand command) {
        return CommandGate.standard().refusal(command, kind, version(guest)).isEmpty();
    }

    private static Stream<QmpCommand> commands(QemuGuest guest) {
        return guest.monitor()
                .execute("query-commands")
                .valueStream()
                .map(command -> command.path("name").asString())
                .map(NoHarmTest::command);
    }

    private static QmpCommand command(String name) {
        var command = QmpCommand.of(name);
        for (var argument : ARGUMENTS.getOrDefault(name, Map.of()).entrySet()) {
            command = command.with(argument.getKey(), Json.MAPPER.<JsonNode>valueToTree(argument.getValue()));
        }
        return command;
    }

    private static QemuVersion version(QemuGuest guest) {
        var parts = guest.monitor().version().split("\\.", -1);
        return QemuVersion.of(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    /** Nothing that the gate refuses reaches QEMU, nor do the next commands suffer. */
    private static void stops(QemuGuest guest, MachineKind kind) {
        try (var transport = QmpTransport.create(1)) {
            var connection = new QmpClient(transport, QmpSettings.defaults())
                    .connect(guest.qmp(), new Deaf())
                    .join();
            connection.narrow(kind);
            var stopped = Stream.concat(commands(guest).filter(each -> !passes(guest, kind, each)), HARMFUL.stream())
                    .toList();
            assertThat(stopped).hasSizeGreaterThan(100);
            for (var command : stopped) {
                assertThat(connection.execute(command))
                        .as(command.name())
                        .failsWithin(PATIENCE)
                        .withThrowableOfType(ExecutionException.class)
                        .withCauseInstanceOf(CommandRefused.class);
            }
            connection.execute(QmpCommand.of("query-status")).join();
            connection.close();
        }
        assertThat(guest.isAlive()).isTrue();
    }

    /** Rejected is fine: it is QEMU's own answer, and QEMU lives. */
    private static void send(QemuGuest guest, String command) {
        try {
            guest.monitor().execute(command, ARGUMENTS.getOrDefault(command, Map.of()));
        } catch (CommandRejected rejected) {
            assertThat(rejected).hasMessageContaining(command);
        }
    }

    private static final class Deaf implements QmpListener {
        @Override
        public void onEvent(QmpEvent event) {}

        @Override
        public void onClosed(QmpException cause) {}
    }
}
