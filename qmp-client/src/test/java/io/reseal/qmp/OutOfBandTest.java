package io.reseal.qmp;

import static io.reseal.qmp.EmbeddedMonitor.STATUS;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.qmp.QmpException.MonitorBusy;
import io.reseal.qmp.QmpException.TimedOut;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OutOfBandTest {
    private static final QmpCommand YANK = QmpCommand.of("query-yank");
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final EmbeddedMonitor monitor = new EmbeddedMonitor(
            QmpSettings.defaults()
                    .withHeartbeat(Heartbeat.off())
                    .withQueryDeadline(DEADLINE)
                    .withMaxWaiting(2)
                    .withGate(CommandGate.standard().allowing(GateRule.allow("query-yank", "a test"))),
            true);

    @Test
    void seven_commands_are_in_flight_in_band_and_the_next_waits_for_one_of_them() {
        var replies = executes(9);
        var sent = monitor.sent();
        assertThat(sent).hasSize(7);

        monitor.answers(sent.getFirst(), "1");

        assertThat(replies.getFirst().join().intValue()).isEqualTo(1);
        assertThat(monitor.sent()).hasSize(1);
    }

    @Test
    void a_command_out_of_band_passes_those_that_wait_and_those_that_are_not_answered() {
        var replies = executes(9);
        monitor.sent();

        var yank = monitor.executesOutOfBand(YANK);
        var sent = monitor.sentOne();
        monitor.answers(sent, "[]");

        assertThat(sent).startsWith("{\"exec-oob\":\"query-yank\"");
        assertThat(yank).isCompleted();
        assertThat(replies).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void replies_find_their_commands_in_whatever_order_they_come() {
        var replies = executes(3);
        var yank = monitor.executesOutOfBand(YANK);
        var sent = monitor.sent();

        for (int each : List.of(2, 3, 0, 1)) {
            monitor.answers(sent.get(each), Integer.toString(each));
        }

        assertThat(replies).extracting(reply -> reply.join().intValue()).containsExactly(0, 1, 2);
        assertThat(yank.join().intValue()).isEqualTo(3);
        assertThat(monitor.statistics().unknown()).isZero();
    }

    @Test
    void more_than_eight_in_flight_are_refused_and_not_sent() {
        executes(7);
        monitor.executesOutOfBand(YANK);
        monitor.sent();

        var ninth = monitor.executesOutOfBand(YANK);

        assertThat(ninth.exceptionNow())
                .isInstanceOf(MonitorBusy.class)
                .hasMessageContaining("8 commands are in flight");
        assertThat(monitor.sent()).isEmpty();
    }

    @Test
    void a_full_queue_behind_those_in_flight_says_busy() {
        executes(9);

        assertThat(monitor.executes(STATUS).exceptionNow())
                .isInstanceOf(MonitorBusy.class)
                .hasMessageContaining("2 commands already wait behind those in flight");
    }

    @Test
    void the_time_of_a_command_begins_when_QEMU_has_answered_those_before_it() {
        var replies = executes(2);
        var sent = monitor.sent();
        monitor.passes(DEADLINE.minusMillis(1));
        monitor.answers(sent.getFirst());
        monitor.passes(DEADLINE.minusMillis(1));
        assertThat(replies.get(1)).isNotDone();

        monitor.passes(Duration.ofMillis(1));

        assertThat(replies.get(1).exceptionNow()).isInstanceOf(TimedOut.class);
    }

    @Test
    void a_command_that_was_given_up_keeps_its_place_in_QEMUs_queue_until_its_reply_comes() {
        executes(8);
        var sent = monitor.sent();
        monitor.passes(DEADLINE);
        assertThat(monitor.sent()).isEmpty();

        monitor.answers(sent.getFirst());

        assertThat(monitor.statistics().lateReplies()).isEqualTo(1);
        assertThat(monitor.sent()).isEmpty(); // the one that waited is overdue too
        monitor.executes(STATUS);
        assertThat(monitor.sent()).hasSize(1);
    }

    @Test
    void an_unanswered_command_out_of_band_times_out_by_itself() {
        var replies = executes(1);
        monitor.answers(monitor.sentOne());
        var yank = monitor.executesOutOfBand(YANK);

        monitor.passes(DEADLINE);

        assertThat(replies.getFirst()).isCompleted();
        assertThat(yank.exceptionNow()).isInstanceOf(TimedOut.class);
    }

    @Test
    void an_error_without_an_id_answers_the_command_that_QEMU_had_to_answer_first() {
        var replies = executes(2);
        monitor.executesOutOfBand(YANK);

        monitor.says("{\"error\": {\"class\": \"GenericError\", \"desc\": \"JSON parse error\"}}");

        assertThat(replies.get(0)).isCompletedExceptionally();
        assertThat(replies.get(1)).isNotDone();
    }

    @Test
    void the_end_of_the_connection_fails_all() {
        var replies = executes(9);
        var yank = monitor.executesOutOfBand(YANK);

        monitor.hangsUp();

        assertThat(replies).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(yank).isCompletedExceptionally();
    }

    private List<CompletableFuture<JsonNode>> executes(int count) {
        var replies = new ArrayList<CompletableFuture<JsonNode>>();
        for (int i = 0; i < count; i++) {
            replies.add(monitor.executes(STATUS));
        }
        return replies;
    }
}
