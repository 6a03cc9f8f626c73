package io.reseal.qmp;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.testbed.peer.PeerConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.node.POJONode;

class ReplyReaderTest {
    /** Takes a number, and nothing else. */
    private static final QmpCommand COUNT = QmpCommand.of("query-status")
            .withReader(json -> json.currentToken() == JsonToken.VALUE_NUMBER_INT ? json.getLongValue() : null);

    private final EmbeddedMonitor monitor =
            new EmbeddedMonitor(QmpSettings.defaults().withHeartbeat(Heartbeat.off()));

    @Test
    void a_reply_is_what_the_reader_of_its_command_made_of_the_bytes() {
        var reply = monitor.executes(COUNT);
        monitor.answers(monitor.sentOne(), "42");

        assertThat(((POJONode) reply.join()).getPojo()).isEqualTo(42L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[1, {\"a\": 2}]", "\"text\"", "4.5", "null"})
    void a_reply_that_is_not_as_its_reader_expects_is_a_tree(String value) {
        var reply = monitor.executes(COUNT);
        monitor.answers(monitor.sentOne(), value);

        assertThat(reply.join()).isNotInstanceOf(POJONode.class);
        assertThat(reply.join().toString()).isEqualTo(value.replace(" ", ""));
    }

    @Test
    void the_reader_of_one_command_never_reads_the_reply_to_another() {
        var replies = monitor.executesTogether(EmbeddedMonitor.STATUS, COUNT, EmbeddedMonitor.STATUS);
        monitor.sentOne().lines().forEach(command -> monitor.answers(command, "7"));

        assertThat(replies.get(0).join().intValue()).isEqualTo(7);
        assertThat(replies.get(1).join()).isInstanceOf(POJONode.class);
        assertThat(replies.get(2).join().intValue()).isEqualTo(7);
    }

    @Test
    void a_reply_with_another_id_than_that_of_the_command_in_flight_is_nobodys() {
        var reply = monitor.executes(COUNT);
        var id = PeerConnection.id(monitor.sentOne());
        monitor.says("{\"return\": 1, \"id\": \"other\"}");

        assertThat(reply).isNotDone();
        monitor.says("{\"id\": \"" + id + "\", \"return\": 2}");
        assertThat(((POJONode) reply.join()).getPojo()).isEqualTo(2L);
        assertThat(monitor.statistics().unknown()).isOne();
    }

    @Test
    void an_error_in_place_of_what_the_reader_waits_for_fails_the_command() {
        var reply = monitor.executes(COUNT);
        var id = PeerConnection.id(monitor.sentOne());
        monitor.says("{\"id\": \"" + id + "\", \"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}}");

        assertThat(reply).isCompletedExceptionally();
    }

    @Test
    void a_reply_that_is_no_JSON_behind_what_the_reader_took_is_garbage() {
        var reply = monitor.executes(COUNT);
        var id = PeerConnection.id(monitor.sentOne());
        monitor.says("{\"return\": 5, \"id\": \"" + id + "\"} }");

        assertThat(monitor.statistics().violations()).isOne();
        assertThat(reply).isDone();
    }
}
