package io.reseal.daemon.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.reseal.daemon.feed.Json;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What a request gets. */
sealed interface Response {
    /** A whole document. */
    record Document(HttpResponseStatus status, String type, String body, Map<String, String> headers)
            implements Response {
        public Document {
            headers = Map.copyOf(headers);
        }

        Document with(String header, String value) {
            var more = new HashMap<>(headers);
            more.put(header, value);
            return new Document(status, type, body, more);
        }
    }

    /** Server-sent events from the one after {@code after} on, until one side closes. */
    record Events(long after) implements Response {}

    static Document json(HttpResponseStatus status, JsonNode json) {
        return new Document(status, "application/json", Json.text(json), Map.of());
    }

    static Document json(JsonNode json) {
        return json(HttpResponseStatus.OK, json);
    }
}
