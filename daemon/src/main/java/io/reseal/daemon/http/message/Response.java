package io.reseal.daemon.http.message;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.reseal.daemon.api.Json;
import java.util.HashMap;
import java.util.Map;

/** What a request gets. */
public sealed interface Response {
    /** A whole document. */
    record Document(HttpResponseStatus status, String type, String body, Map<String, String> headers)
            implements Response {
        public Document {
            headers = Map.copyOf(headers);
        }

        /** The same with one more header. */
        public Document with(String header, String value) {
            var more = new HashMap<>(headers);
            more.put(header, value);
            return new Document(status, type, body, more);
        }
    }

    /** Server-sent events from the one after {@code after} on, until one side closes. */
    record Events(long after) implements Response {
        /** Of the stream. */
        public static final String MEDIA_TYPE = "text/event-stream";
    }

    static Document json(HttpResponseStatus status, Object document) {
        return new Document(status, "application/json", Json.text(document), Map.of());
    }

    static Document json(Object document) {
        return json(HttpResponseStatus.OK, document);
    }
}
