package io.reseal.qmp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

class EventReaderTest {
    private static final Instant AT = Instant.parse("2026-01-01T00:00:00.000123Z");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"event\": \"RESET\", \"data\": {\"guest\": true, \"reason\": \"guest-reset\"}}",
                "{\"event\": \"RESET\", \"data\": {\"reason\": \"r\", \"new\": {\"a\": [1]}}, \"timestamp\": {\"microseconds\": 2, \"seconds\": 1}}",
                "{\"data\": {\"guest\": true}, \"event\": \"RESET\", \"data\": {}, \"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"more\": []}"
            })
    void a_reset_is_the_same_event_read_quickly_or_as_a_tree(String line) {
        var bytes = line.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        var quick = ResetReader.read(JsonMapper.shared().createParser(bytes));
        assertThat(quick)
                .contains(EventReader.read((ObjectNode) JsonMapper.shared().readTree(line)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"event\": \"RESET\", \"data\": {\"guest\": 1}}",
                "{\"event\": \"RESET\", \"data\": []}",
                "{\"event\": \"RESET\", \"timestamp\": {\"seconds\": 99999999999999999999}}",
                "{\"event\": \"RESET\"]",
                "{\"event\": \"RESET\"} {}"
            })
    void what_is_unusual_about_a_reset_is_left_to_the_tree(String line) {
        assertThat(ResetReader.read(JsonMapper.shared().createParser(line))).isEmpty();
    }

    @Test
    void an_event_of_a_known_kind_becomes_a_value_of_its_own() {
        assertThat(read("RESET", "{\"guest\": true, \"reason\": \"guest-reset\"}"))
                .isEqualTo(new QmpEvent.Reset(AT, true, "guest-reset"));
        assertThat(read("SHUTDOWN", "{\"guest\": false, \"reason\": \"host-qmp-quit\"}"))
                .isEqualTo(new QmpEvent.Shutdown(AT, false, "host-qmp-quit"));
        assertThat(read("STOP", "{}")).isEqualTo(new QmpEvent.Stop(AT));
        assertThat(read("RESUME", "{}")).isEqualTo(new QmpEvent.Resume(AT));
        assertThat(read("POWERDOWN", "{}")).isEqualTo(new QmpEvent.Powerdown(AT));
        assertThat(read("WATCHDOG", "{\"action\": \"reset\"}")).isEqualTo(new QmpEvent.Watchdog(AT, "reset"));
        assertThat(read("MIGRATION", "{\"status\": \"active\"}")).isEqualTo(new QmpEvent.Migration(AT, "active"));
        assertThat(read("SUSPEND", "{}")).isEqualTo(new QmpEvent.Suspend(AT));
        assertThat(read("SUSPEND_DISK", "{}")).isEqualTo(new QmpEvent.SuspendDisk(AT));
        assertThat(read("WAKEUP", "{}")).isEqualTo(new QmpEvent.Wakeup(AT));
        assertThat(read("MEMORY_FAILURE", "{\"recipient\": \"guest\", \"action\": \"inject\"}"))
                .isEqualTo(new QmpEvent.MemoryFailure(AT, "guest", "inject"));
        assertThat(read("GUEST_PANICKED", "{\"action\": \"pause\"}"))
                .isEqualTo(new QmpEvent.GuestPanicked(AT, "pause", NullNode.getInstance()));
        assertThat(read("GUEST_PANICKED", "{\"action\": \"pause\", \"info\": {\"type\": \"tdx\"}}"))
                .isEqualTo(new QmpEvent.GuestPanicked(AT, "pause", json("{\"type\": \"tdx\"}")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"RESET", "SHUTDOWN", "STOP", "RESUME", "POWERDOWN", "GUEST_PANICKED", "WATCHDOG", "MIGRATION"})
    void an_event_knows_its_name(String name) {
        var data = "{\"guest\": true, \"reason\": \"r\", \"action\": \"a\", \"status\": \"s\"}";

        assertThat(read(name, data)).isNotInstanceOf(QmpEvent.Other.class);
        assertThat(read(name, data).name()).isEqualTo(name);
    }

    @Test
    void an_event_with_a_reason_of_a_later_QEMU_keeps_it() {
        assertThat(read("RESET", "{\"guest\": false, \"reason\": \"moon-phase\"}"))
                .isEqualTo(new QmpEvent.Reset(AT, false, "moon-phase"));
    }

    @Test
    void an_event_of_an_unknown_kind_keeps_name_and_data() {
        assertThat(read("RTC_CHANGE", "{\"offset\": 1}"))
                .isEqualTo(new QmpEvent.Other(AT, "RTC_CHANGE", json("{\"offset\": 1}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "7", "\"x\"", "[]", "{}", "{\"guest\": \"yes\", \"reason\": 7, \"action\": null}"})
    void an_event_of_a_known_kind_is_one_also_with_wrong_or_missing_data(String data) {
        assertThat(read("RESET", data)).isEqualTo(new QmpEvent.Reset(AT, false, "unknown"));
        assertThat(read("SHUTDOWN", data)).isEqualTo(new QmpEvent.Shutdown(AT, false, "unknown"));
        assertThat(read("GUEST_PANICKED", data))
                .isEqualTo(new QmpEvent.GuestPanicked(AT, "unknown", NullNode.getInstance()));
        assertThat(read("WATCHDOG", data)).isEqualTo(new QmpEvent.Watchdog(AT, "unknown"));
        assertThat(read("MIGRATION", data)).isEqualTo(new QmpEvent.Migration(AT, "unknown"));
        assertThat(read("MEMORY_FAILURE", data)).isEqualTo(new QmpEvent.MemoryFailure(AT, "unknown", "unknown"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RESET", "SHUTDOWN", "GUEST_PANICKED", "WATCHDOG", "MIGRATION", "MEMORY_FAILURE"})
    void an_event_of_a_known_kind_is_one_also_without_data(String name) {
        assertThat(EventReader.read(json("{\"event\": \"" + name + "\"}")))
                .isNotInstanceOf(QmpEvent.Other.class)
                .extracting(QmpEvent::name)
                .isEqualTo(name);
    }

    @Test
    void an_event_keeps_the_half_of_a_cause_that_was_sent() {
        assertThat(read("RESET", "{\"guest\": true}")).isEqualTo(new QmpEvent.Reset(AT, true, "unknown"));
        assertThat(read("SHUTDOWN", "{\"reason\": \"guest-reset\"}"))
                .isEqualTo(new QmpEvent.Shutdown(AT, false, "guest-reset"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "{}",
                "{\"seconds\": -1, \"microseconds\": -1}",
                "{\"seconds\": \"1\", \"microseconds\": 0}",
                "{\"seconds\": 1.5, \"microseconds\": 0}",
                "{\"seconds\": 1e300, \"microseconds\": 0}",
                "{\"seconds\": 99999999999999999999, \"microseconds\": 0}",
                "{\"seconds\": 9223372036854775807, \"microseconds\": 999999}",
                "{\"seconds\": 1, \"microseconds\": 1000000}"
            })
    void an_event_without_a_usable_time_bears_the_time_of_receipt(String timestamp) {
        var before = Instant.now();
        var event = EventReader.read(json("{\"event\": \"STOP\", \"timestamp\": " + timestamp + "}"));

        assertThat(event.at()).isBetween(before, Instant.now());
    }

    @Test
    void an_event_with_a_name_that_is_no_string_is_kept_all_the_same() {
        assertThat(EventReader.read(json("{\"event\": {\"a\": 1}}")))
                .isInstanceOfSatisfying(QmpEvent.Other.class, other -> {
                    assertThat(other.name()).isEqualTo("{\"a\":1}");
                    assertThat(other.data()).isEqualTo(NullNode.getInstance());
                });
    }

    private static QmpEvent read(String name, String data) {
        return EventReader.read(json("{\"data\": " + data + ", \"event\": \"" + name
                + "\", \"timestamp\": {\"seconds\": " + AT.getEpochSecond() + ", \"microseconds\": 123}}"));
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text);
    }
}
