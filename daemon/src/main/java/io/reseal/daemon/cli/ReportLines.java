package io.reseal.daemon.cli;

import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** A report or quote for people. */
final class ReportLines {
    private ReportLines() {}

    static void print(Console console, JsonNode document) {
        var table = new Table();
        table.row("platform", Text.of(document, "platform"));
        document.path("report").properties().forEach(field -> table.row(field.getKey(), text(field.getValue())));
        table.print(console);
        document.path("checks")
                .forEach(check ->
                        console.line((check.path("ok").asBoolean() ? "ok: " : "FAILED: ") + Text.of(check, "detail")));
        document.path("notJudged").forEach(words -> console.line("not judged: " + words.asString()));
        if (document.path("checks").isMissingNode()) {
            console.line("not judged: who made it (no certificates were given, see --chain)");
        }
    }

    private static String text(JsonNode value) {
        if (value.isArray()) {
            return value.isEmpty()
                    ? Text.NONE
                    : value.valueStream().map(JsonNode::asString).collect(Collectors.joining(", "));
        }
        if (value.isObject()) {
            return value.propertyStream()
                    .map(level -> level.getKey() + " " + level.getValue().asString())
                    .collect(Collectors.joining(", "));
        }
        return value.asString();
    }
}
