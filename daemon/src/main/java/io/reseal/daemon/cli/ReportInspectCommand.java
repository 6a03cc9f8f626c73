package io.reseal.daemon.cli;

import io.reseal.daemon.feed.Json;
import io.reseal.daemon.files.MappedFile;
import io.reseal.igvm.attestation.Certificates;
import io.reseal.igvm.attestation.Comparison;
import io.reseal.igvm.attestation.Findings;
import io.reseal.igvm.attestation.Octets;
import io.reseal.igvm.attestation.SnpChain;
import io.reseal.igvm.attestation.SnpReport;
import io.reseal.igvm.attestation.SnpSignature;
import io.reseal.igvm.attestation.TdxQuote;
import io.reseal.igvm.attestation.TdxSignature;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code reseal report inspect}. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description =
                "Says what an SEV-SNP attestation report or a TDX quote holds, and whether it is what was expected.",
        footer = {"", "Example: reseal report inspect report.bin --expect DIGEST --chain vcek-ask-ark.pem"})
final class ReportInspectCommand implements Callable<Integer> {
    private static final long LARGEST = 1L << 20;
    private static final int SNP_CHAIN = 3;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-fA-F]{96}");

    private final Console console;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "the report (1184 bytes) or quote, as the guest got it")
    private Path file = Path.of("");

    @Option(names = "--expect", paramLabel = "DIGEST", description = "the launch digest or MRTD that it must have")
    private String expected = "";

    @Option(
            names = "--chain",
            paramLabel = "FILE",
            description =
                    "certificates in PEM to check it with: VCEK, ASK and ARK in this order; Intel's root for a quote")
    private @Nullable Path chain;

    @Option(names = "--json", description = "one JSON document on standard output")
    private boolean json;

    ReportInspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (!expected.isEmpty() && !DIGEST.matcher(expected).matches()) {
            throw new ParameterException(
                    spec.commandLine(), "--expect must be 96 hexadecimal digits, but is `" + expected + "`");
        }
        return new FileCheck(console, json, file)
                .run(
                        () -> MappedFile.read(file, LARGEST, this::document),
                        document -> ReportLines.print(console, document));
    }

    private ObjectNode document(MemorySegment bytes) {
        // parsed from a copy, so that what is shown is what was checked
        var copy = MemorySegment.ofArray(bytes.toArray(ValueLayout.JAVA_BYTE));
        boolean snp = copy.byteSize() == SnpReport.SIZE;
        var document = snp ? ReportJson.report(SnpReport.parse(copy)) : ReportJson.quote(TdxQuote.parse(copy));
        if (!expected.isEmpty()) {
            compare(copy, snp, document);
        }
        if (chain != null) {
            check(snp ? snpFindings(copy, chain) : tdxFindings(copy, chain), document);
        }
        return document;
    }

    private void compare(MemorySegment bytes, boolean snp, ObjectNode document) {
        var digest = Octets.ofHex(expected);
        var comparison = snp
                ? Comparison.of(SnpReport.parse(bytes), digest, List.of())
                : Comparison.of(TdxQuote.parse(bytes), digest, List.of());
        document.put("asExpected", comparison.verdict() == Comparison.Verdict.SAME);
        if (comparison.verdict() == Comparison.Verdict.DIFFERENT) {
            document.setAll(FileCheck.rejected(
                    "NOT_AS_EXPECTED",
                    OptionalLong.empty(),
                    file + ": " + String.join("; ", comparison.differences())));
        }
    }

    private Findings snpFindings(MemorySegment bytes, Path certificates) {
        var all = certificates(certificates);
        if (all.size() != SNP_CHAIN) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--chain must have VCEK, ASK and ARK in this order, but has " + all.size() + " certificates");
        }
        return SnpSignature.check(bytes, new SnpChain(all.get(0), all.get(1), all.get(2)), Instant.now());
    }

    private Findings tdxFindings(MemorySegment bytes, Path certificates) {
        return TdxSignature.check(bytes, certificates(certificates).getLast(), Instant.now());
    }

    private static List<X509Certificate> certificates(Path file) {
        return MappedFile.read(
                file, LARGEST, bytes -> Certificates.parse(Octets.of(bytes.toArray(ValueLayout.JAVA_BYTE))));
    }

    private void check(Findings findings, ObjectNode document) {
        document.setAll(Json.list(
                "checks",
                findings.all(),
                finding -> Json.object()
                        .put("check", finding.check().name())
                        .put("ok", finding.ok())
                        .put("detail", finding.words())));
        var unjudged = document.putArray("notJudged");
        findings.notJudged().forEach(unjudged::add);
        if (!findings.ok()) {
            var reasons =
                    findings.failed().stream().map(finding -> finding.words()).toList();
            document.setAll(
                    FileCheck.rejected("NOT_GENUINE", OptionalLong.empty(), file + ": " + String.join("; ", reasons)));
        }
    }
}
