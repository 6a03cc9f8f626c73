package io.reseal.daemon.cli.report;

import io.reseal.daemon.cli.file.FileCheck;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.cli.terminal.Table;
import io.reseal.daemon.cli.terminal.Text;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A report or quote for people. */
final class ReportLines {
    private ReportLines() {}

    static void print(Console console, ObjectNode document) {
        var table = new Table();
        table.row("evidence", evidence(document.path(FileCheck.EVIDENCE)));
        Text.maybe(document, "platform").ifPresent(platform -> table.row("platform", platform));
        document.path("report").properties().forEach(field -> table.row(field.getKey(), text(field.getValue())));
        document.path("certificates").forEach(each -> table.row("certificate", certificate(each)));
        Text.maybe(document, "asExpected")
                .ifPresent(same -> table.row("as expected", same.equals("true") ? "yes" : "NO"));
        Text.maybe(document, "judgedAt").ifPresent(at -> table.row("judged at", at));
        table.print(console);
        FileCheck.remarks(console, document);
        document.path("checks")
                .forEach(check ->
                        console.line((check.path("ok").asBoolean() ? "ok: " : "FAILED: ") + Text.of(check, "detail")));
        document.path("notJudged").forEach(words -> console.line("not judged: " + words.asString()));
    }

    /** Such as "base64, Azure HCL blob of 2600 bytes: SEV-SNP attestation report". */
    private static String evidence(JsonNode evidence) {
        var wrappings = evidence.path("wrappings").valueStream().map(JsonNode::asString);
        var around = wrappings.collect(Collectors.joining(", "));
        return (around.isEmpty() ? "" : around + ": ") + Text.of(evidence, "name");
    }

    private static String certificate(JsonNode certificate) {
        return "%s (%s), issued by %s, valid from %s to %s"
                .formatted(
                        Text.of(certificate, "subject"),
                        Text.of(certificate, "source"),
                        Text.of(certificate, "issuer"),
                        Text.of(certificate, "notBefore"),
                        Text.of(certificate, "notAfter"));
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
