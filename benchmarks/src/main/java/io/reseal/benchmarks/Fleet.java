package io.reseal.benchmarks;

import io.reseal.benchmarks.host.Machine;
import io.reseal.benchmarks.report.Row;
import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.TestbedException;
import io.reseal.testbed.process.ProcessFacts;
import io.reseal.testbed.process.ResealDaemon;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuBinary;
import io.reseal.testbed.qemu.QemuGuest;
import io.reseal.testbed.qemu.QemuGuestBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A daemon with many guests: it finds them when it starts, has nothing to do, resets all of them at once, is killed and starts again. */
final class Fleet {
    private static final int MEMORY_MIB = 16;
    private static final int AT_ONCE = 4;
    private static final double NANOS = 1e9;
    private static final Duration STEP = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration WORK_PATIENCE = Duration.ofSeconds(30);

    /** Of the machine, for each QEMU and for all else. */
    private static final double MEGABYTES_EACH = 13;

    private static final double MEGABYTES_ELSE = 1500;

    private final Setting setting;
    private final int count;
    private final FleetFigures figures;

    private final Extent extent;

    /**
     * How much is measured.
     *
     * @param lives how often a daemon is started and left alone
     * @param resets how often all guests are reset
     */
    record Extent(int count, int lives, int resets) {}

    Fleet(Setting setting, Extent extent, FleetFigures.Aims aims) {
        this.setting = setting;
        this.extent = extent;
        this.count = extent.count();
        this.figures = new FleetFigures(count, aims);
    }

    List<Row> measure() throws InterruptedException {
        double wanted = count * MEGABYTES_EACH + MEGABYTES_ELSE;
        double there = Machine.availableMegabytes();
        if (there < wanted) {
            return List.of(figures.unmeasured(wanted, there));
        }
        Setting.say("starting " + count + " guests...");
        try (var folder = SocketFolder.create()) {
            var guests = Qemu.startAll(
                    count,
                    AT_ONCE,
                    i -> recipe().name("vm-" + i).socket(folder.path().resolve("vm-" + i + ".qmp")));
            try {
                measure(folder, guests);
                return figures.rows();
            } finally {
                guests.forEach(QemuGuest::close);
            }
        }
    }

    private static QemuGuestBuilder recipe() {
        var guest = Qemu.guest().memoryMiB(MEMORY_MIB);
        return QemuBinary.kvmUsable() ? guest.kvm().rebuildOnReset() : guest;
    }

    private void measure(SocketFolder folder, List<QemuGuest> guests) throws InterruptedException {
        for (int i = 0; i < extent.lives(); i++) {
            live(folder);
        }
        if (!QemuBinary.kvmUsable()) {
            Setting.say("no KVM: without it nothing is rebuilt, so resets are not measured");
            return;
        }
        var c = setting.program("qmp-fleet.c", folder.path());
        for (int i = 0; i < extent.resets(); i++) {
            guests.forEach(guest -> guest.serial().work(WORK_PATIENCE));
            figures.ofC(c.run(
                    guests.stream().map(QemuGuest::qmp).map(Path::toString).toList()));
            guests.forEach(guest -> guest.serial().work(WORK_PATIENCE));
            resetAll(folder, guests);
        }
    }

    /** The first seconds belong to the start: the JVM compiles, and the first samples are taken. */
    private void live(SocketFolder folder) throws InterruptedException {
        var started = Instant.now();
        var daemon = start(folder);
        try {
            var ready = Instant.now();
            figures.attached(seconds(started, ready), seconds(started, Await.watched(daemon, count, STEP)));
            var facts = new ProcessFacts(daemon.pid());
            Setting.say("a daemon that has nothing to do...");
            Thread.sleep(Duration.ofSeconds(5));
            figures.idle(facts.cpuPercent(Duration.ofSeconds(setting.choose(10, 30))), facts.residentMegabytes());
            figures.again(killedAndStartedAgain(folder, daemon));
        } finally {
            daemon.close();
        }
    }

    /** Seconds until the next daemon watches all guests of one that was killed. */
    private double killedAndStartedAgain(SocketFolder folder, ResealDaemon daemon) throws InterruptedException {
        ProcessHandle.of(daemon.pid()).ifPresent(process -> {
            process.destroyForcibly();
            process.onExit().join();
        });
        var killed = Instant.now();
        try (var next = start(folder)) {
            return seconds(killed, Await.watched(next, count, STEP));
        }
    }

    private void resetAll(SocketFolder folder, List<QemuGuest> guests) throws InterruptedException {
        try (var daemon = start(folder)) {
            Await.watched(daemon, count, STEP);
            // a guest with few exits is read again before it is reset; the start is over by then
            Thread.sleep(Duration.ofSeconds(12));
            var names = guests.stream().map(QemuGuest::name).toList();
            figures.reset(new ResetWave(daemon, PATIENCE).reset(names));
        } catch (TestbedException failed) {
            throw new TestbedException("resets of " + count + " guests at once: " + failed.getMessage(), failed);
        }
    }

    private ResealDaemon start(SocketFolder folder) {
        return ResealDaemon.start(
                setting.launcher(),
                folder.path(),
                "limits: {concurrent-resets: " + Math.min(count, 1000) + "}\npolicy: {settle: 50ms}\n");
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / NANOS;
    }
}
