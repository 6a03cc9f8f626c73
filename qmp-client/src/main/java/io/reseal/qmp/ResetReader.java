package io.reseal.qmp;

import io.reseal.qmp.QmpEvent.Reset;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads an event RESET without a tree, in a third of the time: a guest can make as many of them as it likes. What it does not
 * understand is read as any other event. One for each event.
 */
final class ResetReader {
    private final JsonParser json;
    private long seconds = -1;
    private long micros = -1;
    private boolean guest;
    private String reason = QmpEvent.UNKNOWN;
    private boolean usual = true;

    private ResetReader(JsonParser json) {
        this.json = json;
    }

    /** Empty if there is anything about it that QEMU does not send. */
    static Optional<QmpEvent> read(JsonParser json) {
        try {
            return new ResetReader(json).read();
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    private Optional<QmpEvent> read() {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            return Optional.empty();
        }
        while (usual && json.nextToken() == JsonToken.PROPERTY_NAME) {
            switch (json.currentName()) {
                case "timestamp" -> timestamp();
                case "data" -> data();
                default -> skip();
            }
        }
        return usual && json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null
                ? Optional.of(new Reset(EventReader.timestamp(seconds, micros), guest, QmpText.cut(reason)))
                : Optional.empty();
    }

    private void skip() {
        json.nextToken();
        json.skipChildren();
    }

    private void timestamp() {
        seconds = -1;
        micros = -1;
        usual &= json.nextToken() == JsonToken.START_OBJECT;
        while (usual && json.nextToken() == JsonToken.PROPERTY_NAME) {
            switch (json.currentName()) {
                case "seconds" -> seconds = integer();
                case "microseconds" -> micros = integer();
                default -> skip();
            }
        }
    }

    private long integer() {
        usual &= json.nextToken() == JsonToken.VALUE_NUMBER_INT;
        return usual ? json.getLongValue() : -1;
    }

    private void data() {
        guest = false;
        reason = QmpEvent.UNKNOWN;
        usual &= json.nextToken() == JsonToken.START_OBJECT;
        while (usual && json.nextToken() == JsonToken.PROPERTY_NAME) {
            switch (json.currentName()) {
                case "guest" -> guest = flag();
                case "reason" -> reason = text();
                default -> skip();
            }
        }
    }

    private boolean flag() {
        var token = json.nextToken();
        usual &= token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE;
        return token == JsonToken.VALUE_TRUE;
    }

    private String text() {
        usual &= json.nextToken() == JsonToken.VALUE_STRING;
        return usual ? json.getString() : QmpEvent.UNKNOWN;
    }
}
