package io.reseal.qmp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.reseal.qmp.Message.Event;
import io.reseal.qmp.Message.Garbage;
import io.reseal.qmp.Message.Greeting;
import io.reseal.qmp.Message.Success;
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
    private static final String REPLY = "{\"return\": {\"a\": \"\\u00E9\\n\"}, \"id\": \"x-1\"}";
    private static final String EVENT = "{\"event\": \"STOP\", \"timestamp\": {\"seconds\": 1, \"microseconds\": 2}}";

    private final EmbeddedChannel channel = new EmbeddedChannel(new LineDecoder(new MessageReader(LIMIT, 16), LIMIT));
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
        feed("{\"return\": " + "[".repeat(1000) + "]".repeat(1000) + "}\n" + REPLY + "\n");

        assertThat(messages()).map(Object::getClass).containsExactly(Garbage.class, Success.class);
    }

    @Test
    void the_decoder_accepts_a_line_of_exactly_the_limit() {
        var frame = "{\"return\": \"\"}";
        feed(frame.replace("\"\"", "\"" + "x".repeat(LIMIT - frame.length()) + "\"") + "\n");

        assertThat(messages()).singleElement().isInstanceOf(Success.class);
    }

    @Test
    void the_decoder_gives_up_at_a_line_beyond_the_limit_even_if_it_comes_whole() {
        feed("{\"return\": \"" + "x".repeat(LIMIT) + "\"}\n" + REPLY + "\n");

        assertThat(messages())
                .singleElement()
                .isInstanceOfSatisfying(
                        Garbage.class, garbage -> assertThat(garbage.fatal()).isTrue());
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
