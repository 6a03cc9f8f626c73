package io.reseal.daemon.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.reseal.daemon.feed.Json;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * An error as RFC 9457 wants it.
 *
 * @param type last part of the type's URN
 * @param detail one sentence: what, where, cure
 * @param members extension members
 */
record Problem(HttpResponseStatus status, String type, String title, String detail, Map<String, JsonNode> members) {
    static final String MEDIA_TYPE = "application/problem+json";

    Problem {
        members = Map.copyOf(members);
    }

    static Problem of(HttpResponseStatus status, String type, String title, String detail) {
        return new Problem(status, type, title, detail, Map.of());
    }

    static Problem badRequest(String type, String title, String detail) {
        return of(HttpResponseStatus.BAD_REQUEST, type, title, detail);
    }

    Problem with(String member, JsonNode value) {
        return new Problem(status, type, title, detail, Map.of(member, value));
    }

    Response.Document response() {
        var json = Json.object()
                .put("type", "urn:reseal:problem:" + type)
                .put("title", title)
                .put("status", status.code())
                .put("detail", detail);
        members.forEach(json::set);
        return new Response.Document(status, MEDIA_TYPE, Json.text(json), Map.of());
    }
}
