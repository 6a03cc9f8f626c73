package io.reseal.daemon.qemu;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** A guest as the API tells it. */
record SeenGuest(JsonNode json) {
    /** Those that a daemon knows. */
    static List<SeenGuest> all(AdminClient client) {
        return client.get("/v1/guests")
                .json()
                .path("guests")
                .valueStream()
                .map(SeenGuest::new)
                .toList();
    }

    String name() {
        return text("name");
    }

    String state() {
        return text("state");
    }

    String detail() {
        return text("stateDetail");
    }

    String runState() {
        return text("runState");
    }

    long pid() {
        return json.path("pid").asLong(0);
    }

    int incarnation() {
        return json.path("incarnation").asInt(0);
    }

    /** Since when its present state holds. */
    String since() {
        return text("since");
    }

    boolean resettable() {
        return json.path("resettable").asBoolean(false);
    }

    /** How often nobody listened; the time before the first connection is one. */
    int blindIntervals() {
        return json.path("blind").path("intervals").asInt();
    }

    List<String> hazards() {
        return json.path("hazards")
                .valueStream()
                .map(each -> each.path("id").asString())
                .toList();
    }

    private String text(String member) {
        return json.path(member).asString("");
    }
}
