package io.reseal.benchmarks;

import static io.reseal.benchmarks.report.Row.number;

import io.reseal.benchmarks.report.Row;
import io.reseal.benchmarks.report.Samples;
import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.process.ResealDaemon;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import io.reseal.testbed.qemu.QemuGuestBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** From QEMU's RESET event to the proof that the guest was rebuilt, as the daemon tells it. */
final class Proofs {
    private static final double AIM_P50 = 1.3;
    private static final double AIM_P99 = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MEMORY_MIB = 16;
    private static final int AT_ONCE = 4;
    private static final int ONE_IN_C = 5;

    /** The settle time does not touch what is measured, but each reset waits for it. */
    private static final String SETTINGS = """
            policy:
              settle: 50ms
            """;

    private final Setting setting;
    private final List<Double> ofReseal = new ArrayList<>();
    private final List<Double> ofC = new ArrayList<>();

    Proofs(Setting setting) {
        this.setting = setting;
    }

    List<Row> measure() throws InterruptedException {
        int count = setting.choose(10, 50);
        Setting.say("starting " + count + " guests that are rebuilt on reset...");
        try (var folder = SocketFolder.create()) {
            var guests = Qemu.startAll(
                    count,
                    AT_ONCE,
                    i -> recipe().name("vm-" + i).socket(folder.path().resolve("vm-" + i + ".qmp")));
            try (var other = recipe().start();
                    var daemon = ResealDaemon.start(setting.launcher(), folder.path(), SETTINGS)) {
                Await.watched(daemon, count, Duration.ofMillis(100));
                reset(daemon, guests, other);
                return List.of(row(count));
            } finally {
                guests.forEach(QemuGuest::close);
            }
        }
    }

    private static QemuGuestBuilder recipe() {
        return Qemu.guest().kvm().rebuildOnReset().memoryMiB(MEMORY_MIB);
    }

    /** Every so often the client in C resets a guest that the daemon does not know. */
    private void reset(ResealDaemon daemon, List<QemuGuest> guests, QemuGuest other) throws InterruptedException {
        int resets = setting.choose(50, 1000);
        Setting.say(resets + " resets, one after the other...");
        var asked = new Resets(daemon, PATIENCE);
        for (int i = 0; i < resets; i++) {
            var guest = guests.get(i % guests.size());
            guest.serial().work(PATIENCE);
            ofReseal.add(asked.reset(guest.name()).fromEvent());
            if (i % ONE_IN_C == 0) {
                other.serial().work(PATIENCE);
                ofC.add(setting.c().reset(other.qmp()).fromEvent());
            }
        }
    }

    private Row row(int guests) {
        var reseal = Samples.of(ofReseal);
        var c = Samples.of(ofC);
        double p50 = reseal.median();
        double p99 = reseal.percentile(99);
        return new Row(
                "RESET event to `rebuilt` proven, " + guests + " guests",
                "p50 ≤ 1.3 × C, p99 ≤ 3 × C",
                new Row.Values(
                        number("%.2f ms", p50),
                        number("%.2f ms", p99),
                        number("%.2f ms", c.median()),
                        number("%.2f", p50 / c.median())),
                Row.Verdict.of(p50 <= AIM_P50 * c.median() && p99 <= AIM_P99 * c.percentile(99)),
                number(
                        "%d resets, the daemon's first ones among them, %.2f to %.2f ms, the very first %.2f ms;"
                                + " by C %d resets, %.2f to %.2f ms, p99 %.2f ms",
                        reseal.count(),
                        reseal.min(),
                        reseal.max(),
                        ofReseal.getFirst(),
                        c.count(),
                        c.min(),
                        c.max(),
                        c.percentile(99)));
    }
}
