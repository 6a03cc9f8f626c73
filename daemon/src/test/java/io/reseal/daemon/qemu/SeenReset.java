package io.reseal.daemon.qemu;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A reset as the API tells it. */
record SeenReset(JsonNode json) {
    String id() {
        return text("id");
    }

    String guest() {
        return text("guest");
    }

    String origin() {
        return text("origin");
    }

    /** One line to compare: {@code operator proven rebuilt}; a verdict without a level has {@code none}. */
    String outcome() {
        return origin() + " " + verdict() + " " + json.path("level").asString("none");
    }

    String verdict() {
        return json.path("verdict").asString("open");
    }

    String summary() {
        return text("summary");
    }

    int echoes() {
        return json.path("echoes").asInt();
    }

    boolean closed() {
        return text("state").equals("closed");
    }

    /** Evidence as lines such as {@code counters supports rebuilt: KVM exits ...}. */
    List<String> evidence() {
        return json.path("evidence")
                .valueStream()
                .map(each -> "%s %s %s: %s"
                        .formatted(
                                each.path("kind").asString(),
                                each.path("outcome").asString(),
                                each.path("level").asString("-"),
                                each.path("detail").asString()))
                .toList();
    }

    /** From the request to the verdict. */
    Duration took() {
        return Duration.between(Instant.parse(text("requestedAt")), Instant.parse(text("closedAt")));
    }

    private String text(String member) {
        return json.path(member).asString("");
    }

    @Override
    public String toString() {
        return id() + " " + outcome() + ": " + summary() + "\n  " + String.join("\n  ", evidence());
    }
}
