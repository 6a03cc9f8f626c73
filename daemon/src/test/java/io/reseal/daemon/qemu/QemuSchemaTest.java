package io.reseal.daemon.qemu;

import static io.reseal.testbed.junit.Requirement.OLD_QEMU;
import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.qmp.QemuCommand;
import io.reseal.daemon.qmp.QemuEvents;
import io.reseal.policy.RunState;
import io.reseal.qmp.CommandGate;
import io.reseal.qmp.QemuVersion;
import io.reseal.qmp.QmpClient;
import io.reseal.qmp.QmpCommand;
import io.reseal.qmp.QmpConnection;
import io.reseal.qmp.QmpEvent;
import io.reseal.qmp.QmpException;
import io.reseal.qmp.QmpListener;
import io.reseal.qmp.QmpSchema;
import io.reseal.qmp.QmpSettings;
import io.reseal.qmp.QmpTransport;
import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuestBuilder;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the project says to QEMU, and understands of it, against the schema of real QEMUs: a rename upstream is found here. */
@Requires(QEMU)
class QemuSchemaTest {
    private record Build(QemuVersion version, QmpSchema schema) {}

    @Test
    void the_newest_QEMU_knows_all_that_Reseal_says_and_says_nothing_that_Reseal_does_not_know() {
        assertThat(faults(build(Qemu.machineNone()))).isEmpty();
    }

    @Test
    @Requires(OLD_QEMU)
    void QEMU_10_knows_all_that_Reseal_says_to_one_of_its_age() {
        assertThat(faults(build(Qemu.machineNone().oldQemu()))).isEmpty();
    }

    /** The comparison itself: each kind of difference is found. */
    @Test
    void a_schema_without_something_that_is_used_is_found_out() {
        var version = build(Qemu.machineNone()).version();
        var nothing = QmpSchema.of(JsonMapper.shared().readTree("""
                [{"meta-type": "command", "name": "set-action", "arg-type": "a", "ret-type": "0"},
                 {"meta-type": "command", "name": "qom-get", "arg-type": "p", "ret-type": "0", "features": ["deprecated"]},
                 {"meta-type": "command", "name": "query-status", "arg-type": "0", "ret-type": "s"},
                 {"meta-type": "object", "name": "a", "members": [{"name": "reboot", "type": "r"}]},
                 {"meta-type": "object", "name": "s", "members": [{"name": "status", "type": "r"}]},
                 {"meta-type": "enum", "name": "r", "values": ["start-again"]},
                 {"meta-type": "object", "name": "p", "members": [{"name": "path", "type": "str"}]},
                 {"meta-type": "object", "name": "0", "members": []}]"""));

        assertThat(faults(new Build(version, nothing)))
                .contains(
                        "no command query-uuid",
                        "no argument property of qom-get",
                        "qom-get is deprecated",
                        "no word reset for reboot of set-action",
                        "no event RESET",
                        "run state start-again is not known to Reseal");
    }

    private static List<String> faults(Build build) {
        var faults = new ArrayList<String>();
        var schema = build.schema();
        Stream.concat(
                        Arrays.stream(QemuCommand.values())
                                .filter(each -> build.version().compareTo(each.since()) >= 0)
                                .filter(each -> each.successor().isEmpty() || !schema.isDeprecated(each.text()))
                                .map(QemuCommand::command),
                        QmpClient.ownCommands().stream())
                .forEach(command -> command(schema, command, faults));
        Stream.concat(CommandGate.standard().commands().stream(), CommandGate.knownKillers().stream())
                .filter(name -> !sinceLater(build, name) && !schema.hasCommand(name))
                .forEach(name -> faults.add("the gate judges " + name + ", which does not exist"));
        events(schema, faults);
        words(schema, faults);
        return faults;
    }

    private static boolean sinceLater(Build build, String name) {
        return Arrays.stream(QemuCommand.values())
                .anyMatch(each -> each.text().equals(name) && build.version().compareTo(each.since()) < 0);
    }

    private static void command(QmpSchema schema, QmpCommand command, List<String> faults) {
        var name = command.name();
        if (!schema.hasCommand(name)) {
            faults.add("no command " + name);
            return;
        }
        if (schema.isDeprecated(name) || schema.isUnstable(name)) {
            faults.add(name + (schema.isDeprecated(name) ? " is deprecated" : " is unstable"));
        }
        value(schema.argument(name), command.arguments(), " of " + name, faults);
    }

    private static void value(QmpSchema.Type type, JsonNode value, String of, List<String> faults) {
        if (value.isArray()) {
            value.forEach(element -> value(type, element, of, faults));
        }
        if (value.isString() && !type.words().isEmpty() && !type.hasWord(value.stringValue())) {
            faults.add("no word " + value.stringValue() + " for" + of.replaceFirst(" of", ""));
        }
        value.properties().forEach(member -> {
            var found = type.member(member.getKey());
            if (!found.exists()) {
                faults.add("no argument " + member.getKey() + of);
            } else if (found.isDeprecated()) {
                faults.add("argument " + member.getKey() + of + " is deprecated");
            }
            value(found, member.getValue(), " of " + member.getKey() + of, faults);
        });
    }

    /** Those with a meaning, with their data as the components of their records are called; and those that are counted. */
    private static void events(QmpSchema schema, List<String> faults) {
        var names = new ArrayList<>(QemuEvents.DEVICES);
        names.addAll(QemuEvents.COUNTED);
        for (var type : QmpEvent.class.getPermittedSubclasses()) {
            if (type != QmpEvent.Other.class) {
                var name = type.getSimpleName()
                        .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                        .toUpperCase(Locale.ROOT);
                names.add(name);
                Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getName)
                        .filter(member -> !member.equals("at"))
                        .filter(member -> !schema.eventData(name, member).exists())
                        .forEach(member -> faults.add("no member " + member + " of " + name));
            }
        }
        names.stream().filter(name -> !schema.hasEvent(name)).forEach(name -> faults.add("no event " + name));
    }

    /** Words of QEMU that decide something. */
    private static void words(QmpSchema schema, List<String> faults) {
        schema.result("query-status", "status").words().stream()
                .filter(word -> new RunState(word).use() == RunState.Use.UNKNOWN)
                .forEach(word -> faults.add("run state " + word + " is not known to Reseal"));
        has(
                schema.eventData("RESET", "reason"),
                "reason of RESET",
                Set.of("guest-reset", "host-qmp-system-reset"),
                faults);
        has(schema.eventData("SHUTDOWN", "reason"), "reason of SHUTDOWN", Set.of("host-qmp-quit"), faults);
        has(
                schema.result("query-sev", "state"),
                "state of query-sev",
                Set.of("uninit", "launch-update", "running"),
                faults);
        has(
                schema.result("query-migrate", "status"),
                "status of query-migrate",
                Set.of("none", "completed", "failed", "cancelled"),
                faults);
    }

    private static void has(QmpSchema.Type type, String what, Set<String> words, List<String> faults) {
        words.stream()
                .filter(word -> !type.hasWord(word))
                .forEach(word -> faults.add("no word " + word + " for " + what));
    }

    private static Build build(QemuGuestBuilder recipe) {
        try (var guest = recipe.start();
                var transport = QmpTransport.create(1)) {
            QmpConnection connection = new QmpClient(transport, QmpSettings.defaults())
                    .connect(guest.qmp(), new Deaf())
                    .join();
            return new Build(connection.version(), connection.schema().join());
        }
    }

    private static final class Deaf implements QmpListener {
        @Override
        public void onEvent(QmpEvent event) {}

        @Override
        public void onClosed(QmpException cause) {}
    }
}
