package io.reseal.qmp;

import static io.reseal.qmp.MachineKind.PLAIN;
import static io.reseal.qmp.MachineKind.SEV;
import static io.reseal.qmp.MachineKind.SEV_ES;
import static io.reseal.qmp.MachineKind.SEV_SNP;
import static io.reseal.qmp.MachineKind.TDX;
import static io.reseal.qmp.MachineKind.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.qmp.QmpException.CommandRefused;
import io.reseal.testbed.peer.ScriptedPeer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

class CommandGateTest {
    private static final QemuVersion V11 = QemuVersion.of(11, 1, 3);
    private static final QmpCommand QUERY_SEV = QmpCommand.of("query-sev");
    private static final CommandGate PERMISSIVE = CommandGate.of(
            Stream.concat(killers().map(QmpCommand::name).distinct(), Stream.of("set-action", "query-sev"))
                    .map(name -> GateRule.allow(name, "test"))
                    .toArray(GateRule[]::new));

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qmp_capabilities",
                "query-version",
                "query-status",
                "query-name",
                "query-uuid",
                "query-accelerators",
                "query-kvm",
                "query-stats",
                "query-stats-schemas",
                "query-cpus-fast",
                "query-current-machine",
                "query-migrate",
                "query-qmp-schema",
                "qom-list",
                "qom-get"
            })
    void the_command_gate_lets_harmless_questions_pass_to_every_guest(String name) {
        assertThat(kindsAllowed(CommandGate.standard(), QmpCommand.of(name)))
                .isEqualTo(EnumSet.allOf(MachineKind.class));
    }

    @Test
    void the_command_gate_lets_query_sev_pass_only_where_it_is_known_not_to_abort_QEMU() {
        assertThat(kindsAllowed(CommandGate.standard(), QUERY_SEV)).containsExactly(SEV, SEV_ES, SEV_SNP);
    }

    @Test
    void the_command_gate_lets_the_launch_measurement_be_asked_of_SEV_and_SEV_ES_only() {
        assertThat(kindsAllowed(CommandGate.standard(), QmpCommand.of("query-sev-launch-measure")))
                .containsExactly(SEV, SEV_ES);
    }

    @Test
    void the_command_gate_lets_a_reset_pass_once_the_kind_is_known() {
        assertThat(kindsAllowed(CommandGate.standard(), QmpCommand.action("system_reset")))
                .containsExactly(PLAIN, SEV, SEV_ES, SEV_SNP, TDX);
    }

    @Test
    void the_command_gate_lets_a_stopped_guest_go_on_only_where_that_cannot_abort_QEMU() {
        assertThat(kindsAllowed(CommandGate.standard(), QmpCommand.action("cont")))
                .containsExactly(PLAIN, TDX);
    }

    @Test
    void the_command_gate_lets_a_reboot_be_made_a_reset_again_and_no_other_action_be_set() {
        var action = QmpCommand.action("set-action");
        var reset = action.with("reboot", "reset");
        assertThat(kindsAllowed(CommandGate.standard(), reset)).isEqualTo(EnumSet.complementOf(EnumSet.of(UNKNOWN)));
        for (var other : new QmpCommand[] {
            action, action.with("reboot", "shutdown"), action.with("panic", "none"), reset.with("shutdown", "pause")
        }) {
            assertThat(kindsAllowed(CommandGate.standard(), other)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quit",
                "stop",
                "system_powerdown",
                "object-add",
                "object-del",
                "qom-set",
                "qom-list-properties",
                "human-monitor-command",
                "set-action",
                "migrate",
                "chardev-add",
                "QUERY-STATUS"
            })
    void the_command_gate_lets_nothing_else_pass(String name) {
        assertThat(kindsAllowed(CommandGate.standard(), QmpCommand.of(name))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("killers")
    void the_command_gate_never_lets_a_known_killer_pass_whatever_the_rules_say(QmpCommand killer) {
        assertThat(PERMISSIVE.refusal(killer, UNKNOWN, V11)).isPresent();
        assertThat(PERMISSIVE.refusal(killer, TDX, V11)).isPresent();
    }

    @ParameterizedTest
    @MethodSource("killers")
    void the_command_gate_keeps_a_refused_command_off_the_wire(QmpCommand killer) throws IOException {
        try (var transport = QmpTransport.create(1);
                var peer = ScriptedPeer.playing(folder.resolve("qmp"), client -> {
                    client.greetAndNegotiate();
                    client.answer(client.hear(), "{}");
                    client.stay();
                })) {
            var settings = QmpSettings.defaults().withGate(PERMISSIVE.allowing(GateRule.allow("query-status", "test")));
            var connection = new QmpClient(transport, settings)
                    .connect(peer.socket(), new Recorder())
                    .join();
            var refused = connection.execute(killer);
            connection.execute(QmpCommand.of("query-status")).join();

            assertThat(refused.exceptionNow())
                    .isInstanceOf(CommandRefused.class)
                    .hasMessageContaining(killer.name());
            assertThat(peer.receivedText().lines())
                    .map(line -> line.replaceAll(",\"id\":\"[^\"]+\"", ""))
                    .containsExactly("{\"execute\":\"qmp_capabilities\"}", "{\"execute\":\"query-status\"}");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = MachineKind.class,
            names = {"PLAIN", "SEV", "SEV_ES", "SEV_SNP"})
    void the_command_gate_lets_a_rule_of_the_user_open_query_sev_for_other_kinds(MachineKind kind) {
        assertThat(PERMISSIVE.refusal(QUERY_SEV, kind, V11)).isEmpty();
    }

    @Test
    void the_command_gate_takes_further_rules_without_changing_the_standard_one() {
        var gate = CommandGate.standard().allowing(GateRule.allow("query-block", "reads only"));

        assertThat(gate.refusal(QmpCommand.of("query-block"), UNKNOWN, V11)).isEmpty();
        assertThat(gate.refusal(QmpCommand.of("query-status"), UNKNOWN, V11)).isEmpty();
        assertThat(CommandGate.standard().refusal(QmpCommand.of("query-block"), UNKNOWN, V11))
                .isPresent();
    }

    @Test
    void the_command_gate_holds_a_rule_to_its_versions_and_arguments() {
        var gate = CommandGate.of(GateRule.allow("set-action", "QMP manual 6.0")
                .forVersions(VersionRange.from(6, 0))
                .when(command -> command.text("reboot").filter("reset"::equals).isPresent()));
        var wanted = QmpCommand.action("set-action").with("reboot", "reset");

        assertThat(gate.refusal(wanted, PLAIN, V11)).isEmpty();
        assertThat(gate.refusal(wanted, PLAIN, QemuVersion.of(5, 2, 0))).isPresent();
        assertThat(gate.refusal(QmpCommand.action("set-action").with("reboot", "shutdown"), PLAIN, V11))
                .isPresent();
    }

    @Test
    void the_command_gate_tells_what_the_nearest_rule_asks_for() {
        assertThat(CommandGate.standard().refusal(QmpCommand.of("query-sev-launch-measure"), SEV_SNP, V11))
                .get()
                .asString()
                .contains("kind sev-snp on QEMU 11.1.3", "sev, sev-es on every QEMU", "reference manual");
    }

    @Test
    void the_command_gate_sees_the_arguments_exactly_as_they_are_sent() {
        var disguised = JsonNodeFactory.instance.objectNode().putPOJO("typename", URI.create("tdx-guest"));
        var command = new QmpCommand("qom-list-properties", disguised, CommandClass.QUERY);
        disguised.put("typename", "changed afterwards");
        command.arguments().put("typename", "changed afterwards");

        assertThat(PERMISSIVE.refusal(command, PLAIN, V11)).isPresent();
        assertThat(command.onWire("1")).contains("\"tdx-guest\"");
    }

    static Stream<QmpCommand> killers() {
        return Stream.of(
                QmpCommand.of("quit"),
                QUERY_SEV,
                QmpCommand.of("qom-list-properties").with("typename", "tdx-guest"),
                QmpCommand.action("object-add").with("qom-type", "tdx-guest").with("id", "x"),
                human("quit"),
                human(" Q "),
                human("info  sev"),
                human("object_add tdx-guest,id=x"));
    }

    private static QmpCommand human(String line) {
        return QmpCommand.action("human-monitor-command").with("command-line", line);
    }

    private static Set<MachineKind> kindsAllowed(CommandGate gate, QmpCommand command) {
        var allowed = EnumSet.noneOf(MachineKind.class);
        for (MachineKind kind : MachineKind.values()) {
            if (gate.refusal(command, kind, V11).isEmpty()) {
                allowed.add(kind);
            }
        }
        return allowed;
    }
}
