package io.reseal.qmp;

import static io.reseal.qmp.EmbeddedMonitor.STATUS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.reseal.qmp.Message.Garbage;
import io.reseal.testbed.peer.PeerConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a session makes of a monitor that sends more than it may. */
class LimitsTest {
    private static final QmpLimits LIMITS = new QmpLimits(512, 1024, 4096, 500, 16, 8192);

    private final EmbeddedMonitor monitor = new EmbeddedMonitor(
            QmpSettings.defaults().withHeartbeat(Heartbeat.off()).withLimits(LIMITS));

    @Test
    void a_reply_beyond_the_limit_fails_its_command_and_the_next_one_is_answered() {
        var first = monitor.executes(STATUS);
        var second = monitor.executes(STATUS);
        monitor.answers(monitor.sentOne(), "\"" + "x".repeat(5000) + "\"");

        assertThatThrownBy(first::join)
                .hasCauseInstanceOf(QmpException.LimitExceeded.class)
                .hasMessageContaining("/run/guest.qmp: expected a reply of at most 4096 bytes")
                .hasMessageContaining("withReplyBytes");
        monitor.answers(monitor.sentOne());
        assertThat(second).isCompleted();
        assertThat(monitor.statistics().oversized()).isEqualTo(1);
    }

    @Test
    void a_reply_beyond_the_limit_whose_id_is_not_found_is_that_of_the_command_in_flight() {
        var status = monitor.executes(STATUS);
        monitor.says("{\"return\": \"" + "x".repeat(5000) + "\"}");

        assertThat(status).isCompletedExceptionally();
        assertThat(monitor.isOpen()).isTrue();
    }

    @Test
    void an_error_text_beyond_the_limit_fails_its_command() {
        var status = monitor.executes(STATUS);
        var id = PeerConnection.id(monitor.sentOne());
        monitor.says(
                "{\"id\": \"" + id + "\", \"error\": {\"class\": \"C\", \"desc\": \"" + "E".repeat(20_000) + "\"}}");

        assertThat(status).isCompletedExceptionally();
        assertThat(monitor.isOpen()).isTrue();
    }

    @Test
    void an_event_beyond_the_limit_costs_no_connection_and_is_told() {
        monitor.says("{\"event\": \"X\", \"data\": {\"s\": \"" + "x".repeat(100_000) + "\"}}");

        assertThat(monitor.told.sofar())
                .singleElement()
                .isInstanceOfSatisfying(
                        QmpException.LimitExceeded.class,
                        told -> assertThat(told)
                                .hasMessageContaining("/run/guest.qmp: expected an event of at most 1024 bytes")
                                .hasMessageContaining("one of 100"));
        assertThat(monitor.isOpen()).isTrue();
        assertThat(monitor.statistics().oversized()).isEqualTo(1);
    }

    @Test
    void a_late_reply_beyond_the_limit_is_absorbed_as_any_other() {
        var status = monitor.executes(STATUS);
        var command = monitor.sentOne();
        monitor.passes(QmpSettings.defaults().queryDeadline());
        assertThat(status).isCompletedExceptionally();
        monitor.answers(command, "\"" + "x".repeat(5000) + "\"");

        assertThat(monitor.told.sofar()).noneMatch(QmpException.LimitExceeded.class::isInstance);
        assertThat(monitor.isOpen()).isTrue();
    }

    @Test
    void a_command_that_needs_a_longer_reply_gets_it() {
        var status = monitor.executes(STATUS.withReplyBytes(6000));
        monitor.answers(monitor.sentOne(), "\"" + "x".repeat(5000) + "\"");

        assertThat(status).isCompleted();
    }

    @Test
    void a_line_of_no_kind_ends_the_connection_with_the_limit_in_the_message() {
        monitor.says("x".repeat(600));

        assertThat(monitor.isOpen()).isFalse();
        assertThat(monitor.told.next(QmpException.ProtocolBroken.class)).hasMessageContaining("512 bytes");
    }

    @Test
    void of_all_connections_the_one_with_the_longest_unfinished_line_is_closed_when_they_are_too_many() {
        var budget = new LineBudget();
        var channels = Stream.generate(() ->
                        new EmbeddedChannel(new LineDecoder(new MessageReader(LIMITS, EventChoice.all()), budget)))
                .limit(12)
                .toList();
        begin(channels.getFirst(), 3000);
        for (int i = 1; i < 8 && !ended(channels.getFirst()); i++) {
            begin(channels.get(i), 900);
        }

        assertThat(budget.total()).isLessThanOrEqualTo(LIMITS.unfinishedBytes());
        assertThat(channels.stream().skip(1)).noneMatch(LimitsTest::ended);
        Object told = channels.getFirst().readInbound();
        assertThat(told).isInstanceOfSatisfying(Garbage.class, garbage -> {
            assertThat(garbage.fatal()).isTrue();
            assertThat(garbage.expected()).contains("8192 bytes on all connections together");
        });
    }

    @Test
    void what_an_unfinished_line_held_is_free_again_when_it_ends_or_its_connection_does() {
        var budget = new LineBudget();
        var channels = List.of(
                new EmbeddedChannel(new LineDecoder(new MessageReader(LIMITS, EventChoice.all()), budget)),
                new EmbeddedChannel(new LineDecoder(new MessageReader(LIMITS, EventChoice.all()), budget)));
        channels.forEach(channel -> begin(channel, 800));
        assertThat(budget.total()).isGreaterThanOrEqualTo(1600);

        channels.getFirst().writeInbound(Unpooled.copiedBuffer("\"}\n", StandardCharsets.UTF_8));
        channels.getLast().close();

        assertThat(budget.total()).isZero();
    }

    private static void begin(EmbeddedChannel channel, int bytes) {
        channel.writeInbound(Unpooled.copiedBuffer("{\"return\": \"" + "x".repeat(bytes), StandardCharsets.UTF_8));
    }

    private static boolean ended(EmbeddedChannel channel) {
        return !channel.inboundMessages().isEmpty();
    }
}
