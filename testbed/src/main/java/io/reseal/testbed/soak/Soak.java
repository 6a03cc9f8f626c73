package io.reseal.testbed.soak;

import io.reseal.testbed.Deadline;
import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.TestbedException;
import io.reseal.testbed.hostile.Attacks;
import io.reseal.testbed.process.AdminSocket;
import io.reseal.testbed.process.ResealDaemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** {@code ./check --soak}: attacks and good guests on one daemon, and what became of them. For one thread. */
public final class Soak {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int GUESTS = 50;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** What the JVM compiles and fills in its first seconds under load is not growth. */
    private static final Duration WARM_UP = Duration.ofSeconds(15);

    private static final Duration STEP = Duration.ofMillis(200);
    private static final String SETTINGS = """
            policy:
              settle: 100ms
              within: 60s
            limits:
              concurrent-resets: 50
            qmp:
              greeting-deadline: 2s
              query-deadline: 3s
              sample: 2s
            """;

    private final SoakPlan plan;

    /** What is to be told, what must not be, and what the daemon has logged. */
    public record Result(String text, List<String> faults, List<String> log) {}

    public Soak(SoakPlan plan) {
        this.plan = plan;
    }

    /** Takes the file {@code reseal}, minutes, and where the daemon's log is kept. */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 3 || !arguments[1].matches("[1-9][0-9]{0,3}")) {
            System.err.println("usage: scripts/soak MINUTES");
            System.exit(USAGE);
        }
        try {
            var length = Duration.ofMinutes(Long.parseLong(arguments[1]));
            var result = new Soak(new SoakPlan(Path.of(arguments[0]), length, GUESTS, SoakPlan.Limits.strict())).run();
            Files.write(Path.of(arguments[2]), result.log());
            System.out.print(result.text());
            System.exit(result.faults().isEmpty() ? OK : FAILED);
        } catch (TestbedException failed) {
            System.err.println("soak: " + failed.getMessage());
            System.exit(FAILED);
        } catch (IOException failed) {
            System.err.println("soak: the daemon's log cannot be kept: " + failed.getMessage());
            System.exit(FAILED);
        }
    }

    /** Everything is begun, goes on for the time, and is ended. */
    public Result run() throws InterruptedException {
        try (var folder = SocketFolder.create()) {
            say("starting " + plan.guests() + " guests...");
            var guests = GoodGuest.start(plan.guests(), folder.path());
            try {
                return run(folder.path(), guests);
            } finally {
                guests.forEach(GoodGuest::close);
            }
        }
    }

    private Result run(Path folder, List<GoodGuest> guests) throws InterruptedException {
        var point = folder.resolve("mount");
        try (var daemon = ResealDaemon.start(plan.launcher(), folder, List.of(point), SETTINGS)) {
            awaitWatched(daemon);
            var target = new Attacks.Target(
                    folder,
                    point,
                    daemon.address(),
                    guests.stream().map(GoodGuest::monitor).toList());
            try (var attacks = new Attacks(target)) {
                return run(daemon, attacks, guests);
            }
        }
    }

    private Result run(ResealDaemon daemon, Attacks attacks, List<GoodGuest> guests) throws InterruptedException {
        var resets = new ResetRounds(
                guests, new AdminSocket(daemon.adminSocket()), plan.limits().reset());
        var vitals = new Vitals(daemon, plan.limits().health());
        attacks.begin();
        resets.begin();
        say("all attacks have begun, for " + plan.length().toSeconds() + " s...");
        Thread.sleep(WARM_UP);
        vitals.begin();
        Thread.sleep(plan.length());
        var outcome = resets.end();
        vitals.end();
        var report = new SoakReport(plan, vitals, outcome, daemon.output());
        report.attacked(attacks);
        report.ended(
                daemon.isAlive(),
                guests.stream()
                        .filter(guest -> !guest.isAlive())
                        .map(GoodGuest::name)
                        .toList());
        return new Result(report.text(), report.faults(), daemon.output());
    }

    private void awaitWatched(ResealDaemon daemon) throws InterruptedException {
        for (var deadline = Deadline.after(PATIENCE); watched(daemon) < plan.guests(); Thread.sleep(STEP)) {
            if (deadline.passed()) {
                throw new TestbedException("of " + plan.guests() + " guests " + watched(daemon) + " are watched after "
                        + PATIENCE.toSeconds() + " s");
            }
        }
    }

    private static long watched(ResealDaemon daemon) {
        return daemon.json("/v1/guests")
                .path("guests")
                .valueStream()
                .filter(guest -> guest.path("state").asString("").equals("watching"))
                .count();
    }

    private static void say(String text) {
        System.err.println("soak: " + text);
    }
}
