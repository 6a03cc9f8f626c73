package io.reseal.daemon.cli.report;

import io.reseal.daemon.api.Json;
import io.reseal.daemon.cli.file.FileCheck;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.cli.terminal.Table;
import io.reseal.daemon.cli.terminal.Text;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A report or quote for people. */
final class ReportLines {
    private ReportLines() {}

    static void print(Console console, ObjectNode document) {
        var shown = Json.MAPPER.treeToValue(document, ReportDocument.class);
        var table = new Table();
        table.row("evidence", evidence(shown.evidence()));
        shown.platform().ifPresent(platform -> table.row("platform", platform));
        shown.report()
                .ifPresent(report ->
                        report.properties().forEach(field -> table.row(field.getKey(), text(field.getValue()))));
        shown.certificates().forEach(each -> table.row("certificate", certificate(each)));
        shown.asExpected().ifPresent(same -> table.row("as expected", same ? "yes" : "NO"));
        shown.judgedAt().ifPresent(at -> table.row("judged at", at));
        table.print(console);
        FileCheck.remarks(console, document);
        shown.checks()
                .orElse(List.of())
                .forEach(check -> console.line((check.ok() ? "ok: " : "FAILED: ") + check.detail()));
        shown.notJudged().orElse(List.of()).forEach(words -> console.line("not judged: " + words));
    }

    /** Such as "base64, Azure HCL blob of 2600 bytes: SEV-SNP attestation report". */
    private static String evidence(ReportDocument.Evidence evidence) {
        var around = String.join(", ", evidence.wrappings());
        return (around.isEmpty() ? "" : around + ": ") + evidence.name();
    }

    private static String certificate(ReportDocument.Certificate certificate) {
        return "%s (%s), issued by %s, valid from %s to %s"
                .formatted(
                        certificate.subject(),
                        certificate.source(),
                        certificate.issuer(),
                        certificate.notBefore(),
                        certificate.notAfter());
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
