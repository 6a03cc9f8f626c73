package io.reseal.qmp;

import io.reseal.qmp.Message.Event;
import io.reseal.qmp.Message.Failure;
import io.reseal.qmp.Message.Garbage;
import io.reseal.qmp.Message.Greeting;
import io.reseal.qmp.Message.Success;
import io.reseal.qmp.Message.Unknown;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Turns one line into messages: usually one, but QMP only promises objects, not lines. Safe for any thread. */
final class MessageReader {
    private static final String JSON_OBJECTS = "lines of JSON objects";
    private static final String PRETTY = "the beginning of an object spread over several lines came;"
            + " turn pretty off in QEMU's -mon or monitor-qmp option";

    private final ObjectReader json;
    private final int maxDepth;

    MessageReader(int maxLineBytes, int maxDepth) {
        this.maxDepth = maxDepth;
        var factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .maxStringLength(maxLineBytes)
                        .maxDocumentLength(maxLineBytes)
                        .build())
                .disable(TokenStreamFactory.Feature.CHARSET_DETECTION) // always UTF-8, also if a NUL comes early
                .recyclerPool(JsonRecyclerPools.threadLocalPool()) // few threads, and no contention between them
                .build();
        this.json = JsonMapper.builder(factory)
                .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build()
                .reader();
    }

    void read(byte[] bytes, int length, List<Object> out) {
        if (!isUtf8(bytes, length)) {
            out.add(new Garbage(JSON_OBJECTS, "invalid UTF-8 came: " + Words.excerpt(bytes, length), false));
            return;
        }
        try (var parser = json.createParser(bytes, 0, length)) {
            while (parser.nextToken() != null) {
                out.add(message(parser, bytes, length));
            }
        } catch (StreamConstraintsException beyond) {
            var came = "it nests deeper or is longer than allowed: " + Words.excerpt(bytes, length);
            out.add(new Garbage("JSON of at most " + maxDepth + " levels", came, false));
        } catch (JacksonException notJson) {
            out.add(new Garbage(JSON_OBJECTS, described(bytes, length), false));
        }
    }

    private Message message(JsonParser parser, byte[] bytes, int length) {
        JsonNode node = json.readTree(parser);
        return node instanceof ObjectNode object
                ? classify(object)
                : new Garbage(JSON_OBJECTS, "another value came: " + Words.excerpt(bytes, length), false);
    }

    private static Message classify(ObjectNode object) {
        if (object.has("event")) {
            return new Event(EventReader.read(object));
        }
        if (object.has("error")) {
            var error = object.path("error");
            return new Failure(id(object), text(error, "class"), text(error, "desc"));
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
            return new Garbage("a greeting with QEMU's version", "its version was " + version, false);
        }
        return new Greeting(
                new QemuVersion(
                        qemu.path("major").intValue(),
                        qemu.path("minor").intValue(),
                        qemu.path("micro").intValue(),
                        text(version, "package")),
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
        return id.isString() ? id.stringValue() : "not ours: " + id;
    }

    private static String text(JsonNode node, String member) {
        var value = node.path(member);
        return value.isString() ? value.stringValue() : value.toString();
    }

    private static String described(byte[] bytes, int length) {
        var start = new String(bytes, 0, Math.min(length, 8), StandardCharsets.UTF_8);
        return start.strip().equals("{") ? PRETTY : "this came: " + Words.excerpt(bytes, length);
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
