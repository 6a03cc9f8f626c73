package io.reseal.benchmarks;

import static io.reseal.benchmarks.report.Row.number;

import io.reseal.benchmarks.report.Row;
import io.reseal.benchmarks.report.Samples;
import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.process.ResealDaemon;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A daemon that finds many guests when it starts, and then has nothing to do. */
final class ManyGuests {
    private static final double AIM_SECONDS = 3;
    private static final double AIM_MEGABYTES = 120;
    private static final double AIM_CPU_PERCENT = 1;
    private static final int MEMORY_MIB = 16;
    private static final int AT_ONCE = 4;
    private static final Duration STEP = Duration.ofMillis(250);

    private final Setting setting;
    private final List<Double> fromStart = new ArrayList<>();
    private final List<Double> fromReady = new ArrayList<>();
    private final List<Double> megabytes = new ArrayList<>();
    private final List<Double> cpuPercent = new ArrayList<>();

    ManyGuests(Setting setting) {
        this.setting = setting;
    }

    List<Row> measure() throws InterruptedException {
        int count = setting.choose(20, 200);
        Setting.say("starting " + count + " guests...");
        try (var folder = SocketFolder.create()) {
            var guests = Qemu.startAll(
                    count,
                    AT_ONCE,
                    i -> Qemu.guest()
                            .memoryMiB(MEMORY_MIB)
                            .name("vm-" + i)
                            .socket(folder.path().resolve("vm-" + i + ".qmp")));
            try {
                for (int i = 0; i < setting.choose(2, 5); i++) {
                    watch(folder, count);
                }
                var c = setting.c().query(1, guests.stream().map(QemuGuest::qmp).toList());
                return rows(count, c);
            } finally {
                guests.forEach(QemuGuest::close);
            }
        }
    }

    private void watch(SocketFolder folder, int count) throws InterruptedException {
        var started = Instant.now();
        try (var daemon = ResealDaemon.start(setting.launcher(), folder.path(), "")) {
            var ready = Instant.now();
            var watched = Await.watched(daemon, count, STEP);
            fromStart.add(seconds(started, watched));
            fromReady.add(seconds(ready, watched));
            idle(new ProcessFacts(daemon.pid()));
        }
    }

    /** The first seconds belong to the start: the JVM compiles, and the first samples are taken. */
    private void idle(ProcessFacts daemon) throws InterruptedException {
        var span = Duration.ofSeconds(setting.choose(10, 30));
        Setting.say("a daemon that has nothing to do, for " + span.toSeconds() + " s...");
        Thread.sleep(Duration.ofSeconds(5));
        var before = daemon.cpuTime();
        var since = Instant.now();
        Thread.sleep(span);
        cpuPercent.add(100 * seconds(daemon.cpuTime().minus(before)) / seconds(since, Instant.now()));
        megabytes.add(daemon.residentMegabytes());
    }

    private List<Row> rows(int count, CClient.Result c) {
        var attach = Samples.of(fromStart);
        var attachReady = Samples.of(fromReady);
        var resident = Samples.of(megabytes);
        var cpu = Samples.of(cpuPercent);
        double ofC = c.attaches().stream().mapToDouble(Double::doubleValue).sum() / 1e6;
        return List.of(
                new Row(
                        count + " guests attached, from the start of the process",
                        "≤ 3 s",
                        new Row.Values(
                                number("%.2f s", attach.median()),
                                number("%.2f s", attach.max()),
                                number("%.3f s", ofC),
                                ""),
                        Row.Verdict.of(attach.median() <= AIM_SECONDS),
                        number(
                                "%.2f to %.2f s; C only negotiates and asks one question, %.0f µs for each guest",
                                attach.min(), attach.max(), ofC / count * 1e6)),
                plain("… from its line `ready`", attachReady, "s"),
                new Row(
                        "resident memory then",
                        "≤ 120 MB",
                        new Row.Values(
                                number("%.0f MB", resident.median()),
                                number("%.0f MB", resident.max()),
                                number("%.1f MB", c.residentMegabytes()),
                                ""),
                        Row.Verdict.of(resident.median() <= AIM_MEGABYTES),
                        number("%.0f to %.0f MB", resident.min(), resident.max())),
                new Row(
                        "CPU while nothing happens",
                        "≤ 1 % of a core",
                        Row.Values.of(number("%.2f %%", cpu.median()), number("%.2f %%", cpu.max())),
                        Row.Verdict.of(cpu.median() <= AIM_CPU_PERCENT),
                        number("%.2f to %.2f %%", cpu.min(), cpu.max())));
    }

    private static Row plain(String what, Samples samples, String unit) {
        return new Row(
                what,
                "",
                Row.Values.of(number("%.2f %s", samples.median(), unit), number("%.2f %s", samples.max(), unit)),
                Row.Verdict.NONE,
                number("%.2f to %.2f %s", samples.min(), samples.max(), unit));
    }

    private static double seconds(Instant from, Instant to) {
        return seconds(Duration.between(from, to));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
