package io.reseal.daemon.cli;

import io.reseal.daemon.feed.Json;
import io.reseal.igvm.Platform;
import io.reseal.igvm.attestation.SnpReport;
import io.reseal.igvm.attestation.Tcb;
import io.reseal.igvm.attestation.TdxBody;
import io.reseal.igvm.attestation.TdxQuote;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Reports and quotes as JSON; an API for scripts. */
final class ReportJson {
    private ReportJson() {}

    static ObjectNode report(SnpReport report) {
        var fields = Json.object()
                .put("version", report.version())
                .put("measurement", report.measurement().toString())
                .put("policy", IgvmJson.hex(report.policy().bits()));
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
                .put("product", report.product().name())
                .put("signingKey", report.keyInfo().signingKey().name());
        words(fields, "platformWords", report.platform().words());
        tcb(fields, "currentTcb", report.currentTcb());
        tcb(fields, "reportedTcb", report.reportedTcb());
        tcb(fields, "committedTcb", report.committedTcb());
        tcb(fields, "launchTcb", report.launchTcb());
        return document(Platform.SEV_SNP, "launchDigest", report.measurement().toString(), fields);
    }

    static ObjectNode quote(TdxQuote quote) {
        var body = quote.body().common();
        var fields = Json.object()
                .put("version", quote.header().version())
                .put("mrtd", body.mrtd().toString())
                .put("attributes", IgvmJson.hex(body.tdAttributes().bits()));
        words(fields, "attributeWords", body.tdAttributes().words());
        fields.put("xfam", IgvmJson.hex(body.xfam()))
                .put("mrConfigId", body.mrConfigId().toString())
                .put("mrOwner", body.mrOwner().toString())
                .put("mrOwnerConfig", body.mrOwnerConfig().toString());
        words(fields, "rtmrs", body.rtmrs().stream().map(Object::toString).toList());
        fields.put("reportData", body.reportData().toString())
                .put("teeTcbSvn", body.teeTcbSvn().toString())
                .put("mrSeam", body.mrSeam().toString())
                .put("mrSignerSeam", body.mrSignerSeam().toString());
        if (quote.body() instanceof TdxBody.Tdx15 newer) {
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
