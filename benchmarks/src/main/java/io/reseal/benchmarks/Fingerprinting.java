package io.reseal.benchmarks;

import static io.reseal.benchmarks.report.Row.number;

import io.reseal.benchmarks.report.Row;
import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.TestbedException;
import io.reseal.testbed.peer.ScriptedPeer;
import io.reseal.testbed.process.ProcessFacts;
import io.reseal.testbed.process.ResealDaemon;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Resets of guests while the firmware of another one is read and fingerprinted again and again. */
final class Fingerprinting {
    private static final long FIRMWARE_MIB = 64;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int TOUCHED_EVERY = 5;

    /** Longer than the daemon distrusts the times of a file (2 s), with a whole look at the guest in it. */
    private static final Duration STILL = Duration.ofSeconds(4);

    /** With the shortest samples that are allowed a guest is looked at wholly, files included, nearly twice a second. */
    private static final String SETTINGS = """
            policy:
              settle: 50ms
            qmp:
              sample: 100ms
            """;

    private final Setting setting;
    private double megabytes;

    Fingerprinting(Setting setting) {
        this.setting = setting;
    }

    List<Row> measure() throws InterruptedException {
        try (var folder = SocketFolder.create();
                var peer = ScriptedPeer.listen(folder.path().resolve("hashed.qmp"));
                var neighbours = NeighbourLatency.start(folder)) {
            var firmware = firmware(folder.path().resolve("firmware.fd"));
            peer.named("hashed").confidential("sev-snp-guest").property("/machine", "firmware", firmware.toString());
            try (var daemon = ResealDaemon.start(setting.launcher(), folder.path(), SETTINGS)) {
                Await.watched(daemon, NeighbourLatency.COUNT + 1, Duration.ofMillis(100));
                reset(neighbours, daemon, firmware);
                return List.of(neighbours.row(
                        number("while a firmware of %d MiB is fingerprinted again and again", FIRMWARE_MIB),
                        number("%.0f MiB were read in that time", megabytes)));
            }
        }
    }

    private void reset(NeighbourLatency neighbours, ResealDaemon daemon, Path firmware) throws InterruptedException {
        var resets = new Resets(daemon, PATIENCE);
        neighbours.warmUp(resets, setting);
        var facts = new ProcessFacts(daemon.pid());
        int rounds = setting.choose(1, 5);
        int count = setting.choose(20, 100);
        for (int round = 0; round < rounds; round++) {
            Setting.say(count + " resets while a firmware is read again and again, and as many without...");
            awaitStill(facts);
            for (int i = 0; i < count; i++) {
                neighbours.resetWhileQuiet(resets);
            }
            double before = facts.readMegabytes();
            for (int i = 0; i < count; i++) {
                if (i % TOUCHED_EVERY == 0) {
                    touch(firmware);
                }
                neighbours.resetWhileDisturbed(resets);
            }
            megabytes += facts.readMegabytes() - before;
        }
        requireFingerprinted(rounds);
    }

    private void requireFingerprinted(int rounds) {
        if (megabytes < rounds * FIRMWARE_MIB) {
            throw new TestbedException(number(
                    "the daemon read %.0f MiB while a firmware of %d MiB was touched, so it was not fingerprinted",
                    megabytes, FIRMWARE_MIB));
        }
    }

    /** A file that was touched a moment ago is read again at each look. */
    private static void awaitStill(ProcessFacts daemon) throws InterruptedException {
        for (var deadline = Instant.now().plus(PATIENCE); Instant.now().isBefore(deadline); ) {
            double before = daemon.readMegabytes();
            Thread.sleep(STILL);
            if (daemon.readMegabytes() - before < FIRMWARE_MIB / 2.0) {
                return;
            }
        }
        throw new TestbedException("the daemon still reads files " + PATIENCE.toSeconds()
                + " s after the last change of the firmware, expected it to remember their fingerprints");
    }

    private static Path firmware(Path path) {
        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(FIRMWARE_MIB << 20);
            return path;
        } catch (IOException refused) {
            throw new TestbedException("no firmware can be written to " + path + ": " + refused.getMessage());
        }
    }

    private static void touch(Path firmware) {
        try {
            Files.setLastModifiedTime(firmware, FileTime.from(Instant.now()));
        } catch (IOException refused) {
            throw new TestbedException("the times of " + firmware + " cannot be set: " + refused.getMessage());
        }
    }
}
