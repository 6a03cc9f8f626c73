package io.reseal.qmp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that a fuzzer makes up, as a monitor would send them: whole, and torn at places that it makes up too. */
final class LineFuzzTest {
    private static final MessageReader READER = new MessageReader(
            new QmpLimits(512, 1024, 4096, 500, 16, 4096), EventChoice.of(Set.of("RESET"), Set.of("STOP")));

    static Stream<Arguments> lines() {
        return Samples.LINES.stream()
                .map(line -> Arguments.of((Object) ("\u0007" + line + "\r\n").getBytes(StandardCharsets.UTF_8)));
    }

    @MethodSource("lines")
    @FuzzTest
    void any_bytes_are_the_same_messages_however_they_are_torn(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        var whole = read(bytes, bytes.length);
        var torn = read(bytes, 1 + (bytes[0] & 0xff));

        assertThat(torn).isEqualTo(whole);
    }

    /** What the messages say; without the time of an event, which may be that of its receipt. */
    private static List<String> read(byte[] bytes, int step) {
        var channel = new EmbeddedChannel(new LineDecoder(READER, new LineBudget()));
        for (int at = 1; at < bytes.length; at += step) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes, at, Math.min(step, bytes.length - at)));
        }
        var said = new ArrayList<String>();
        for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
            said.add(
                    switch ((Message) next) {
                        case Message.Event(var event) -> event.name();
                        // how many are told at once is a matter of reads
                        case Message.Unread(var name, var count) -> (name + ",").repeat(count);
                        // of a line that is too long what came so far is told
                        case Message.Garbage garbage when garbage.fatal() -> garbage.expected();
                        case Message.Success reply when reply.value().isArray() -> schema(reply);
                        case Message other -> other.toString();
                    });
        }
        channel.finishAndReleaseAll();
        return List.of(String.join(" ", said).replace(", ", ","));
    }

    /** A schema that a hostile QEMU made up is asked for all that it has. */
    private static String schema(Message.Success reply) {
        var schema = QmpSchema.of(reply.value());
        var said = new StringBuilder(reply.toString());
        for (String command : schema.commands()) {
            var arguments = schema.argument(command);
            said.append(arguments.words());
            arguments
                    .members()
                    .forEach(member -> said.append(arguments.member(member).words()));
            said.append(schema.result(command).members()).append(schema.features(command));
        }
        schema.events().forEach(event -> said.append(schema.eventData(event).members()));
        return said.toString();
    }
}
