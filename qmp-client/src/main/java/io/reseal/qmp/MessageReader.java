package io.reseal.qmp;

import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocal;
import io.reseal.qmp.Message.Event;
import io.reseal.qmp.Message.Failure;
import io.reseal.qmp.Message.Garbage;
import io.reseal.qmp.Message.Greeting;
import io.reseal.qmp.Message.Success;
import io.reseal.qmp.Message.TooLarge;
import io.reseal.qmp.Message.Unknown;
import io.reseal.qmp.Message.Unread;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Turns one line into messages: usually one, but QMP only promises objects, not lines. Safe for any thread. */
final class MessageReader {
    private static final String JSON_OBJECTS = "lines of JSON objects";
    private static final String PRETTY = "the beginning of an object spread over several lines came;"
            + " turn pretty off in QEMU's -mon or monitor-qmp option";
    /** QEMU 11.1 sends one; so many are read at once, in one turn of the event loop. */
    private static final int MOST_OBJECTS = 64;

    private static final byte[] RESET = "RESET".getBytes(StandardCharsets.US_ASCII);

    private static final FastThreadLocal<LineScan> SCAN = new FastThreadLocal<>() {
        @Override
        protected LineScan initialValue() {
            return new LineScan();
        }
    };

    private final JsonReaders json;
    private final QmpLimits limits;
    private final EventChoice choice;

    MessageReader(QmpLimits limits, EventChoice choice) {
        this.limits = limits;
        this.choice = choice;
        this.json = new JsonReaders(limits.depth());
    }

    QmpLimits limits() {
        return limits;
    }

    /** What the beginning of a line tells of it. */
    LineKind kind(byte[] bytes, int length) {
        var scan = SCAN.get();
        scan.scan(bytes, 0, length);
        return scan.kind();
    }

    /**
     * What a connection expects of its next line.
     *
     * @param sparse the reply to come, where it is read without a tree
     */
    record Expected(QmpLimits limits, @Nullable SparseReply sparse) {}

    /** Reads a line, within the limits of its connection. */
    void read(byte[] bytes, int length, QmpLimits within, Consumer<Message> out) {
        read(bytes, length, new Expected(within, null), out);
    }

    void read(byte[] bytes, int length, Expected expected, Consumer<Message> out) {
        if (!isUtf8(bytes, length)) {
            out.accept(new Garbage(JSON_OBJECTS, "invalid UTF-8 came: " + MessageText.excerpt(bytes, length), false));
            return;
        }
        var scan = SCAN.get();
        int from = LineScan.afterBlanks(bytes, 0, length);
        for (int objects = 0; from < length; objects++) {
            if (objects == MOST_OBJECTS) {
                var came = "more are on one: " + MessageText.excerpt(bytes, length);
                out.accept(new Garbage("lines of at most " + MOST_OBJECTS + " objects", came, true));
                return;
            }
            scan.scan(bytes, from, length);
            int end = scan.end() < 0 ? length : scan.end();
            if (!readObject(new Piece(bytes, scan.start(), end, length), scan, expected, out)) {
                return;
            }
            from = LineScan.afterBlanks(bytes, end, length);
        }
    }

    /** Part of a line. */
    private static final class Piece {
        private final byte[] bytes;
        private final int from;
        private final int to;
        private final int lineEnd;

        Piece(byte[] bytes, int from, int to, int lineEnd) {
            this.bytes = bytes;
            this.from = from;
            this.to = to;
            this.lineEnd = lineEnd;
        }

        int length() {
            return to - from;
        }

        /** Whose id, if it has one, is told. */
        OversizedLine dropped(LineKind kind, int limit) {
            var head = Arrays.copyOfRange(bytes, from, Math.min(to, from + OversizedLine.HEAD));
            var line = new OversizedLine(kind, limit, head, 0);
            line.skip(Unpooled.wrappedBuffer(bytes, from, length()), length());
            return line;
        }

        String excerpt() {
            return MessageText.excerpt(Arrays.copyOfRange(bytes, from, Math.min(lineEnd, from + 64)), lineEnd - from);
        }
    }

    /** Answers whether the rest of the line is read. */
    private boolean readObject(Piece piece, LineScan scan, Expected expected, Consumer<Message> out) {
        var kind = scan.kind();
        if (kind == LineKind.EVENT && scan.end() >= 0 && scan.nameTo() > scan.nameFrom()) {
            var unread = choice.unread(piece.bytes, scan.nameFrom(), scan.nameTo());
            if (unread.isPresent()) {
                out.accept(new Unread(unread.get(), 1));
                return true;
            }
        }
        var beyond = beyond(piece, scan, expected.limits());
        if (beyond.isPresent()) {
            out.accept(beyond.get());
            return scan.end() >= 0;
        }
        var reset = kind == LineKind.EVENT && scan.end() >= 0 && scan.nameIs(RESET)
                ? reset(piece)
                : Optional.<QmpEvent>empty();
        if (reset.isPresent()) {
            out.accept(new Event(reset.get()));
            return true;
        }
        var sparse = kind == LineKind.REPLY && scan.end() >= 0 && expected.sparse() != null
                ? sparse(piece, expected.sparse())
                : Optional.<Message>empty();
        sparse.ifPresent(out);
        return sparse.isPresent() || parse(piece, kind, out);
    }

    private Optional<Message> sparse(Piece piece, SparseReply expected) {
        try (var parser = json.of(LineKind.REPLY).createParser(piece.bytes, piece.from, piece.length())) {
            return expected.read(parser);
        }
    }

    private Optional<QmpEvent> reset(Piece piece) {
        try (var parser = json.of(LineKind.EVENT).createParser(piece.bytes, piece.from, piece.length())) {
            return ResetReader.read(parser);
        }
    }

    private Optional<Message> beyond(Piece piece, LineScan scan, QmpLimits within) {
        var kind = scan.kind();
        if (scan.depth() > within.depth()) {
            return Optional.of(
                    tooMuch(kind, piece, "JSON of at most " + within.depth() + " levels", "it nests deeper: "));
        }
        int values = within.nodes(kind);
        if (scan.nodes() > values) {
            return Optional.of(tooMuch(kind, piece, "JSON of at most " + values + " values", "it has more: "));
        }
        int most = within.bytes(kind);
        return piece.length() <= most ? Optional.empty() : Optional.of(tooLong(kind, piece, most));
    }

    private static Message tooLong(LineKind kind, Piece piece, int most) {
        return switch (kind) {
            case EVENT, REPLY -> piece.dropped(kind, most).told();
            case GREETING, UNKNOWN ->
                new Garbage(
                        kind.text() + " of at most " + most + " bytes",
                        "a longer one began with " + piece.excerpt(),
                        true);
        };
    }

    private static Message tooMuch(LineKind kind, Piece piece, String expected, String came) {
        return switch (kind) {
            case EVENT, REPLY -> new TooLarge(kind, piece.dropped(kind, 0).id(), expected, came + piece.excerpt());
            case GREETING, UNKNOWN -> new Garbage(expected, came + piece.excerpt(), false);
        };
    }

    /** Answers whether it was JSON. */
    private boolean parse(Piece piece, LineKind kind, Consumer<Message> out) {
        var reader = json.of(kind);
        try (var parser = reader.createParser(piece.bytes, piece.from, piece.length())) {
            while (parser.nextToken() != null) {
                JsonNode node = reader.readTree(parser);
                if (!(node instanceof ObjectNode object)) {
                    out.accept(new Garbage(JSON_OBJECTS, "another value came: " + piece.excerpt(), false));
                    return false;
                }
                out.accept(classify(object));
            }
            return true;
        } catch (StreamConstraintsException beyond) {
            var came = "it nests deeper or has longer names than allowed: " + piece.excerpt();
            out.accept(new Garbage("JSON of at most " + limits.depth() + " levels", came, false));
        } catch (JacksonException notJson) {
            out.accept(new Garbage(JSON_OBJECTS, described(piece), false));
        }
        return false;
    }

    private static Message classify(ObjectNode object) {
        if (object.has("event")) {
            return new Event(EventReader.read(object));
        }
        if (object.has("error")) {
            var error = object.path("error");
            return new Failure(id(object), QmpText.cut(text(error, "class")), QmpText.cut(text(error, "desc")));
        }
        if (object.has("return")) {
            return new Success(id(object), object.path("return"));
        }
        return object.has("QMP") ? greeting(object.path("QMP")) : new Unknown();
    }

    private static Message greeting(JsonNode greeting) {
        var version = greeting.path("version");
        var qemu = version.path("qemu");
        if (!qemu.path("major").isInt()
                || !qemu.path("minor").isInt()
                || !qemu.path("micro").isInt()) {
            return new Garbage(
                    "a greeting with QEMU's version", "its version was " + QmpText.cut(version.toString()), false);
        }
        return new Greeting(
                new QemuVersion(
                        qemu.path("major").intValue(),
                        qemu.path("minor").intValue(),
                        qemu.path("micro").intValue(),
                        QmpText.cut(text(version, "package"))),
                offersOutOfBand(greeting));
    }

    private static boolean offersOutOfBand(JsonNode greeting) {
        return greeting.path("capabilities")
                .valueStream()
                .anyMatch(capability -> capability.stringValue("").equals("oob"));
    }

    private static String id(ObjectNode object) {
        var id = object.get("id");
        if (id == null) {
            return "";
        }
        return QmpText.cut(id.isString() ? id.stringValue() : "not ours: " + id);
    }

    private static String text(JsonNode node, String member) {
        var value = node.path(member);
        return value.isString() ? value.stringValue() : value.toString();
    }

    private static String described(Piece piece) {
        var start = new String(piece.bytes, piece.from, Math.min(piece.length(), 8), StandardCharsets.UTF_8);
        return start.strip().equals("{") ? PRETTY : "this came: " + piece.excerpt();
    }

    /** QEMU escapes all that is not ASCII, so the costly check hardly ever runs. Jackson alone accepts overlong forms. */
    private static boolean isUtf8(byte[] bytes, int length) {
        int seen = 0;
        for (int i = 0; i < length; i++) {
            seen |= bytes[i];
        }
        if (seen >= 0) {
            return true;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
            return true;
        } catch (CharacterCodingException _) {
            return false;
        }
    }
}
