package io.reseal.benchmarks;

import static io.reseal.benchmarks.report.Row.number;

import io.reseal.benchmarks.report.Row;
import io.reseal.benchmarks.report.Samples;
import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.TestbedException;
import io.reseal.testbed.process.ResealDaemon;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import io.reseal.testbed.qemu.QemuGuestBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * From the request to the proof, for a guest that is launched again at a reset; by Reseal and by the client in C. Confined to
 * one thread.
 */
final class Launches {
    private static final double AIM_SHARE = 2;
    private static final double AIM_SHARE_P99 = 5;
    private static final double AIM_FIRST = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration RUN_PATIENCE = Duration.ofSeconds(3);
    private static final int MOST_RESTARTS = 5;
    private static final Duration STEP = Duration.ofMillis(10);

    /** OVMF begins with up to 200 of them within a few milliseconds: fewer could not be told from those after a rebuild. */
    private static final long EXITS = 400;

    private static final Map<String, Object> COUNTERS =
            Map.of("target", "vcpu", "providers", List.of(Map.of("provider", "kvm", "names", List.of("exits"))));

    private static final String SETTINGS = """
            policy:
              settle: 50ms
            """;

    private final Setting setting;
    private final String what;
    private final Supplier<QemuGuestBuilder> recipe;
    private final Exits exits;
    private final List<Double> ofReseal = new ArrayList<>();
    private final List<Double> ofResealAfterEvent = new ArrayList<>();
    private final List<Double> ofC = new ArrayList<>();
    private final List<Double> ofCAfterEvent = new ArrayList<>();
    private int restarts;

    /** How a guest comes to exits enough to be told from those after a rebuild. */
    @FunctionalInterface
    private interface Exits {
        /** False when its firmware has ended instead. */
        boolean madeBy(QemuGuest guest) throws InterruptedException;
    }

    private Launches(Setting setting, String what, Supplier<QemuGuestBuilder> recipe, Exits exits) {
        this.setting = setting;
        this.what = what;
        this.recipe = recipe;
        this.exits = exits;
    }

    static Launches ofTinyGuest(Setting setting) {
        return new Launches(setting, "SNP tiny guest", () -> Qemu.guest().sevSnp(), guest -> {
            guest.serial().work(PATIENCE);
            return true;
        });
    }

    static Launches ofOvmf(Setting setting) {
        return new Launches(
                setting, "SNP guest with OVMF", () -> Qemu.guest().sevSnp().ovmf(), Launches::run);
    }

    List<Row> measure() throws InterruptedException {
        Setting.say(what + ", launched again at each reset...");
        try (var folder = SocketFolder.create();
                var guest = start(recipe.get().name("snp").socket(folder.path().resolve("snp.qmp")));
                var other = start(recipe.get());
                var daemon = ResealDaemon.start(setting.launcher(), folder.path(), SETTINGS)) {
            Await.watched(daemon, 1, STEP);
            reset(daemon, guest, other);
            return rows();
        } catch (NotStarted without) {
            Setting.say("no " + what + ", so that is not measured: " + without.getMessage());
            return List.of();
        }
    }

    /** OVMF may be missing where all the rest is. */
    private static final class NotStarted extends RuntimeException {
        NotStarted(TestbedException cause) {
            super(String.valueOf(cause.getMessage()), cause);
        }
    }

    private static QemuGuest start(QemuGuestBuilder recipe) {
        try {
            return recipe.start();
        } catch (TestbedException failed) {
            throw new NotStarted(failed);
        }
    }

    /**
     * They take turns, as the client in C resets a guest that the daemon does not know. Each guest stands still while the
     * other is measured: firmware that waits takes a whole core.
     */
    private void reset(ResealDaemon daemon, QemuGuest guest, QemuGuest other) throws InterruptedException {
        var resets = new Resets(daemon, PATIENCE);
        int count = setting.choose(10, 100);
        for (int i = 0; i < count; i++) {
            other.sigstop();
            resetByReseal(daemon, resets, guest);
            other.sigcont();
            guest.sigstop();
            resetByC(other);
            guest.sigcont();
        }
    }

    private void resetByReseal(ResealDaemon daemon, Resets resets, QemuGuest guest) throws InterruptedException {
        var before = Instant.now();
        if (restartedUntilItRuns(guest)) {
            awaitWatchedSince(before, daemon);
        }
        try {
            var proof = resets.reset(guest.name());
            ofReseal.add(proof.fromRequest());
            ofResealAfterEvent.add(proof.fromEvent());
        } catch (TestbedException failed) {
            requireEnded(guest, failed);
        }
    }

    private void resetByC(QemuGuest guest) throws InterruptedException {
        restartedUntilItRuns(guest);
        try {
            var reset = setting.c().reset(guest.qmp());
            ofC.add(reset.fromRequest());
            ofCAfterEvent.add(reset.fromEvent());
        } catch (TestbedException failed) {
            requireEnded(guest, failed);
        }
    }

    /** A guest that has ended on its own is rightly refused, and rightly not proven. */
    private static void requireEnded(QemuGuest guest, TestbedException failed) {
        if (!hasEnded(guest)) {
            throw failed;
        }
    }

    private boolean restartedUntilItRuns(QemuGuest guest) throws InterruptedException {
        int before = restarts;
        while (!exits.madeBy(guest)) {
            if (restarts - before == MOST_RESTARTS) {
                throw new TestbedException("the firmware of " + guest.name() + " does not run: expected " + EXITS
                        + " exits within " + RUN_PATIENCE.toSeconds() + " s, but not one of " + (MOST_RESTARTS + 1)
                        + " starts led to them");
            }
            Setting.say("QEMU is started again, as its guest does not run: " + reason(guest));
            guest.restartOnSameSocket();
            restarts++;
        }
        return restarts > before;
    }

    private static String reason(QemuGuest guest) {
        return guest.log()
                .lines()
                .filter(line -> !line.contains("has been rebuilt"))
                .findFirst()
                .orElse(guest.isAlive() ? "it hangs" : "QEMU is gone");
    }

    private static void awaitWatchedSince(Instant moment, ResealDaemon daemon) throws InterruptedException {
        while (!Await.watched(daemon, 1, STEP).isAfter(moment)) {
            Thread.sleep(STEP); // it still tells of the QEMU before
        }
    }

    /** On a KVM that is itself emulated OVMF may end right after its launch, in {@code internal-error}, or do nothing. */
    private static boolean run(QemuGuest guest) throws InterruptedException {
        for (var deadline = Instant.now().plus(RUN_PATIENCE); Instant.now().isBefore(deadline); Thread.sleep(STEP)) {
            if (hasEnded(guest)) {
                return false;
            }
            if (exitsOf(guest) >= EXITS) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasEnded(QemuGuest guest) {
        return !guest.isAlive()
                || !guest.monitor().execute("query-status").path("running").asBoolean();
    }

    private static long exitsOf(QemuGuest guest) {
        return guest.monitor()
                .execute("query-stats", COUNTERS)
                .valueStream()
                .flatMap(vcpu -> vcpu.path("stats").valueStream())
                .mapToLong(counter -> counter.path("value").asLong())
                .sum();
    }

    private List<Row> rows() {
        var reseal = Samples.of(ofReseal);
        var c = Samples.of(ofC);
        return List.of(request(reseal, c), share(reseal, c), first(reseal));
    }

    private Row request(Samples reseal, Samples c) {
        return new Row(
                what + ": request to `rebuilt`",
                "",
                new Row.Values(
                        number("%.2f ms", reseal.median()),
                        number("%.2f ms", reseal.percentile(99)),
                        number("%.2f ms", c.median()),
                        number("%.2f", reseal.median() / c.median())),
                Row.Verdict.NONE,
                number(
                        "%d resets, %.2f to %.2f ms, by C %d resets, %.2f to %.2f ms, p99 %.2f ms;"
                                + " %d times QEMU was started again as its guest had ended or hung",
                        reseal.count(),
                        reseal.min(),
                        reseal.max(),
                        c.count(),
                        c.min(),
                        c.max(),
                        c.percentile(99),
                        restarts));
    }

    private Row share(Samples reseal, Samples c) {
        double median = reseal.median() - c.median();
        double worst = reseal.percentile(99) - c.percentile(99);
        double after = Samples.of(ofResealAfterEvent).median()
                - Samples.of(ofCAfterEvent).median();
        return new Row(
                what + ": Reseal's own share of that",
                "p50 ≤ 2 ms, p99 ≤ 5 ms",
                Row.Values.of(number("%.2f ms", median), number("%.2f ms", worst)),
                Row.Verdict.of(median <= AIM_SHARE && worst <= AIM_SHARE_P99),
                number(
                        "the difference of the medians, and of the p99; %.2f ms of the first is after the RESET event",
                        after));
    }

    /** Of a daemon that has reset nothing yet. */
    private Row first(Samples reseal) {
        double first = ofReseal.getFirst();
        double ratio = first / reseal.median();
        return new Row(
                what + ": the first reset after the daemon's start",
                "≤ 3 × the median",
                new Row.Values(
                        number("%.2f ms", first), "", number("median %.2f ms", reseal.median()), number("%.2f", ratio)),
                Row.Verdict.of(ratio <= AIM_FIRST),
                "one reset");
    }
}
