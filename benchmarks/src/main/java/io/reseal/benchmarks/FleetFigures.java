package io.reseal.benchmarks;

import static io.reseal.benchmarks.report.Row.number;

import io.reseal.benchmarks.host.CProgram;
import io.reseal.benchmarks.report.Row;
import io.reseal.benchmarks.report.Samples;
import java.util.ArrayList;
import java.util.List;

/** What was measured with many guests, and the rows of it. For one thread. */
final class FleetFigures {
    private static final double AIM_RESETS = 1.3;
    private static final double AIM_CPU_PERCENT = 1;
    private static final double NANOS = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    private final int count;
    private final Aims aims;
    private final List<Double> ready = new ArrayList<>();
    private final List<Double> attached = new ArrayList<>();
    private final List<Double> again = new ArrayList<>();
    private final List<Double> megabytes = new ArrayList<>();
    private final List<Double> cpuPercent = new ArrayList<>();
    private final List<Double> resets = new ArrayList<>();
    private final List<Double> proofs = new ArrayList<>();
    private final List<Double> attachedByC = new ArrayList<>();
    private final List<Double> resetsByC = new ArrayList<>();
    private final List<Double> proofsByC = new ArrayList<>();
    private final List<Double> unproven = new ArrayList<>();

    /**
     * For so many guests.
     *
     * @param attachOfC how often the time of the client in C attaching may take
     * @param againSeconds from the end of one daemon until another one watches all
     */
    record Aims(double attachOfC, double againSeconds, double megabytes) {}

    FleetFigures(int count, Aims aims) {
        this.count = count;
        this.aims = aims;
    }

    void attached(double readySeconds, double seconds) {
        ready.add(readySeconds);
        attached.add(seconds);
    }

    void idle(double percent, double resident) {
        cpuPercent.add(percent);
        megabytes.add(resident);
    }

    void again(double seconds) {
        again.add(seconds);
    }

    void reset(ResetWave.Outcome outcome) {
        resets.add(outcome.seconds());
        proofs.addAll(outcome.proofs());
        unproven.add((double) outcome.unproven());
    }

    /** @param lines of {@code qmp-fleet} */
    void ofC(List<String> lines) {
        attachedByC.addAll(CProgram.values(lines, "attach ", NANOS));
        resetsByC.addAll(CProgram.values(lines, "resets ", NANOS));
        proofsByC.addAll(CProgram.values(lines, "proof ", NANOS_PER_MILLI));
    }

    Row unmeasured(double wantedMegabytes, double there) {
        return new Row(
                what(""),
                "",
                Row.Values.of("not measured", ""),
                Row.Verdict.NONE,
                number(
                        "the machine has not the memory: %.0f MB are available, %.0f MB are wanted",
                        there, wantedMegabytes));
    }

    List<Row> rows() {
        var rows = new ArrayList<Row>();
        rows.add(attach());
        rows.add(plain(
                what("watched again after a SIGKILL, from the end of the daemon"),
                Samples.of(again),
                "s",
                aims.againSeconds()));
        rows.add(plain(what("resident memory"), Samples.of(megabytes), "MB", aims.megabytes()));
        rows.add(plain(what("CPU while nothing happens"), Samples.of(cpuPercent), "%", AIM_CPU_PERCENT));
        if (!resets.isEmpty()) {
            rows.add(resets());
            rows.add(proofs());
            var not = Samples.of(unproven);
            rows.add(plain(what("resets that stay unproven, of all at once"), not, "resets", 0));
        }
        return List.copyOf(rows);
    }

    private String what(String of) {
        return number("%,d guests", count) + (of.isEmpty() ? "" : ": " + of);
    }

    private Row attach() {
        var all = Samples.of(attached);
        var c = attachedByC.isEmpty() ? 0 : Samples.of(attachedByC).median();
        var spread = number(
                "%.2f to %.2f s, ready after %.2f s; C negotiates with all at once, and asks nothing",
                all.min(), all.max(), Samples.of(ready).median());
        return c == 0
                ? new Row(what("attached"), "", values(all, "s"), Row.Verdict.NONE, spread)
                : compared(
                        what("attached, from the start of the process"), new Beside(all, c, aims.attachOfC()), spread);
    }

    private Row resets() {
        var all = Samples.of(resets);
        var c = Samples.of(resetsByC);
        return compared(
                what("all reset and proven, from the first request"),
                new Beside(all, c.median(), AIM_RESETS),
                number(
                        "%d rounds, %.2f to %.2f s; by C %d rounds, %.2f to %.2f s, the connections open already",
                        all.count(), all.min(), all.max(), c.count(), c.min(), c.max()));
    }

    /** Seconds beside those of the client in C, and how often its time they may be. */
    private record Beside(Samples seconds, double ofC, double aim) {}

    private static Row compared(String what, Beside beside, String spread) {
        var all = beside.seconds();
        double ratio = all.median() / beside.ofC();
        return new Row(
                what,
                number("≤ %.1f × C", beside.aim()),
                new Row.Values(
                        number("%.2f s", all.median()),
                        number("%.2f s", all.max()),
                        number("%.2f s", beside.ofC()),
                        number("%.2f", ratio)),
                Row.Verdict.of(ratio <= beside.aim()),
                spread);
    }

    private Row proofs() {
        var all = Samples.of(proofs);
        var c = Samples.of(proofsByC);
        return new Row(
                what("RESET event to `rebuilt`, all at once"),
                "",
                new Row.Values(
                        number("%.1f ms", all.median()),
                        number("%.1f ms", all.percentile(99)),
                        number("%.1f ms", c.median()),
                        number("%.2f", all.median() / c.median())),
                Row.Verdict.NONE,
                number(
                        "%d resets, %.1f to %.1f ms; by C p99 %.1f ms, from when it reads the event to the counters",
                        all.count(), all.min(), all.max(), c.percentile(99)));
    }

    private static Row plain(String what, Samples samples, String unit, double aim) {
        return new Row(
                what,
                number("≤ %s %s", plain(aim), unit),
                values(samples, unit),
                Row.Verdict.of(samples.median() <= aim),
                number("%d rounds, %.2f to %.2f %s", samples.count(), samples.min(), samples.max(), unit));
    }

    private static Row.Values values(Samples samples, String unit) {
        return Row.Values.of(number("%.2f %s", samples.median(), unit), number("%.2f %s", samples.max(), unit));
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? number("%.0f", number) : number("%s", number);
    }
}
