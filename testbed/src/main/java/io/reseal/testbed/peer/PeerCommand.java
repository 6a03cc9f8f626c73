package io.reseal.testbed.peer;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A command that a scripted peer has received, and what can be done about it. Confined to the handler it is given to. */
public final class PeerCommand {
    private final JsonNode message;
    private final PeerConnection connection;

    PeerCommand(JsonNode message, PeerConnection connection) {
        this.message = message;
        this.connection = connection;
    }

    public String name() {
        return message.path("execute").asString(message.path("exec-oob").asString(""));
    }

    /** Its arguments; a missing node when it has none. */
    public JsonNode arguments() {
        return message.path("arguments");
    }

    /** Replies with an empty object, as most commands do. */
    public void reply() {
        reply(Map.of());
    }

    /** Replies with a value: JSON, or maps, lists, numbers and strings that become JSON. */
    public void reply(Object value) {
        connection.reply(message, value);
    }

    public void fail(String errorClass, String description) {
        connection.fail(message, errorClass, description);
    }

    public void event(String name, Map<String, ?> data) {
        connection.event(name, data);
    }

    /** Closes the connection, as a QEMU that has died does. */
    public void hangUp() {
        connection.close();
    }
}
