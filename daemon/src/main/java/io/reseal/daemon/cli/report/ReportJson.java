package io.reseal.daemon.cli.report;

import io.reseal.daemon.api.Json;
import io.reseal.daemon.cli.file.FileCheck;
import io.reseal.daemon.cli.file.Remarks;
import io.reseal.daemon.cli.terminal.Text;
import io.reseal.igvm.attestation.AttestationFindings;
import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.certificate.NamedCertificate;
import io.reseal.igvm.attestation.recognition.FoundEvidence;
import io.reseal.igvm.attestation.snp.SnpReport;
import io.reseal.igvm.attestation.snp.Tcb;
import io.reseal.igvm.attestation.tdx.TdReport;
import io.reseal.igvm.attestation.tdx.TdxBody;
import io.reseal.igvm.attestation.tdx.TdxQuote;
import io.reseal.igvm.format.Platform;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Reports and quotes as JSON; an API for scripts. */
final class ReportJson {
    private ReportJson() {}

    /** What the file is. */
    static ObjectNode evidence(FoundEvidence found) {
        var document = Json.object();
        document.set(
                FileCheck.EVIDENCE,
                tree(new ReportDocument.Evidence(
                        found.kind().name(), found.kind().words(), found.wrappings())));
        document.setAll(
                Json.list("warnings", found.remarks(), remark -> tree(new Remarks.Warning("WRAPPING", remark))));
        document.setAll(certificates(found.certificates()));
        return document;
    }

    static ObjectNode certificates(List<NamedCertificate> certificates) {
        return Json.list(
                "certificates",
                certificates,
                each -> tree(new ReportDocument.Certificate(
                        each.subject(),
                        each.issuer(),
                        each.source(),
                        each.certificate().getNotBefore().toInstant().toString(),
                        each.certificate().getNotAfter().toInstant().toString())));
    }

    static ObjectNode checks(AttestationFindings findings) {
        return Json.list(
                "checks",
                findings.all(),
                finding -> tree(new ReportDocument.Check(finding.check().name(), finding.ok(), finding.words())));
    }

    private static ObjectNode tree(Object document) {
        return Json.MAPPER.valueToTree(document);
    }

    /** All that can be said of evidence whose version is not known here. */
    static ObjectNode version(FoundEvidence found) {
        boolean snp = found.kind() == FoundEvidence.Kind.SNP_REPORT;
        var document = Json.object().put("platform", (snp ? Platform.SEV_SNP : Platform.TDX).name());
        document.putObject("report").put("version", found.bytes().littleEndian(0, snp ? 4 : 2));
        return document;
    }

    /** The header of a quote that is of no guest. */
    static ObjectNode sgx(Octets quote) {
        var document = Json.object().put("platform", "SGX");
        document.putObject("report")
                .put("version", quote.littleEndian(0, 2))
                .put("keyType", quote.littleEndian(2, 2))
                .put("teeType", quote.littleEndian(4, 4));
        return document;
    }

    static ObjectNode report(SnpReport report) {
        var fields = Json.object()
                .put("version", report.version())
                .put("measurement", report.measurement().toString())
                .put("policy", Text.hex(report.policy().bits()));
        words(fields, "policyWords", report.policy().words());
        fields.put("guestSvn", report.guestSvn())
                .put("vmpl", report.vmpl())
                .put("hostData", report.hostData().toString())
                .put("reportData", report.reportData().toString())
                .put("reportId", report.reportId().toString())
                .put("idKeyDigest", report.idKeyDigest().toString())
                .put("authorKeyDigest", report.authorKeyDigest().toString())
                .put("familyId", report.familyId().toString())
                .put("imageId", report.imageId().toString())
                .put("chipId", report.chipId().toString())
                .put("product", report.product().name());
        cpuid(fields, report);
        fields.put("signingKey", report.keyInfo().signingKey().name())
                .put("authorKeyEnabled", report.keyInfo().authorKeyEnabled())
                .put("chipKeyMasked", report.keyInfo().chipKeyMasked())
                .put("signatureAlgorithm", report.signatureAlgorithm())
                .put("migrationAgentReportId", report.migrationAgentReportId().toString())
                .put("currentFirmware", report.currentFirmware().toString())
                .put("committedFirmware", report.committedFirmware().toString());
        if (report.version() > 4) {
            fields.put("launchMitigations", Text.hex(report.launchMitigations()))
                    .put("currentMitigations", Text.hex(report.currentMitigations()));
        }
        words(fields, "platformWords", report.platform().words());
        tcb(fields, "currentTcb", report.currentTcb());
        tcb(fields, "reportedTcb", report.reportedTcb());
        tcb(fields, "committedTcb", report.committedTcb());
        tcb(fields, "launchTcb", report.launchTcb());
        return document(Platform.SEV_SNP, "launchDigest", report.measurement().toString(), fields);
    }

    /** Version 2 does not name its processor. */
    private static void cpuid(ObjectNode fields, SnpReport report) {
        if (report.version() > 2) {
            fields.putObject("cpuid")
                    .put("family", Text.hex(report.cpuid().family()))
                    .put("model", Text.hex(report.cpuid().model()))
                    .put("stepping", Text.hex(report.cpuid().stepping()));
        }
    }

    static ObjectNode quote(TdxQuote.Beginning quote) {
        return body(quote.body(), Json.object().put("version", quote.header().version()));
    }

    static ObjectNode tdReport(TdReport report) {
        return body(report.body(), Json.object());
    }

    private static ObjectNode body(TdxBody all, ObjectNode fields) {
        var body = all.common();
        fields.put("mrtd", body.mrtd().toString())
                .put("attributes", Text.hex(body.tdAttributes().bits()));
        words(fields, "attributeWords", body.tdAttributes().words());
        fields.put("xfam", Text.hex(body.xfam()))
                .put("mrConfigId", body.mrConfigId().toString())
                .put("mrOwner", body.mrOwner().toString())
                .put("mrOwnerConfig", body.mrOwnerConfig().toString());
        words(fields, "rtmrs", body.rtmrs().stream().map(Object::toString).toList());
        fields.put("reportData", body.reportData().toString())
                .put("teeTcbSvn", body.teeTcbSvn().toString())
                .put("mrSeam", body.mrSeam().toString())
                .put("mrSignerSeam", body.mrSignerSeam().toString());
        if (all instanceof TdxBody.Tdx15 newer) {
            fields.put("teeTcbSvn2", newer.teeTcbSvn2().toString())
                    .put("mrServiceTd", newer.mrServiceTd().toString());
        }
        return document(Platform.TDX, "mrtd", body.mrtd().toString(), fields);
    }

    private static ObjectNode document(Platform platform, String digest, String value, ObjectNode fields) {
        var document = Json.object().put("platform", platform.name());
        document.putObject("digests").putObject(platform.name()).put(digest, value);
        document.set("report", fields);
        return document;
    }

    private static void words(ObjectNode json, String name, List<String> words) {
        var array = json.putArray(name);
        words.forEach(array::add);
    }

    private static void tcb(ObjectNode json, String name, Tcb tcb) {
        var levels = json.putObject(name);
        if (tcb.hasFmc()) {
            levels.put("fmc", tcb.fmc());
        }
        levels.put("bootloader", tcb.bootloader())
                .put("tee", tcb.tee())
                .put("snp", tcb.snp())
                .put("microcode", tcb.microcode());
    }
}
