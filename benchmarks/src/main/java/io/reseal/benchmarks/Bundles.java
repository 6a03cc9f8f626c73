package io.reseal.benchmarks;

import static io.reseal.benchmarks.report.Row.number;

import io.reseal.benchmarks.report.Row;
import io.reseal.benchmarks.report.Samples;
import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.TestbedException;
import io.reseal.testbed.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** IGVM bundles measured and inspected, beside one SHA-384 of the same bytes; {@link IgvmMeasure} does it. */
final class Bundles {
    private static final double AIM = 1.3;
    private static final double MEMORY_AIM_MEGABYTES = 16;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MEGABYTE = 1 << 20;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Setting setting;

    Bundles(Setting setting) {
        this.setting = setting;
    }

    List<Row> measure() {
        int rounds = setting.choose(5, 31);
        Setting.say("IGVM bundles of 64 MiB and 1 GiB, " + rounds + " rounds...");
        try (var folder = SocketFolder.create()) {
            var lines = run(java(folder.path(), rounds));
            var hash = values(lines, "hash ", NANOS_PER_MILLI);
            return List.of(
                    measured(hash, values(lines, "measure ", NANOS_PER_MILLI), lines),
                    shared(hash, values(lines, "shared ", NANOS_PER_MILLI)),
                    openSsl(folder.path().resolve("unique.igvm"), rounds, values(lines, "measure ", NANOS_PER_MILLI)),
                    inspected(lines));
        }
    }

    /** In a JVM of its own, with both compilers. */
    private static List<String> java(Path folder, int rounds) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java");
        return List.of(
                java.toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                IgvmMeasure.class.getName(),
                folder.toString(),
                String.valueOf(rounds));
    }

    private static Row measured(Samples hash, Samples measure, List<String> lines) {
        double ratio = measure.median() / hash.median();
        double megabytes = values(lines, "allocated ", MEGABYTE).max();
        return new Row(
                "SEV-SNP launch digest of a 64 MiB IGVM bundle, every page another",
                "<= 1.3 of one SHA-384 of the file; <= 16 MB beside it",
                new Row.Values(
                        number("%.0f ms, %.1f MB", measure.median(), megabytes),
                        number("%.0f ms", measure.max()),
                        number("JDK's SHA-384 %.0f ms", hash.median()),
                        number("%.2f", ratio)),
                Row.Verdict.of(ratio <= AIM && megabytes <= MEMORY_AIM_MEGABYTES),
                spread(measure));
    }

    private static Row shared(Samples hash, Samples measure) {
        return new Row(
                "the same, all pages share their data",
                "hashed once",
                new Row.Values(
                        number("%.0f ms", measure.median()),
                        number("%.0f ms", measure.max()),
                        number("JDK's SHA-384 of 64 MiB %.0f ms", hash.median()),
                        number("%.2f", measure.median() / hash.median())),
                Row.Verdict.NONE,
                spread(measure));
    }

    private static Row openSsl(Path bundle, int rounds, Samples measure) {
        var millis = new ArrayList<Double>();
        for (int i = 0; i < rounds; i++) {
            long begun = System.nanoTime();
            run(List.of("openssl", "dgst", "-sha384", bundle.toString()));
            millis.add((System.nanoTime() - begun) / NANOS_PER_MILLI);
        }
        var openSsl = Samples.of(millis);
        return new Row(
                "the same digest beside `openssl dgst -sha384` of the file",
                "",
                new Row.Values(
                        number("%.0f ms", measure.median()),
                        number("%.0f ms", measure.max()),
                        number("OpenSSL %.0f ms", openSsl.median()),
                        number("%.2f", measure.median() / openSsl.median())),
                Row.Verdict.NONE,
                number("OpenSSL %.0f to %.0f ms, start of its process included", openSsl.min(), openSsl.max()));
    }

    private static Row inspected(List<String> lines) {
        var inspect = values(lines, "inspect ", NANOS_PER_MILLI);
        double megabytes = values(lines, "touched ", MEGABYTE).max();
        return new Row(
                "an IGVM bundle of 1 GiB with 16385 headers inspected",
                "reads headers only",
                Row.Values.of(
                        number("%.1f ms, %.1f MB of the file", inspect.median(), megabytes),
                        number("%.1f ms", inspect.max())),
                Row.Verdict.of(megabytes <= 1),
                spread(inspect));
    }

    private static String spread(Samples samples) {
        return number("%d rounds, %.1f to %.1f ms", samples.count(), samples.min(), samples.max());
    }

    private static List<String> run(List<String> command) {
        try (var program = ChildProcess.start(command)) {
            if (program.awaitExit(PATIENCE) != 0) {
                throw new TestbedException(command.getFirst() + " failed: " + String.join(" ", program.output()));
            }
            return program.output();
        }
    }

    private static Samples values(List<String> lines, String word, double unit) {
        return Samples.of(lines.stream()
                .filter(line -> line.startsWith(word))
                .map(line -> Long.parseLong(line.substring(word.length())) / unit)
                .toList());
    }
}
