package io.reseal.qmp;

import io.reseal.qmp.Message.Success;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.node.JsonNodeFactory;

/** A reply that a {@link ReplyReader} waits for. What it does not understand is read as any other reply. */
record SparseReply(String id, ReplyReader reader) {
    /** Empty if there is anything about the line that QEMU does not send, or if it answers another command. */
    Optional<Message> read(JsonParser json) {
        try {
            return success(json);
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    private Optional<Message> success(JsonParser json) {
        @Nullable Object value = null;
        boolean ours = false;
        boolean usual = json.nextToken() == JsonToken.START_OBJECT;
        while (usual && json.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean returned = json.currentName().equals("return");
            boolean identified = json.currentName().equals("id");
            var token = json.nextToken();
            if (returned && value == null) {
                value = reader.read(json);
                usual = value != null;
            } else if (identified && !ours) {
                ours = token == JsonToken.VALUE_STRING && json.getString().equals(id);
                usual = ours;
            } else {
                usual = false;
            }
        }
        boolean whole = usual && ours && value != null && json.currentToken() == JsonToken.END_OBJECT;
        return whole && json.nextToken() == null
                ? Optional.of(new Success(id, JsonNodeFactory.instance.pojoNode(value)))
                : Optional.empty();
    }
}
