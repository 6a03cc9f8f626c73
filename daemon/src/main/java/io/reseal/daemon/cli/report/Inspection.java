package io.reseal.daemon.cli.report;

import io.reseal.daemon.api.Json;
import io.reseal.daemon.cli.file.Failures;
import io.reseal.daemon.files.FileTroubleException;
import io.reseal.igvm.attestation.AttestationException;
import io.reseal.igvm.attestation.AttestationFindings;
import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.certificate.NamedCertificate;
import io.reseal.igvm.attestation.comparison.Comparison;
import io.reseal.igvm.attestation.comparison.Expected;
import io.reseal.igvm.attestation.recognition.FoundEvidence;
import io.reseal.igvm.attestation.snp.SnpReport;
import io.reseal.igvm.attestation.snp.SnpSignature;
import io.reseal.igvm.attestation.tdx.TdReport;
import io.reseal.igvm.attestation.tdx.TdxQuote;
import io.reseal.igvm.attestation.tdx.TdxSignature;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One file of evidence: a document with all that could be read of it, and then what failed. */
final class Inspection {
    /**
     * What the operator wants to know.
     *
     * @param digest that it must have, in hexadecimal digits; empty for any
     * @param chain files of certificates
     * @param at when certificates have to be valid
     */
    record Wanted(String digest, List<Path> chain, Instant at) {}

    private final Path file;
    private final Wanted asked;
    private final FoundEvidence found;
    private final MemorySegment bytes;
    private final ObjectNode document;
    private final ArrayNode notJudged;
    private final Failures failures = new Failures();

    private Inspection(Path file, Wanted asked, FoundEvidence found) {
        this.file = file;
        this.asked = asked;
        this.found = found;
        this.bytes = MemorySegment.ofArray(found.bytes().bytes());
        this.document = ReportJson.evidence(found);
        this.notJudged = Json.object().putArray("notJudged");
    }

    /**
     * Looks at it.
     *
     * @throws AttestationException if it is no evidence
     */
    static ObjectNode of(Path file, Octets content, Wanted asked) {
        return new Inspection(file, asked, EvidenceFile.read(file.toString(), content)).document();
    }

    private ObjectNode document() {
        switch (found.kind()) {
            case SNP_REPORT -> snp();
            case TDX_QUOTE -> tdx();
            case SGX_QUOTE ->
                unsigned(
                        ReportJson.sgx(found.bytes()),
                        "is an SGX quote, of an enclave, and no TDX quote: TEE type is 0 in its header, and 81h in a TDX"
                                + " quote; take the quote of the guest");
            case TD_REPORT ->
                unsigned(
                        ReportJson.tdReport(TdReport.parse(found.bytes())),
                        "is a TDREPORT, which carries no signature, so that only the processor that made it can verify it:"
                                + " have the host's quoting enclave turn it into a quote (in the guest by configfs-tsm, on"
                                + " Azure by IMDS), and inspect that");
        }
        if (!notJudged.isEmpty()) {
            document.set("notJudged", notJudged);
        }
        failures.addTo(document);
        return document;
    }

    private void snp() {
        try {
            var report = SnpReport.parse(bytes);
            document.setAll(ReportJson.report(report));
            if (found.fault().isPresent()) {
                failures.add("SIZE", file + ": " + found.fault().orElseThrow());
                notJudged.add("who made it, and whether it is as expected (it is not whole)");
                return;
            }
            judge(certificates -> SnpSignature.check(bytes, certificates, asked.at()));
            compare(Comparison::of, report);
        } catch (AttestationException unreadable) {
            document.setAll(ReportJson.version(found));
            failures.add(file, unreadable);
        }
    }

    private void tdx() {
        try {
            document.setAll(ReportJson.quote(TdxQuote.beginning(bytes)));
            var quote = TdxQuote.parse(bytes);
            judge(certificates -> TdxSignature.check(bytes, certificates, asked.at()));
            compare(Comparison::of, quote);
        } catch (AttestationException unreadable) {
            failures.add(file, unreadable);
            if (!document.has("report")) {
                document.setAll(ReportJson.version(found));
            }
        }
    }

    private void unsigned(ObjectNode fields, String why) {
        document.setAll(fields);
        notJudged.add("who made it, and whether it is as expected (it is not signed)");
        failures.add("NOT_SIGNED", file + ": " + why);
    }

    /** {@link Comparison#of} has the same form for each kind of evidence. */
    private interface Comparing<T> {
        Comparison of(T evidence, Octets digest, List<Expected> others);
    }

    private <T> void compare(Comparing<T> comparing, T evidence) {
        if (asked.digest().isEmpty()) {
            return;
        }
        var comparison = comparing.of(evidence, Octets.ofHex(asked.digest()), List.of());
        boolean same = comparison.verdict() == Comparison.Verdict.SAME;
        document.put("asExpected", same);
        if (!same) {
            failures.add("NOT_AS_EXPECTED", file + ": " + String.join("; ", comparison.differences()));
        }
    }

    /** How certificates are used for a kind of evidence. */
    private interface Judging {
        AttestationFindings findings(List<NamedCertificate> certificates);
    }

    private void judge(Judging judging) {
        if (asked.chain().isEmpty()) {
            notJudged.add(
                    found.certificates().isEmpty()
                            ? "who made it (no certificates were given, see --chain)"
                            : "who made it (certificates came with it, but their root proves nothing: give it by --chain)");
            return;
        }
        List<NamedCertificate> all = new ArrayList<>();
        for (var each : asked.chain()) {
            try {
                all.addAll(CertificateFile.read(each));
            } catch (AttestationException unreadable) {
                failures.add(unreadable.code().name(), String.valueOf(unreadable.getMessage()));
            } catch (FileTroubleException trouble) {
                failures.add(trouble.code().name(), String.valueOf(trouble.getMessage()));
            }
        }
        if (!failures.isEmpty()) {
            notJudged.add("who made it (not all certificates can be read)");
            return;
        }
        // a root that came with the evidence would prove nothing but that somebody has put it there
        found.certificates().stream().filter(each -> !each.isSelfIssued()).forEach(all::add);
        document.setAll(ReportJson.certificates(all));
        findings(judging.findings(all));
    }

    private void findings(AttestationFindings findings) {
        document.put("judgedAt", asked.at().truncatedTo(ChronoUnit.SECONDS).toString());
        document.setAll(ReportJson.checks(findings));
        findings.notJudged().forEach(notJudged::add);
        if (!findings.ok()) {
            failures.add(
                    "NOT_GENUINE",
                    file + ": "
                            + findings.failed().stream()
                                    .map(finding -> finding.words())
                                    .collect(Collectors.joining("; ")));
        }
    }
}
