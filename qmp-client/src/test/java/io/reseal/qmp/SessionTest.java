package io.reseal.qmp;

import static io.reseal.qmp.EmbeddedMonitor.RESET;
import static io.reseal.qmp.EmbeddedMonitor.STATUS;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.qmp.QmpException.CommandRefused;
import io.reseal.qmp.QmpException.CommandRejected;
import io.reseal.qmp.QmpException.ConnectionLost;
import io.reseal.qmp.QmpException.MonitorBusy;
import io.reseal.qmp.QmpException.ProtocolBroken;
import io.reseal.qmp.QmpException.TimedOut;
import io.reseal.testbed.peer.PeerConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SessionTest {
    private static final String EVENT = "{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"event\": \"STOP\"}";
    private static final QmpCommand NAME = QmpCommand.of("query-name");
    private static final String GARBAGE = "}{ not JSON";
    private static final String RESYNC = "\u00ff";

    private final EmbeddedMonitor monitor = new EmbeddedMonitor(
            QmpSettings.defaults().withHeartbeat(Heartbeat.off()).withMaxWaiting(2));

    @Test
    void a_session_pairs_a_reply_with_its_command_by_id() {
        var reply = monitor.executes(STATUS);
        monitor.answers(monitor.sentOne(), "{\"status\": \"running\"}");

        assertThat(reply.join().path("status").stringValue()).isEqualTo("running");
    }

    @Test
    void a_session_keeps_one_command_in_flight_and_sends_the_others_in_order() {
        monitor.executes(QmpCommand.of("query-name"));
        monitor.executes(QmpCommand.of("query-uuid"));
        monitor.executes(QmpCommand.of("query-kvm"));

        for (String name : List.of("query-name", "query-uuid", "query-kvm")) {
            var sent = monitor.sentOne();
            assertThat(sent).contains(name);
            monitor.answers(sent);
        }
    }

    @Test
    void a_session_says_busy_when_the_queue_is_full_and_sends_nothing() {
        monitor.executes(STATUS);
        monitor.executes(STATUS);
        monitor.executes(STATUS);

        assertFails(monitor.executes(STATUS), MonitorBusy.class, "2 commands already wait");
        assertThat(monitor.sent()).hasSize(1);
    }

    @Test
    void a_session_sends_two_questions_in_one_write_and_nothing_else_before_both_are_answered() {
        var both = monitor.executesTogether(STATUS, NAME);
        monitor.executes(QmpCommand.of("query-kvm"));
        var lines = monitor.sentOne().lines().toList();
        assertThat(lines).hasSize(2);

        monitor.answers(lines.get(0), "{\"status\": \"running\"}");
        assertThat(both.get(0)).isCompleted();
        assertThat(both.get(1)).isNotDone();
        assertThat(monitor.sent()).isEmpty();
        monitor.answers(lines.get(1), "{\"name\": \"web\"}");
        assertThat(both.get(1).join().path("name").stringValue()).isEqualTo("web");
        assertThat(monitor.sentOne()).contains("query-kvm");
    }

    @Test
    void a_session_lets_each_of_two_questions_fail_by_itself() {
        var both = monitor.executesTogether(STATUS, NAME);
        var lines = monitor.sentOne().lines().toList();
        monitor.says("{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"no\"}, \"id\": \""
                + PeerConnection.id(lines.get(0)) + "\"}");
        monitor.answers(lines.get(1));

        assertFails(both.get(0), CommandRejected.class, "query-status");
        assertThat(both.get(1)).isCompleted();
    }

    @Test
    void a_session_gives_each_of_two_questions_its_own_time() {
        var deadline = QmpSettings.defaults().deadlineOf(CommandClass.QUERY);
        var both = monitor.executesTogether(STATUS, NAME);
        var lines = monitor.sentOne().lines().toList();
        monitor.passes(deadline.minusMillis(1));
        monitor.answers(lines.get(0));
        monitor.passes(deadline.minusMillis(1));
        assertThat(both.get(1)).isNotDone();
        monitor.passes(Duration.ofMillis(1));

        assertFails(both.get(1), TimedOut.class, "query-name");
        monitor.answers(lines.get(1));
        assertThat(monitor.statistics().lateReplies()).isOne();
    }

    @Test
    void a_session_goes_on_to_the_second_of_two_questions_when_the_first_is_never_answered() {
        var deadline = QmpSettings.defaults().deadlineOf(CommandClass.QUERY);
        var both = monitor.executesTogether(STATUS, NAME);
        var lines = monitor.sentOne().lines().toList();
        monitor.passes(deadline);
        assertFails(both.get(0), TimedOut.class, "query-status");
        monitor.answers(lines.get(0));
        monitor.answers(lines.get(1));

        assertThat(both.get(1)).isCompleted();
    }

    @Test
    void a_session_fails_both_of_two_questions_when_the_connection_ends_or_the_queue_is_full() {
        var sent = monitor.executesTogether(STATUS, NAME);
        var waiting = monitor.executesTogether(STATUS, NAME);
        monitor.executes(STATUS);
        var third = monitor.executesTogether(STATUS, NAME);
        assertFails(third.get(0), MonitorBusy.class, "already wait");
        assertFails(third.get(1), MonitorBusy.class, "already wait");
        monitor.hangsUp();

        for (var both : List.of(sent, waiting)) {
            assertFails(both.get(0), ConnectionLost.class, "closed it");
            assertFails(both.get(1), ConnectionLost.class, "closed it");
        }
    }

    @Test
    void a_session_sends_neither_of_two_questions_when_one_is_refused() {
        var both = monitor.executesTogether(STATUS, QmpCommand.of("query-of-tomorrow"));
        assertFails(both.get(0), CommandRefused.class, "query-of-tomorrow");
        assertFails(both.get(1), CommandRefused.class, "query-of-tomorrow");
        assertThat(monitor.sent()).isEmpty();
    }

    @Test
    void an_act_waits_for_the_questions_of_one_write_and_goes_before_the_others() {
        monitor.executesTogether(STATUS, NAME);
        var sent = monitor.sentOne().lines().toList();
        monitor.executesTogether(STATUS, NAME);
        monitor.executes(RESET);
        monitor.answers(sent.get(0));
        assertThat(monitor.sent()).isEmpty();
        monitor.answers(sent.get(1));

        assertThat(monitor.sentOne()).contains("system_reset");
    }

    @Test
    void an_act_that_is_cancelled_while_it_waits_takes_the_questions_behind_it_along() {
        monitor.executes(STATUS);
        var together = monitor.executesTogether(RESET, STATUS);
        together.getFirst().cancel(false);
        monitor.answers(monitor.sentOne());

        assertThat(monitor.sent()).isEmpty();
        assertThat(together.getLast()).isCancelled();
    }

    @Test
    void acts_and_questions_take_turns_where_both_wait() {
        var order = new ArrayList<String>();
        monitor.executes(RESET);
        monitor.executes(RESET);
        monitor.executes(STATUS);
        for (var now = monitor.sent(); !now.isEmpty(); now = monitor.sent()) {
            order.add(now.getFirst().contains("query-status") ? "question" : "act");
            monitor.answers(now.getFirst());
        }

        assertThat(order).containsExactly("act", "question", "act");
    }

    @Test
    void questions_that_are_more_than_one_write_may_have_leave_the_way_free_for_an_act_between() {
        var questions = Collections.nCopies(33, STATUS).toArray(QmpCommand[]::new);
        var replies = monitor.executesTogether(questions);
        monitor.executes(RESET);
        var first = monitor.sentOne().lines().toList();
        assertThat(first).hasSize(32);
        first.forEach(monitor::answers);
        monitor.answers(monitor.sentOne());
        monitor.answers(monitor.sentOne());

        assertThat(replies).allMatch(CompletableFuture::isDone);
    }

    @Test
    void the_events_between_the_answers_to_questions_of_one_write_are_told_in_their_place() {
        var both = monitor.executesTogether(STATUS, NAME);
        var lines = monitor.sentOne().lines().toList();
        monitor.answers(lines.get(0));
        monitor.says("{\"event\": \"STOP\", \"timestamp\": {\"seconds\": 1, \"microseconds\": 0}}");

        assertThat(both.get(0)).isCompleted();
        assertThat(both.get(1)).isNotDone();
        assertThat(monitor.told.sofar()).hasSize(1);
        monitor.answers(lines.get(1));
        assertThat(both.get(1)).isCompleted();
    }

    @Test
    void a_session_does_not_let_a_command_sent_from_a_completion_overtake_a_waiting_one() {
        var order = new ArrayList<String>();
        var first = monitor.executes(QmpCommand.of("query-name"));
        monitor.executes(QmpCommand.of("query-uuid")).thenRun(() -> order.add("waiting"));
        first.thenRun(() -> monitor.executes(QmpCommand.of("query-kvm")).thenRun(() -> order.add("late")));

        monitor.answers(monitor.sentOne());
        monitor.answers(monitor.sentOne());
        monitor.answers(monitor.sentOne());

        assertThat(order).containsExactly("waiting", "late");
    }

    @Test
    void a_session_never_sends_a_waiting_command_that_was_cancelled() {
        monitor.executes(STATUS);
        monitor.executes(QmpCommand.of("query-name")).cancel(false);
        monitor.answers(monitor.sentOne());

        assertThat(monitor.sent()).isEmpty();
    }

    @Test
    void a_session_passes_on_the_class_and_text_of_an_error() {
        var reply = monitor.executes(STATUS);
        var id = PeerConnection.id(monitor.sentOne());
        monitor.says("{\"error\": {\"class\": \"DeviceNotFound\", \"desc\": \"no\"}, \"id\": \"" + id + "\"}");

        assertFails(reply, CommandRejected.class, "query-status", "DeviceNotFound: no");
        assertThat(monitor.isOpen()).isTrue();
    }

    @Test
    void a_session_takes_an_error_without_id_as_the_answer_to_the_command_in_flight() {
        var reply = monitor.executes(STATUS);
        monitor.says("{\"error\": {\"class\": \"GenericError\", \"desc\": \"JSON parse error\"}}");

        assertFails(reply, CommandRejected.class, "JSON parse error");
    }

    @Test
    void a_session_delivers_an_event_before_the_reply_that_follows_it() {
        monitor.executes(RESET).thenAccept(_ -> monitor.told.note("reply"));
        var sent = monitor.sentOne();
        monitor.says(EVENT);
        monitor.answers(sent);

        assertThat(monitor.told.next(QmpEvent.class).name()).isEqualTo("STOP");
        assertThat(monitor.told.next(String.class)).isEqualTo("reply");
    }

    @Test
    void a_session_ignores_and_counts_replies_with_unknown_ids_and_unknown_messages() {
        var reply = monitor.executes(STATUS);
        monitor.says("{\"return\": 1, \"id\": \"other-1\"}");
        monitor.says("{\"return\": 1, \"id\": 7}");
        monitor.says("{\"error\": {}, \"id\": [7]}");
        monitor.says("{\"return\": 1}");
        monitor.says("{\"news\": 1}");
        monitor.says(PeerConnection.GREETING.strip());

        assertThat(reply).isNotDone();
        assertThat(monitor.statistics().unknown()).isEqualTo(6);
        monitor.answers(monitor.sentOne());
        assertThat(reply).isCompleted();
    }

    @Test
    void a_session_times_a_query_out_and_absorbs_its_late_reply() {
        var reply = monitor.executes(STATUS);
        monitor.passes(Duration.ofSeconds(10));

        assertFails(reply, TimedOut.class, "query-status within 10 s");
        assertThat(cause(reply))
                .isInstanceOfSatisfying(
                        TimedOut.class, late -> assertThat(late.sent()).isTrue());
        monitor.answers(monitor.sentOne());
        assertThat(monitor.statistics()).isEqualTo(new QmpStatistics(0, 0, 1, 0, 0, 0));
    }

    @Test
    void a_session_gives_an_action_its_own_longer_deadline() {
        var reply = monitor.executes(RESET);
        monitor.passes(Duration.ofSeconds(119));
        assertThat(reply).isNotDone();

        monitor.passes(Duration.ofSeconds(1));
        assertFails(
                reply,
                TimedOut.class,
                "system_reset within 120 s, but none came; the command may still be carried out");
    }

    @Test
    void a_session_starts_the_deadline_when_the_command_is_sent() {
        monitor.executes(RESET);
        var second = monitor.executes(STATUS);
        monitor.passes(Duration.ofSeconds(9));
        monitor.answers(monitor.sentOne());
        monitor.passes(Duration.ofSeconds(9));
        assertThat(second).isNotDone();

        monitor.passes(Duration.ofSeconds(1));
        assertFails(second, TimedOut.class, "but none came");
    }

    @Test
    void a_session_lets_a_command_wait_in_the_queue_no_longer_than_its_deadline() {
        monitor.executes(RESET);
        var waiting = monitor.executes(STATUS);
        monitor.passes(Duration.ofSeconds(10));

        assertFails(waiting, TimedOut.class, "could not even be sent");
        assertThat(cause(waiting))
                .isInstanceOfSatisfying(
                        TimedOut.class, late -> assertThat(late.sent()).isFalse());
    }

    @Test
    void a_session_closes_when_too_many_commands_were_never_answered() {
        for (int i = 0; i < 4; i++) {
            monitor.executes(STATUS);
            monitor.passes(Duration.ofSeconds(10));
        }
        assertThat(monitor.isOpen()).isTrue();
        monitor.executes(STATUS);
        monitor.passes(Duration.ofSeconds(10));

        assertThat(monitor.isOpen()).isFalse();
        assertThat(monitor.told.sofar().getLast())
                .isInstanceOf(ConnectionLost.class)
                .asString()
                .contains("5 commands were never answered");
    }

    @Test
    void a_session_fails_the_command_at_garbage_asks_QEMU_to_begin_anew_and_goes_on() {
        var hit = monitor.executes(STATUS);
        var waiting = monitor.executes(QmpCommand.of("query-name"));
        var lost = monitor.sentOne();
        monitor.says(GARBAGE);

        assertFails(hit, ProtocolBroken.class, "JSON objects", "}{ not JSON");
        var sent = monitor.sent();
        assertThat(sent.getFirst()).isEqualTo(RESYNC);
        monitor.says("{\"error\": {\"class\": \"GenericError\", \"desc\": \"stray\"}}");
        monitor.answers(lost);
        monitor.answers(sent.getLast());
        assertThat(waiting).isCompleted();
        assertThat(monitor.statistics()).isEqualTo(new QmpStatistics(0, 1, 1, 0, 1, 0));
    }

    @Test
    void a_session_closes_at_the_third_violation_without_a_good_reply_between() {
        monitor.says(GARBAGE);
        monitor.says(GARBAGE);
        assertThat(monitor.sent()).containsExactly(RESYNC);
        monitor.executes(STATUS);
        monitor.answers(monitor.sentOne());
        monitor.says(GARBAGE);
        monitor.says("5");
        monitor.says(EVENT);
        assertThat(monitor.isOpen()).isTrue();
        monitor.says("[" + GARBAGE);

        assertThat(monitor.isOpen()).isFalse();
        monitor.told.next(QmpEvent.Stop.class);
        monitor.told.next(ProtocolBroken.class);
        assertThat(monitor.told.sofar()).isEmpty();
    }

    @Test
    void a_session_fails_all_commands_and_tells_the_listener_once_when_QEMU_hangs_up() {
        var inFlight = monitor.executes(RESET);
        var waiting = monitor.executes(STATUS);
        monitor.hangsUp();

        assertFails(inFlight, ConnectionLost.class, "/run/guest.qmp", "QEMU closed it or ended");
        assertFails(waiting, ConnectionLost.class, "QEMU closed it or ended");
        assertFails(monitor.executes(STATUS), ConnectionLost.class, "QEMU closed it or ended");
        monitor.told.next(ConnectionLost.class);
        assertThat(monitor.told.sofar()).isEmpty();
    }

    @Test
    void a_session_closes_on_our_side_and_delivers_nothing_afterwards() {
        monitor.session().close();
        monitor.session().close();

        assertThat(monitor.told.next(ConnectionLost.class)).hasMessageContaining("closed on our side");
        assertThat(monitor.told.sofar()).isEmpty();
    }

    @Test
    void a_session_refuses_what_the_gate_does_not_allow_and_sends_nothing() {
        assertFails(monitor.executes(QmpCommand.action("stop")), CommandRefused.class, "stop was not sent: no rule");
        assertThat(monitor.sent()).isEmpty();
    }

    private static void assertFails(
            CompletableFuture<JsonNode> reply, Class<? extends QmpException> type, String... words) {
        assertThat(reply).isCompletedExceptionally();
        assertThat(cause(reply)).isInstanceOf(type);
        for (var word : words) {
            assertThat(cause(reply)).hasMessageContaining(word);
        }
    }

    private static Throwable cause(CompletableFuture<JsonNode> reply) {
        return reply.exceptionNow();
    }
}
