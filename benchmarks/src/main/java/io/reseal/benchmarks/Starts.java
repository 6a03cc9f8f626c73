package io.reseal.benchmarks;

import static io.reseal.benchmarks.report.Row.number;

import io.reseal.benchmarks.host.Hello;
import io.reseal.benchmarks.report.Row;
import io.reseal.benchmarks.report.Samples;
import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.TestbedException;
import io.reseal.testbed.process.ChildProcess;
import io.reseal.testbed.process.ResealDaemon;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** How long the daemon and a command take to start, in turns with the least that a JVM of the same flags can do. */
final class Starts {
    private static final double AIM_READY = 3;
    private static final double AIM_COMMAND = 2.5;
    private static final double MILLIS = 1e6;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final List<String> FLAGS = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-XX:TieredStopAtLevel=1");

    private final Setting setting;
    private final List<Double> hello = new ArrayList<>();
    private final List<Double> ready = new ArrayList<>();
    private final List<Double> command = new ArrayList<>();

    Starts(Setting setting) {
        this.setting = setting;
    }

    List<Row> measure() throws InterruptedException {
        Setting.say("starts of the daemon and of a command...");
        try (var folder = SocketFolder.create()) {
            var helloWorld = hello(folder.path());
            int rounds = setting.choose(7, 31);
            // the first round fills the page cache
            for (int i = 0; i <= rounds; i++) {
                round(helloWorld, folder);
            }
        }
        List.of(hello, ready, command).forEach(List::removeFirst);
        return List.of(
                row("daemon ready, from the start of `./reseal run`", ready, AIM_READY),
                row("`./reseal guests`, from its start to its end", command, AIM_COMMAND));
    }

    private void round(List<String> helloWorld, SocketFolder folder) throws InterruptedException {
        hello.add(run(helloWorld));
        var started = Instant.now();
        try (var daemon = ResealDaemon.start(setting.launcher(), folder.path(), "")) {
            ready.add(Duration.between(started, Instant.now()).toNanos() / MILLIS);
            // what the daemon loads after ready would share the cores with the command
            Thread.sleep(QUIET);
            command.add(run(List.of(
                    setting.launcher().toString(),
                    "guests",
                    "--admin-socket",
                    daemon.adminSocket().toString())));
        }
    }

    /** With a class cache of its own, as the daemon has one. */
    private static List<String> hello(Path folder) {
        var cache = folder.resolve("hello.aot");
        run(hello("-XX:AOTCacheOutput=" + cache));
        if (!Files.exists(cache)) {
            throw new TestbedException("this JDK makes no class cache: " + FLAGS.getFirst());
        }
        return hello("-XX:AOTCache=" + cache);
    }

    private static List<String> hello(String flag) {
        var jar =
                Hello.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        var line = new ArrayList<>(FLAGS);
        line.addAll(List.of(flag, "-cp", jar, Hello.class.getName()));
        return List.copyOf(line);
    }

    private static double run(List<String> line) {
        long begun = System.nanoTime();
        try (var process = ChildProcess.start(line)) {
            int code = process.awaitExit(PATIENCE);
            double took = (System.nanoTime() - begun) / MILLIS;
            if (code != 0) {
                throw new TestbedException(
                        String.join(" ", line) + " ended with " + code + ": " + String.join(" ", process.output()));
            }
            return took;
        }
    }

    private Row row(String what, List<Double> taken, double aim) {
        var reseal = Samples.of(taken);
        var least = Samples.of(hello);
        double ratio = reseal.median() / least.median();
        return new Row(
                what,
                number("≤ %.1f × hello JVM", aim),
                new Row.Values(
                        number("%.0f ms", reseal.median()),
                        number("%.0f ms", reseal.max()),
                        number("hello JVM %.0f ms", least.median()),
                        number("%.2f", ratio)),
                Row.Verdict.of(ratio <= aim),
                number(
                        "%d rounds, %.0f to %.0f ms; hello JVM with a class cache of its own %.0f to %.0f ms",
                        reseal.count(), reseal.min(), reseal.max(), least.min(), least.max()));
    }
}
