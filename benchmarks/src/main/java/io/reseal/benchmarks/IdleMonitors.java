package io.reseal.benchmarks;

import static io.reseal.benchmarks.report.Row.number;

import io.reseal.benchmarks.report.Row;
import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.process.ChildProcess;
import io.reseal.testbed.process.ProcessFacts;
import io.reseal.testbed.process.ResealDaemon;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A daemon with very many monitors that have nothing to tell: scripted ones, so that they fit into any machine. */
final class IdleMonitors {
    private static final double AIM_KILOBYTES = 8;
    private static final double AIM_CPU_PERCENT = 2;
    /** What is compiled, loaded and reserved once is in both daemons that are compared, and not in the difference. */
    private static final int PART = 4;

    private static final int SPARE = 100;
    /** Each has two descriptors in the process that plays it, which may have 20,000. */
    private static final int IN_ONE_PROCESS = 5_000;

    private static final Duration STEP = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final double KIB_PER_MB = 1024;

    private final Setting setting;

    /** What a daemon needs. */
    private record Need(double megabytes, double cpuPercent, double attachSeconds) {}

    IdleMonitors(Setting setting) {
        this.setting = setting;
    }

    List<Row> measure() throws InterruptedException {
        int count = setting.choose(1_000, 10_000);
        Setting.say(count + " idle monitors...");
        int few = count / PART;
        return rows(few, need(few), count, need(count));
    }

    private Need need(int count) throws InterruptedException {
        try (var folder = SocketFolder.create()) {
            var program = setting.program("qmp-monitors.c", folder.path());
            var players = new ArrayList<ChildProcess>();
            try {
                for (int first = 0; first < count; first += IN_ONE_PROCESS) {
                    var played = Math.min(IN_ONE_PROCESS, count - first);
                    var player = program.start(
                            List.of(folder.path().toString(), String.valueOf(first), String.valueOf(played)));
                    players.add(player);
                    player.awaitLine("ready"::equals, PATIENCE);
                }
                return need(folder, count);
            } finally {
                players.forEach(ChildProcess::close);
            }
        }
    }

    private Need need(SocketFolder folder, int count) throws InterruptedException {
        var started = Instant.now();
        try (var daemon = ResealDaemon.start(setting.launcher(), folder.path(), settings(count))) {
            var watched = Await.watched(daemon, count, STEP);
            var facts = new ProcessFacts(daemon.pid());
            // the first seconds belong to the start
            Thread.sleep(Duration.ofSeconds(setting.choose(5, 20)));
            double percent = facts.cpuPercent(Duration.ofSeconds(setting.choose(10, 40)));
            return new Need(
                    facts.residentMegabytes(),
                    percent,
                    Duration.between(started, watched).toMillis() / 1e3);
        }
    }

    /** A daemon that limits how many guests it finds is allowed them all. */
    private String settings(int count) {
        var limits = "limits:\n  guests: " + (count + SPARE) + "\n";
        return setting.knows(limits) ? limits : "";
    }

    private static List<Row> rows(int fewer, Need few, int count, Need many) {
        double kilobytes = (many.megabytes() - few.megabytes()) * KIB_PER_MB / (count - fewer);
        return List.of(
                new Row(
                        number("%,d idle monitors: memory for each", count),
                        "≤ 8 kB",
                        Row.Values.of(number("%.1f kB", kilobytes), ""),
                        Row.Verdict.of(kilobytes <= AIM_KILOBYTES),
                        number(
                                "%.0f MB resident with them, %.0f MB with %d; all were watched after %.1f s",
                                many.megabytes(), few.megabytes(), fewer, many.attachSeconds())),
                new Row(
                        number("%,d idle monitors: CPU of the daemon", count),
                        "≤ 2 % of a core",
                        Row.Values.of(number("%.2f %%", many.cpuPercent()), ""),
                        Row.Verdict.of(many.cpuPercent() <= AIM_CPU_PERCENT),
                        number("%.2f %% with %d", few.cpuPercent(), fewer)));
    }
}
