package io.reseal.daemon.cli.report;

import io.reseal.daemon.cli.file.FileCheck;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.cli.terminal.MomentConverter;
import io.reseal.daemon.files.MappedFile;
import io.reseal.igvm.attestation.Octets;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reseal report inspect}. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description =
                "Says what an SEV-SNP attestation report or a TDX quote holds, and whether it is what was expected.",
        footer = {
            "",
            "FILE may be binary, hexadecimal, base64, the JSON of common tools, Azure's vTPM blob; a report may have its"
                    + " certificates or zeros behind it.",
            "",
            "Example: reseal report inspect report.bin --expect DIGEST --chain vcek.pem --chain ask_ark.pem"
        })
public final class ReportInspectCommand implements Callable<Integer> {
    private static final long LARGEST = 4L << 20;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-fA-F]{96}");

    private final Console console;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "the report or quote, as the guest or a tool gave it")
    private Path file = Path.of("");

    @Option(names = "--expect", paramLabel = "DIGEST", description = "the launch digest or MRTD that it must have")
    private String expected = "";

    @Option(
            names = "--chain",
            paramLabel = "FILE",
            description =
                    "certificates to check it with, in any order: VCEK or VLEK, ASK and ARK; Intel's root for a quote."
                            + " PEM, DER, or Azure's THIM JSON; may be given several times")
    private List<Path> chain = List.of();

    @Option(
            names = "--at",
            paramLabel = "TIME",
            converter = MomentConverter.class,
            description =
                    "when the certificates must be valid, for evidence from the past: ISO 8601, such as 2025-11-28 (its"
                            + " beginning, UTC) or 2025-11-28T14:05:00Z; now by default")
    private @Nullable Instant at;

    @Option(names = "--json", description = "one JSON document on standard output")
    private boolean json;

    public ReportInspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (!expected.isEmpty() && !DIGEST.matcher(expected).matches()) {
            throw new ParameterException(
                    spec.commandLine(), "--expect must be 96 hexadecimal digits, but is `" + expected + "`");
        }
        var asked =
                new Inspection.Wanted(expected, chain, Optional.ofNullable(at).orElseGet(Instant::now));
        return new FileCheck(console, json, file)
                .run(
                        // copied once, so that what is shown is what was checked
                        () -> Inspection.of(file, MappedFile.read(file, LARGEST, ReportInspectCommand::copy), asked),
                        document -> ReportLines.print(console, document));
    }

    private static Octets copy(MemorySegment bytes) {
        return Octets.of(bytes.toArray(ValueLayout.JAVA_BYTE));
    }
}
