package io.reseal.daemon.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.signal.Signal;
import io.reseal.qmp.QmpEvent;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.NullNode;

class EventSignalsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final NullNode NOTHING = NullNode.getInstance();

    @Test
    void events_keep_QEMUs_own_time_of_a_RESET() {
        assertThat(emittedAt(NOW.minusMillis(3))).isEqualTo(NOW.minusMillis(3));
        assertThat(emittedAt(NOW)).isEqualTo(NOW);
    }

    @Test
    void events_tell_the_core_what_it_judges_and_nothing_else() {
        var judged = List.of(
                reset(NOW),
                new QmpEvent.Shutdown(NOW, true, "guest-shutdown"),
                new QmpEvent.Stop(NOW),
                new QmpEvent.Resume(NOW),
                new QmpEvent.Suspend(NOW),
                new QmpEvent.SuspendDisk(NOW),
                new QmpEvent.Wakeup(NOW),
                new QmpEvent.Watchdog(NOW, "none"),
                new QmpEvent.Migration(NOW, "active"),
                new QmpEvent.GuestPanicked(NOW, "pause", NOTHING));
        var others = List.of(new QmpEvent.Powerdown(NOW), new QmpEvent.Other(NOW, "RTC_CHANGE", NOTHING));
        assertThat(judged)
                .allMatch(EventSignals::lifecycle)
                .allMatch(event -> EventSignals.signal(event, NOW).isPresent());
        assertThat(others)
                .noneMatch(EventSignals::lifecycle)
                .noneMatch(event -> EventSignals.signal(event, NOW).isPresent());
    }

    @Test
    void events_of_broken_memory_are_told_without_making_a_reading_stale() {
        var failure = new QmpEvent.MemoryFailure(NOW, "guest", "inject");

        assertThat(EventSignals.lifecycle(failure)).isFalse();
        assertThat(EventSignals.signal(failure, NOW))
                .contains(new Signal.MemoryFailureSeen(NOW, "recipient guest, action inject"));
    }

    @Test
    void events_tell_that_a_device_has_come_or_gone() {
        for (var name : List.of("DEVICE_DELETED", "DEVICE_UNPLUG_GUEST_ERROR", "ACPI_DEVICE_OST")) {
            assertThat(EventSignals.changesDevices(name)).isTrue();
        }
        assertThat(EventSignals.changesDevices("RTC_CHANGE")).isFalse();
        assertThat(EventSignals.changesDevices("RESET")).isFalse();
    }

    private static Instant emittedAt(Instant byQemu) {
        return ((Signal.ResetSeen) EventSignals.signal(reset(byQemu), NOW).orElseThrow()).emittedAt();
    }

    private static QmpEvent reset(Instant at) {
        return new QmpEvent.Reset(at, true, "guest-reset");
    }
}
