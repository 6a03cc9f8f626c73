package io.reseal.daemon.cli.report;

import io.reseal.config.Utf8Path;
import io.reseal.daemon.cli.arguments.Argument;
import io.reseal.daemon.cli.arguments.ArgumentException;
import io.reseal.daemon.cli.arguments.Command;
import io.reseal.daemon.cli.arguments.Syntax;
import io.reseal.daemon.cli.file.FileCheck;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.cli.terminal.Moment;
import io.reseal.daemon.files.MappedFile;
import io.reseal.igvm.attestation.Octets;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Instant;
import java.util.regex.Pattern;

/** {@code reseal report inspect}. */
public final class ReportInspectCommand implements Command {
    private static final long LARGEST = 4L << 20;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-fA-F]{96}");

    private final Console console;
    private final Syntax syntax = new Syntax(
            "Says what an SEV-SNP attestation report or a TDX quote holds, and whether it is what was expected.",
            "",
            "FILE may be binary, hexadecimal, base64, the JSON of common tools, Azure's vTPM blob; a report may have its"
                    + " certificates or zeros behind it.",
            "",
            "Example: reseal report inspect report.bin --expect DIGEST --chain vcek.pem --chain ask_ark.pem");
    private final Argument<Path> file =
            syntax.operand("FILE", "the report or quote, as the guest or a tool gave it", Utf8Path::of);
    private final Argument<String> expected = syntax.option(
            "--expect", "DIGEST", "the launch digest or MRTD that it must have", ReportInspectCommand::digest);
    private final Argument<Path> chain = syntax.option(
                    "--chain",
                    "FILE",
                    "certificates to check it with, in any order: VCEK or VLEK, ASK and ARK; Intel's root for a quote."
                            + " PEM, DER, or Azure's THIM JSON; may be given several times",
                    Utf8Path::of)
            .repeatable();
    private final Argument<Instant> at = syntax.option(
            "--at",
            "TIME",
            "when the certificates must be valid, for evidence from the past: ISO 8601, such as 2025-11-28 (its"
                    + " beginning, UTC) or 2025-11-28T14:05:00Z; now by default",
            Moment::parse);
    private final Argument<Boolean> json = syntax.flag("--json", "one JSON document on standard output");

    public ReportInspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run() {
        var asked = new Inspection.Wanted(
                expected.value().orElse(""), chain.values(), at.value().orElseGet(Instant::now));
        return new FileCheck(console, json.given(), file.get())
                .run(
                        // copied once, so that what is shown is what was checked
                        () -> Inspection.of(
                                file.get(), MappedFile.read(file.get(), LARGEST, ReportInspectCommand::copy), asked),
                        document -> ReportLines.print(console, document));
    }

    private static String digest(String text) {
        if (!DIGEST.matcher(text).matches()) {
            throw new ArgumentException("must be 96 hexadecimal digits, but is `" + text + "`");
        }
        return text;
    }

    private static Octets copy(MemorySegment bytes) {
        return Octets.of(bytes.toArray(ValueLayout.JAVA_BYTE));
    }
}
