package io.reseal.testbed.bench;

import static io.reseal.testbed.bench.Row.number;

import io.reseal.testbed.GuestRecipe;
import io.reseal.testbed.Qemu;
import io.reseal.testbed.QemuGuest;
import io.reseal.testbed.ResealDaemon;
import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.TestbedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** From the request to the proof, for guests that are launched anew at a reset; by Reseal and by the client in C. */
final class Launches {
    private static final double AIM_SHARE = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration STEP = Duration.ofMillis(10);

    /** More than any firmware has made when its counters are read after a rebuild. */
    private static final long EXITS = 2_000;

    private static final Map<String, Object> COUNTERS =
            Map.of("target", "vcpu", "providers", List.of(Map.of("provider", "kvm", "names", List.of("exits"))));

    private static final String SETTINGS = """
            policy:
              settle: 50ms
            """;

    private final Setting setting;

    /**
     * What is measured.
     *
     * @param exits has a guest make exits enough to be told from those after a rebuild
     */
    private record Subject(String what, Supplier<GuestRecipe> recipe, Exits exits) {}

    @FunctionalInterface
    private interface Exits {
        void of(QemuGuest guest) throws InterruptedException;
    }

    /** How long they took, in milliseconds. */
    private record Times(List<Double> reseal, List<Double> c) {}

    Launches(Setting setting) {
        this.setting = setting;
    }

    List<Row> measure() throws InterruptedException {
        var rows = new ArrayList<Row>();
        rows.addAll(measure(new Subject("SNP tiny guest", () -> Qemu.guest().sevSnp(), Launches::work)));
        rows.addAll(measure(
                new Subject("SNP guest with OVMF", () -> Qemu.guest().sevSnp().ovmf(), Launches::awaitExits)));
        return List.copyOf(rows);
    }

    private List<Row> measure(Subject subject) throws InterruptedException {
        try (var folder = SocketFolder.create();
                var guest = start(
                        subject.recipe().get().name("snp").socket(folder.path().resolve("snp.qmp")));
                var other = start(subject.recipe().get());
                var daemon = ResealDaemon.start(setting.launcher(), folder.path(), SETTINGS)) {
            Watching.await(daemon, 1, Duration.ofMillis(100));
            return List.of(row(subject.what(), reset(new Resets(daemon, PATIENCE), subject, guest, other)));
        } catch (NotStarted without) {
            Setting.say("no " + subject.what() + ", so that is not measured: " + without.getMessage());
            return List.of();
        }
    }

    /** OVMF may be missing where all the rest is. */
    private static final class NotStarted extends RuntimeException {
        NotStarted(String message) {
            super(message);
        }
    }

    private static QemuGuest start(GuestRecipe recipe) {
        try {
            return recipe.start();
        } catch (TestbedException failed) {
            throw new NotStarted(String.valueOf(failed.getMessage()));
        }
    }

    /** They take turns, as the client in C resets a guest that the daemon does not know. */
    private Times reset(Resets resets, Subject subject, QemuGuest guest, QemuGuest other) throws InterruptedException {
        int count = setting.choose(10, 100);
        Setting.say(count + " resets of each of two guests that are launched anew...");
        var times = new Times(new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < count; i++) {
            subject.exits().of(guest);
            times.reseal().add(resets.reset(guest.name()).fromRequest());
            subject.exits().of(other);
            times.c().add(setting.c().reset(other.qmp()).fromRequest());
        }
        return times;
    }

    private static void work(QemuGuest guest) {
        guest.serial().work(PATIENCE);
    }

    /** OVMF makes them by itself. */
    private static void awaitExits(QemuGuest guest) throws InterruptedException {
        for (var deadline = Instant.now().plus(PATIENCE); Instant.now().isBefore(deadline); Thread.sleep(STEP)) {
            if (exits(guest) >= EXITS) {
                return;
            }
        }
        throw new BenchException(guest.name() + " has made " + exits(guest) + " exits, expected " + EXITS + " within "
                + PATIENCE.toSeconds() + " s: its firmware does not run");
    }

    private static long exits(QemuGuest guest) {
        return guest.monitor()
                .execute("query-stats", COUNTERS)
                .valueStream()
                .flatMap(vcpu -> vcpu.path("stats").valueStream())
                .mapToLong(counter -> counter.path("value").asLong())
                .sum();
    }

    private static Row row(String what, Times times) {
        var reseal = Samples.of(times.reseal());
        var c = Samples.of(times.c());
        double share = reseal.median() - c.median();
        return new Row(
                what + ": request to `rebuilt`",
                "≤ 1 ms more than C",
                new Row.Values(
                        number("%.2f ms", reseal.median()),
                        number("%.2f ms", reseal.percentile(99)),
                        number("%.2f ms", c.median()),
                        number("%.2f", reseal.median() / c.median())),
                Row.Verdict.of(share <= AIM_SHARE),
                number(
                        "Reseal's own share of the median is %.2f ms; %d resets each, %.2f to %.2f ms, by C %.2f to %.2f ms",
                        share, reseal.count(), reseal.min(), reseal.max(), c.min(), c.max()));
    }
}
