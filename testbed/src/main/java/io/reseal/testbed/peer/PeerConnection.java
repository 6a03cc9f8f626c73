package io.reseal.testbed.peer;

import static io.reseal.testbed.JsonLines.JSON;

import io.reseal.testbed.JsonLines;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One client of a scripted peer. Read by the peer's thread, written by any. */
public final class PeerConnection implements AutoCloseable {
    /** The greeting of Debian's QEMU 11.1.3. */
    public static final String GREETING =
            "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 3, \"minor\": 1, \"major\": 11},"
                    + " \"package\": \"Debian\"}, \"capabilities\": [\"oob\"]}}\r\n";

    private final SocketChannel channel;
    private final JsonLines lines;
    private final int pieceBytes;
    private volatile boolean negotiated;

    /** @param copy where all is noted that is received */
    PeerConnection(SocketChannel channel, int pieceBytes, OutputStream copy) {
        this.channel = channel;
        this.lines = new JsonLines(channel, copy);
        this.pieceBytes = pieceBytes;
    }

    /** Says what a script says, whatever it is. */
    public void say(String text) throws IOException {
        say(text.getBytes(StandardCharsets.UTF_8));
    }

    public void say(byte[] bytes) throws IOException {
        lines.write(bytes);
    }

    public void greetAndNegotiate() throws IOException {
        say(GREETING);
        answer(hear(), "{}");
    }

    /** Answers a command, which has a string as id, with this value in JSON. */
    public void answer(String command, String value) throws IOException {
        say("{\"return\": " + value + ", \"id\": \"" + id(command) + "\"}\r\n");
    }

    /** The next line of the client; {@link EOFException} when it has left. */
    public String hear() throws IOException {
        return lines.readBytes()
                .map(line -> new String(line, StandardCharsets.ISO_8859_1))
                .orElseThrow(() -> new EOFException("the client left"));
    }

    /** Reads on until the client leaves. */
    public void stay() throws IOException {
        while (lines.readBytes().isPresent()) {
            // what it says is noted
        }
    }

    /** The id of a command, which is the last string in its line. */
    public static String id(String command) {
        int end = command.lastIndexOf('"');
        return command.substring(command.lastIndexOf('"', end - 1) + 1, end);
    }

    /** The next message, or empty when the client is gone. What is no JSON is answered as QEMU does. */
    Optional<JsonNode> receive() {
        try {
            for (var line = lines.readLine(); line.isPresent(); line = lines.readLine()) {
                var message = parse(line.get());
                if (message.isPresent()) {
                    return message;
                }
            }
        } catch (IOException gone) {
            // the end, like an orderly one
        }
        return Optional.empty();
    }

    private Optional<JsonNode> parse(String line) {
        try {
            return line.isEmpty() ? Optional.empty() : Optional.of(JSON.readTree(line));
        } catch (JacksonException notJson) {
            fail(JSON.createObjectNode(), "GenericError", "JSON parse error, " + notJson.getOriginalMessage());
            return Optional.empty();
        }
    }

    void greet(String version) {
        int[] part = Arrays.stream(version.split("\\.", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
        var qemu = Map.of("major", part[0], "minor", part[1], "micro", part[2]);
        send(Map.of(
                "QMP", Map.of("version", Map.of("qemu", qemu, "package", ""), "capabilities", new String[] {"oob"})));
    }

    boolean isNegotiated() {
        return negotiated;
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    void negotiate() {
        negotiated = true;
    }

    void reply(JsonNode command, Object value) {
        var message = JSON.createObjectNode();
        message.set("return", JSON.valueToTree(value));
        send(withId(message, command));
    }

    void fail(JsonNode command, String errorClass, String description) {
        var message = JSON.createObjectNode();
        message.putObject("error").put("class", errorClass).put("desc", description);
        send(withId(message, command));
    }

    /** Nothing is told to a client that has not negotiated: QEMU 11.1 behaves so. */
    void event(String name, Map<String, ?> data) {
        if (negotiated) {
            var now = Instant.now();
            var message = JSON.createObjectNode().put("event", name);
            message.putObject("timestamp")
                    .put("seconds", now.getEpochSecond())
                    .put("microseconds", now.getNano() / 1000);
            if (!data.isEmpty()) {
                message.set("data", JSON.valueToTree(data));
            }
            send(message);
        }
    }

    private static ObjectNode withId(ObjectNode message, JsonNode command) {
        if (command.has("id")) {
            message.set("id", command.get("id"));
        }
        return message;
    }

    private void send(Object message) {
        sendRaw((JSON.writeValueAsString(message) + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Writes in pieces when told so; a client that has gone is no fault of the script. */
    void sendRaw(byte[] bytes) {
        try {
            lines.write(bytes, pieceBytes);
        } catch (IOException gone) {
            close();
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // closed is closed
        }
    }
}
