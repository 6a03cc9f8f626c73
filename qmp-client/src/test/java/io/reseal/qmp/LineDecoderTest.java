package io.reseal.qmp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.reseal.qmp.Message.Event;
import io.reseal.qmp.Message.Garbage;
import io.reseal.qmp.Message.Greeting;
import io.reseal.qmp.Message.Success;
import io.reseal.qmp.Message.TooLarge;
import io.reseal.qmp.Message.Unknown;
import io.reseal.testbed.peer.PeerConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineDecoderTest {
    private static final int LIMIT = 4096;
    private static final QmpLimits LIMITS = new QmpLimits(512, 1024, LIMIT, 1500, 16, 2 * LIMIT);
    private static final String REPLY = "{\"return\": {\"a\": \"\\u00E9\\n\"}, \"id\": \"x-1\"}";
    private static final String EVENT = "{\"event\": \"STOP\", \"timestamp\": {\"seconds\": 1, \"microseconds\": 2}}";

    private final EmbeddedChannel channel =
            new EmbeddedChannel(new LineDecoder(new MessageReader(LIMITS, EventChoice.all()), new LineBudget()));
    private final List<ByteBuf> fed = new ArrayList<>();

    @AfterEach
    void every_buffer_was_given_back() {
        channel.finishAndReleaseAll();
        assertThat(fed).allMatch(buffer -> buffer.refCnt() == 0);
    }

    @Test
    void the_decoder_understands_a_line_torn_at_any_byte() {
        var bytes = (EVENT + "\r\n" + REPLY + "\r\n").getBytes(StandardCharsets.UTF_8);
        for (int cut = 1; cut < bytes.length; cut++) {
            feed(bytes, 0, cut);
            feed(bytes, cut, bytes.length);

            assertThat(messages())
                    .hasOnlyElementsOfTypes(Event.class, Success.class)
                    .hasSize(2);
        }
    }

    @Test
    void the_decoder_understands_a_line_that_comes_byte_by_byte() {
        var bytes = (PeerConnection.GREETING + REPLY + "\n").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            feed(bytes, i, i + 1);
        }

        assertThat(messages()).hasSize(2).first().isEqualTo(new Greeting(new QemuVersion(11, 1, 3, "Debian"), true));
    }

    @Test
    void the_decoder_understands_several_objects_on_one_line() {
        feed(EVENT + REPLY + " " + EVENT + "\n");

        assertThat(messages()).map(Object::getClass).containsExactly(Event.class, Success.class, Event.class);
    }

    @Test
    void the_decoder_keeps_what_came_before_garbage_on_the_same_line() {
        feed(EVENT + "{oops\n" + REPLY + "\n");

        assertThat(messages()).map(Object::getClass).containsExactly(Event.class, Garbage.class, Success.class);
    }

    @Test
    void the_decoder_skips_blank_lines() {
        feed("\r\n\n  \n" + REPLY + "\n");

        assertThat(messages()).hasSize(1);
    }

    @Test
    void the_decoder_understands_members_in_any_order_and_ignores_unknown_ones() {
        feed("{\"id\": \"x-1\", \"new\": [{}], \"return\": 18446744073709551615}\n");

        assertThat(messages().getFirst())
                .isInstanceOfSatisfying(
                        Success.class, reply -> assertThat(reply.value()).hasToString("18446744073709551615"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"}", "{]", "nonsense", "{\"a\" 1}", "{\"return\": {}", "'single'", "\u0000\u0001", "5", "[]"})
    void the_decoder_calls_what_is_not_a_JSON_object_garbage(String line) {
        feed(line + "\n");

        assertThat(messages())
                .singleElement()
                .isInstanceOfSatisfying(
                        Garbage.class, garbage -> assertThat(garbage.fatal()).isFalse());
    }

    @Test
    void the_decoder_names_the_cure_for_pretty_printed_output() {
        feed("{\r\n    \"QMP\": {\r\n");

        assertThat(messages().getFirst())
                .isInstanceOfSatisfying(
                        Garbage.class, garbage -> assertThat(garbage.came()).contains("turn pretty off"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "c080", "c3", "eda080", "f8888080", "80"})
    void the_decoder_calls_invalid_UTF_8_garbage(String hex) {
        var bad = HexFormat.of().parseHex(hex);
        feed(Unpooled.wrappedBuffer(
                bytes("{\"return\": \""), Unpooled.wrappedBuffer(bad), bytes("\", \"id\": \"x-1\"}\n")));

        assertThat(messages())
                .singleElement()
                .isInstanceOfSatisfying(
                        Garbage.class, garbage -> assertThat(garbage.came()).contains("invalid UTF-8"));
    }

    @Test
    void the_decoder_accepts_valid_UTF_8() {
        feed("{\"return\": \"\u00e9\u20ac\ud83d\ude00\", \"id\": \"x-1\"}\n");

        assertThat(messages())
                .first()
                .isInstanceOfSatisfying(
                        Success.class,
                        reply -> assertThat(reply.value().stringValue()).isEqualTo("\u00e9\u20ac\ud83d\ude00"));
    }

    @Test
    void the_decoder_calls_what_nests_too_deep_garbage_and_goes_on_with_the_next_line() {
        feed("{\"other\": " + "[".repeat(100) + "]".repeat(100) + "}\n" + REPLY + "\n");

        assertThat(messages()).map(Object::getClass).containsExactly(Garbage.class, Success.class);
    }

    @Test
    void the_decoder_accepts_a_line_of_exactly_the_limit() {
        var frame = "{\"return\": \"\"}";
        feed(frame.replace("\"\"", "\"" + "x".repeat(LIMIT - frame.length()) + "\"") + "\n");

        assertThat(messages()).singleElement().isInstanceOf(Success.class);
    }

    @Test
    void the_decoder_drops_a_reply_beyond_the_limit_and_reads_the_next_line_however_it_is_torn() {
        var beyond = "{\"return\": \"" + "x".repeat(2 * LIMIT) + "\", \"id\": \"x-7\"}\n";
        for (int piece : new int[] {1, 100, LIMIT - 1, LIMIT, LIMIT + 1, 100_000}) {
            feedInPieces(beyond + REPLY + "\n", piece);

            var all = messages();
            assertThat(all).map(Object::getClass).containsExactly(TooLarge.class, Success.class);
            assertThat(all.getFirst()).isInstanceOfSatisfying(TooLarge.class, dropped -> {
                assertThat(dropped.id()).isEqualTo("x-7");
                assertThat(dropped.expected()).isEqualTo("a reply of at most 4096 bytes");
            });
        }
    }

    @Test
    void the_decoder_finds_the_id_of_a_reply_that_is_too_long_also_where_it_comes_first() {
        feed("{\"id\": \"x-8\", \"error\": {\"class\": \"C\", \"desc\": \"" + "x".repeat(LIMIT) + "\"}}\n");

        assertThat(messages())
                .singleElement()
                .isInstanceOfSatisfying(
                        TooLarge.class, dropped -> assertThat(dropped.id()).isEqualTo("x-8"));
    }

    @Test
    void the_decoder_drops_an_event_beyond_the_limit_of_events() {
        feedInPieces("{\"event\": \"X\", \"data\": {\"s\": \"" + "x".repeat(1024) + "\"}}\n" + EVENT + "\n", 100);

        assertThat(messages()).map(Object::getClass).containsExactly(TooLarge.class, Event.class);
    }

    @Test
    void the_decoder_drops_what_has_more_values_than_allowed_before_it_makes_any_of_them() {
        feed("{\"event\": \"X\", \"data\": [" + "1,".repeat(10) + "1]}\n");
        feed("{\"event\": \"X\", \"data\": [" + "1,".repeat(20) + "1]}\n");
        feed("{\"return\": [" + "{},".repeat(900) + "{}], \"id\": \"x-1\"}\n");

        var all = messages();
        assertThat(all).map(Object::getClass).containsExactly(Event.class, TooLarge.class, TooLarge.class);
        assertThat(all.getLast())
                .isInstanceOfSatisfying(
                        TooLarge.class,
                        dropped -> assertThat(dropped.expected()).isEqualTo("JSON of at most 1500 values"));
    }

    @Test
    void the_decoder_drops_an_event_that_nests_too_deep() {
        feed("{\"event\": \"X\", \"data\": " + "[".repeat(100) + "]".repeat(100) + "}\n" + REPLY + "\n");

        assertThat(messages()).map(Object::getClass).containsExactly(TooLarge.class, Success.class);
    }

    @Test
    void the_decoder_gives_up_at_a_line_whose_beginning_does_not_tell_what_it_is() {
        feed("{\"data\": \"" + "x".repeat(600) + "\", \"event\": \"X\"}");

        assertThat(messages()).singleElement().isInstanceOfSatisfying(Garbage.class, garbage -> {
            assertThat(garbage.fatal()).isTrue();
            assertThat(garbage.expected())
                    .contains("neither greeting nor event nor reply")
                    .contains("512 bytes");
        });
    }

    @Test
    void the_decoder_takes_longer_replies_for_a_command_that_says_so() {
        channel.pipeline().get(LineDecoder.class).makeRoom(4 * LIMIT);
        feedInPieces("{\"return\": \"" + "x".repeat(3 * LIMIT) + "\", \"id\": \"x-7\"}\n", 1000);

        assertThat(messages()).singleElement().isInstanceOf(Success.class);
    }

    @Test
    void the_decoder_cuts_each_text_of_an_event_and_of_an_error_where_it_enters() {
        var text = "x".repeat(600);
        feed("{\"event\": \"RESET\", \"data\": {\"guest\": true, \"reason\": \"" + text + "\"}}\n");
        feed("{\"error\": {\"class\": \"C\", \"desc\": \"" + text + "\"}, \"id\": \"x-1\"}\n");

        var all = messages();
        var cut = "x".repeat(512) + "\u2026 (600 characters)";
        assertThat(all.getFirst())
                .isInstanceOfSatisfying(
                        Event.class,
                        event -> assertThat(((QmpEvent.Reset) event.event()).reason())
                                .isEqualTo(cut));
        assertThat(all.getLast())
                .isInstanceOfSatisfying(
                        Message.Failure.class,
                        failure -> assertThat(failure.desc()).isEqualTo(cut));
    }

    @Test
    void the_decoder_gives_up_at_more_objects_on_a_line_than_one_turn_allows() {
        feed("{}".repeat(65) + "\n");

        assertThat(messages().getLast())
                .isInstanceOfSatisfying(
                        Garbage.class, garbage -> assertThat(garbage.fatal()).isTrue());
    }

    @Test
    void an_idle_decoder_holds_no_bytes() {
        feedInPieces(REPLY + "\n", 5);

        assertThat(channel.pipeline().get(LineDecoder.class).held()).isZero();
    }

    @Test
    void the_decoder_gives_up_at_the_limit_without_waiting_for_the_end_of_the_line() {
        for (int i = 0; i < 10; i++) {
            feed("x".repeat(LIMIT / 4));
        }

        assertThat(messages()).singleElement().isInstanceOf(Garbage.class);
    }

    @Test
    void the_decoder_calls_an_object_that_is_no_message_unknown() {
        feed("{}\n{\"news\": true}\n");

        assertThat(messages()).containsExactly(new Unknown(), new Unknown());
    }

    @Test
    void the_decoder_calls_a_greeting_without_a_version_garbage() {
        feed("{\"QMP\": {\"version\": {\"qemu\": {\"major\": \"11\"}}}}\n");

        assertThat(messages()).singleElement().isInstanceOf(Garbage.class);
    }

    private void feedInPieces(String text, int piece) {
        var all = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < all.length; at += piece) {
            feed(all, at, Math.min(all.length, at + piece));
        }
    }

    private void feed(String text) {
        feed(bytes(text));
    }

    private void feed(byte[] all, int from, int to) {
        feed(Unpooled.copiedBuffer(all, from, to - from));
    }

    private void feed(ByteBuf buffer) {
        fed.add(buffer);
        channel.writeInbound(buffer);
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }

    private List<Object> messages() {
        var all = new ArrayList<>(channel.inboundMessages());
        channel.inboundMessages().clear();
        return all;
    }
}
