package io.reseal.qmp;

import static io.reseal.qmp.EmbeddedMonitor.RESET;
import static io.reseal.qmp.EmbeddedMonitor.STATUS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseal.qmp.QmpException.ConnectionLost;
import io.reseal.qmp.QmpException.TimedOut;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
    private static final String EVENT = "{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"event\": \"STOP\"}";

    private final EmbeddedMonitor monitor = new EmbeddedMonitor(QmpSettings.defaults());

    @Test
    void the_heartbeat_asks_a_monitor_that_was_silent_for_the_interval() {
        monitor.passes(seconds(4));
        assertThat(monitor.sent()).isEmpty();
        monitor.passes(seconds(1));

        assertThat(monitor.sentOne()).contains("query-status");
    }

    @Test
    void the_heartbeat_does_not_ask_a_monitor_that_talks() {
        for (int i = 0; i < 10; i++) {
            monitor.passes(seconds(3));
            monitor.says(EVENT);
        }

        assertThat(monitor.sent()).isEmpty();
    }

    @Test
    void the_heartbeat_does_not_ask_while_a_command_is_in_flight() {
        monitor.executes(RESET);
        assertThat(monitor.sentOne()).contains("system_reset");
        monitor.passes(seconds(119));

        assertThat(monitor.sent()).isEmpty();
        assertThat(monitor.told.sofar()).isEmpty();
    }

    @Test
    void the_heartbeat_asks_again_and_again_while_it_is_answered() {
        for (int i = 0; i < 100; i++) {
            monitor.passes(seconds(5));
            monitor.answers(monitor.sentOne());
        }

        assertThat(monitor.told.sofar()).isEmpty();
        assertThat(monitor.isOpen()).isTrue();
    }

    @Test
    void the_heartbeat_tells_that_the_monitor_is_mute_and_keeps_the_connection() {
        monitor.passes(seconds(5));
        monitor.passes(seconds(5));

        assertThat(monitor.told.next(Recorder.Mute.class).silence()).isEqualTo(seconds(10));
        assertThat(monitor.isOpen()).isTrue();
    }

    @Test
    void the_heartbeat_asks_once_only_in_a_long_silence() {
        for (int i = 0; i < 60; i++) {
            monitor.passes(seconds(1));
        }

        assertThat(monitor.sent()).hasSize(1);
        assertThat(monitor.told.sofar()).hasSize(1);
        assertThat(monitor.isOpen()).isTrue();
    }

    @Test
    void the_heartbeat_survives_a_QEMU_that_was_stopped_for_a_while() {
        monitor.passes(seconds(5));
        var asked = monitor.sentOne();
        monitor.passes(seconds(12));
        monitor.told.next(Recorder.Mute.class);
        monitor.answers(asked);

        monitor.told.next(Recorder.Heard.class);
        assertThat(monitor.statistics().lateReplies()).isEqualTo(1);
        monitor.passes(seconds(5));
        monitor.answers(monitor.sentOne());
        assertThat(monitor.told.sofar()).isEmpty();
    }

    @Test
    void the_heartbeat_asks_an_interval_after_a_long_action_was_answered() {
        monitor.executes(RESET);
        monitor.passes(seconds(60));
        monitor.answers(monitor.sentOne());
        monitor.passes(seconds(5));

        assertThat(monitor.sentOne()).contains("query-status");
    }

    @Test
    void the_heartbeat_lets_commands_pass_in_a_mute_period() {
        monitor.passes(seconds(5));
        monitor.passes(seconds(5));
        monitor.sent();
        var reply = monitor.executes(STATUS);
        monitor.answers(monitor.sentOne());

        assertThat(reply).isCompleted();
    }

    @Test
    void the_heartbeat_gives_the_connection_up_when_mute_for_too_long() {
        monitor.passes(seconds(5));
        monitor.passes(seconds(5));
        monitor.passes(seconds(59));
        assertThat(monitor.isOpen()).isTrue();
        monitor.passes(seconds(1));

        monitor.told.next(Recorder.Mute.class);
        assertThat(monitor.told.next(ConnectionLost.class)).hasMessageContaining("mute for 70 s");
        assertThat(monitor.isOpen()).isFalse();
    }

    @Test
    void the_heartbeat_waits_for_a_reset_in_a_mute_period_as_long_as_a_reset_may_take() {
        monitor.passes(seconds(5));
        monitor.passes(seconds(5));
        var reply = monitor.executes(RESET);
        monitor.passes(seconds(119));
        assertThat(monitor.isOpen()).isTrue();
        monitor.passes(seconds(1));

        assertThat(reply.exceptionNow()).isInstanceOf(TimedOut.class);
        assertThat(monitor.isOpen()).isFalse();
    }

    @Test
    void the_heartbeat_takes_a_command_without_reply_for_the_question_it_would_have_asked() {
        monitor.executes(STATUS);
        monitor.sent();
        monitor.passes(seconds(10));
        monitor.told.next(Recorder.Mute.class);
        monitor.passes(seconds(30));

        assertThat(monitor.sent()).isEmpty();
    }

    @Test
    void a_monitor_is_not_mute_while_events_come_though_replies_do_not() {
        monitor.passes(seconds(5));
        monitor.passes(seconds(1));
        monitor.says(EVENT);
        monitor.passes(seconds(4));

        assertThat(monitor.told.sofar()).hasSize(1);
    }

    @Test
    void the_heartbeat_can_be_switched_off() {
        var quiet = new EmbeddedMonitor(QmpSettings.defaults().withHeartbeat(Heartbeat.off()));
        quiet.passes(Duration.ofDays(1));

        assertThat(quiet.sent()).isEmpty();
    }

    @Test
    void the_heartbeat_refuses_times_that_make_no_sense() {
        assertThatThrownBy(() -> new Heartbeat(seconds(-1), seconds(1), seconds(1)))
                .hasMessageContaining("must not be negative");
        assertThatThrownBy(() -> new Heartbeat(seconds(1), seconds(0), seconds(1)))
                .hasMessageContaining("longer than zero");
    }

    private static Duration seconds(int count) {
        return Duration.ofSeconds(count);
    }
}
