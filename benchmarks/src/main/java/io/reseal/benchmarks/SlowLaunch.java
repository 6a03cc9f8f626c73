package io.reseal.benchmarks;

import static io.reseal.benchmarks.report.Row.number;

import io.reseal.benchmarks.report.Row;
import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.platform.FakeCvm;
import io.reseal.testbed.platform.FakeCvm.Step;
import io.reseal.testbed.process.ResealDaemon;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import java.time.Duration;
import java.util.List;

/** Resets of guests while the launch of another one takes long, in which its QEMU says nothing. */
final class SlowLaunch {
    private static final String SLOW = "slow";
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String SETTINGS = """
            policy:
              settle: 50ms
              within: 60s
            """;

    private final Setting setting;
    private final Duration launch;

    SlowLaunch(Setting setting) {
        this.setting = setting;
        this.launch = Duration.ofSeconds(setting.choose(3, 20));
    }

    List<Row> measure() throws InterruptedException {
        try (var folder = SocketFolder.create();
                var slow = start(folder);
                var neighbours = NeighbourLatency.start(folder);
                var daemon = ResealDaemon.start(setting.launcher(), folder.path(), SETTINGS)) {
            Await.watched(daemon, NeighbourLatency.COUNT + 1, Duration.ofMillis(100));
            var resets = new Resets(daemon, PATIENCE);
            neighbours.warmUp(resets, setting);
            int rounds = setting.choose(1, 3);
            for (int i = 0; i < rounds; i++) {
                Setting.say("resets while a launch takes " + launch.toSeconds() + " s, and as many without...");
                reset(slow, neighbours, resets);
            }
            return List.of(neighbours.row(
                    number("while one SNP launch takes %d s", launch.toSeconds()),
                    "such launches: " + rounds + ", each proven to be a rebuild once it had ended"));
        }
    }

    private QemuGuest start(SocketFolder folder) {
        return Qemu.guest()
                .sevSnp()
                .platform(FakeCvm.slow(Step.LAUNCH_FINISH, launch))
                .name(SLOW)
                .socket(folder.path().resolve(SLOW + ".qmp"))
                .start();
    }

    private static void reset(QemuGuest slow, NeighbourLatency neighbours, Resets resets) throws InterruptedException {
        slow.serial().work(PATIENCE);
        resets.begin(SLOW);
        int count = 0;
        while (resets.goesOn(SLOW)) {
            neighbours.resetWhileBusyWith(SLOW, resets);
            count++;
        }
        resets.end(SLOW).required();
        for (int i = 0; i < count; i++) {
            neighbours.resetWhileQuiet(resets);
        }
    }
}
