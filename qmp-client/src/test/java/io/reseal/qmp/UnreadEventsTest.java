package io.reseal.qmp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnreadEventsTest {
    private static final EventChoice CHOICE = EventChoice.of(Set.of("RESET", "STOP"), Set.of("BALLOON_CHANGE"));

    private final EmbeddedMonitor monitor = new EmbeddedMonitor(
            QmpSettings.defaults().withHeartbeat(Heartbeat.off()).withEvents(CHOICE));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"event\": \"BALLOON_CHANGE\", \"timestamp\": {\"seconds\": 1, \"microseconds\": 2}}",
                "{\"timestamp\": {\"seconds\": 1}, \"event\":\"BALLOON_CHANGE\", \"data\": {\"event\": \"RESET\"}}",
                "{\"data\": {\"a\": [{\"event\": \"RESET\"}]}, \"event\" : \"BALLOON_CHANGE\"}",
                "{\"data\": \"\\\"event\\\": \\\"RESET\\\"\", \"event\": \"BALLOON_CHANGE\"}",
                "{\"data\": \"\\\\\", \"event\": \"BALLOON_CHANGE\", \"x\": \"event\"}"
            })
    void the_name_of_an_event_is_found_at_the_top_level_in_any_order_of_members(String line) {
        monitor.says(line);

        assertThat(monitor.told.sofar()).containsExactly(new Recorder.Unread("BALLOON_CHANGE", 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"event\": \"RESET\"}",
                "{\"data\": {\"event\": \"BALLOON_CHANGE\"}, \"event\": \"RESET\"}",
                "{\"\\u0065vent\": \"RESET\"}",
                "{\"x\": \"event\", \"event\": \"RESET\"}"
            })
    void an_event_that_is_chosen_is_read(String line) {
        monitor.says(line);

        assertThat(monitor.told.sofar()).singleElement().isInstanceOf(QmpEvent.Reset.class);
    }

    @Test
    void an_event_of_an_unknown_name_is_counted_only_and_its_data_are_never_parsed() {
        monitor.says("{\"event\": \"E1\", \"data\": {\"not\": JSON}}");

        assertThat(monitor.told.sofar()).containsExactly(new Recorder.Unread(QmpEvent.UNKNOWN, 1));
        assertThat(monitor.statistics()).isEqualTo(new QmpStatistics(1, 0, 0, 0, 0, 0));
    }

    @Test
    void events_in_a_row_are_told_at_once_and_before_whatever_follows_them() {
        var balloon = "{\"event\": \"BALLOON_CHANGE\"}\n";
        monitor.says(balloon + balloon + balloon + "{\"event\": \"STOP\"}\n" + balloon + "{\"event\": \"OTHER\"}");

        var told = monitor.told.sofar();
        assertThat(told).hasSize(4);
        assertThat(told.get(0)).isEqualTo(new Recorder.Unread("BALLOON_CHANGE", 3));
        assertThat(told.get(1)).isInstanceOf(QmpEvent.Stop.class);
        assertThat(told.get(2)).isEqualTo(new Recorder.Unread("BALLOON_CHANGE", 1));
        assertThat(told.get(3)).isEqualTo(new Recorder.Unread(QmpEvent.UNKNOWN, 1));
    }

    @Test
    void without_a_choice_every_event_is_read() {
        var all = new EmbeddedMonitor(QmpSettings.defaults());
        all.says("{\"event\": \"E1\", \"data\": {\"a\": 1}}");

        assertThat(all.told.sofar()).singleElement().isInstanceOf(QmpEvent.Other.class);
    }
}
