package io.reseal.benchmarks;

import io.reseal.benchmarks.host.CClient;
import io.reseal.benchmarks.host.Machine;
import io.reseal.benchmarks.report.Report;
import io.reseal.benchmarks.report.Row;
import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.TestbedException;
import io.reseal.testbed.platform.FakeCvm;
import io.reseal.testbed.qemu.QemuBinary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code ./check --bench}: measures, and writes the report. */
public final class Benchmarks {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private Benchmarks() {}

    /** Takes the folder of the sources, and {@code --quick} to print a hurried report in place of writing a good one. */
    public static void main(String[] arguments) throws InterruptedException {
        var words = List.of(arguments);
        if (words.isEmpty()
                || words.size() > 2
                || (words.size() == 2 && !words.get(1).equals("--quick"))) {
            System.err.println("usage: scripts/bench [--quick]");
            System.exit(USAGE);
        }
        System.exit(run(Path.of(words.getFirst()), words.size() == 2));
    }

    private static int run(Path sources, boolean quick) throws InterruptedException {
        try (var folder = SocketFolder.create()) {
            var c = CClient.compile(sources.resolve("benchmarks/src/main/c/qmp-ping.c"), folder.path());
            var report =
                    measure(new Setting(sources.resolve("reseal"), c, quick)).markdown();
            System.out.print(report);
            if (!quick) {
                Files.writeString(sources.resolve("docs/benchmarks.md"), report);
                Setting.say("written to docs/benchmarks.md");
            }
            return OK;
        } catch (TestbedException failed) {
            System.err.println("bench: " + failed.getMessage());
            return FAILED;
        } catch (IOException failed) {
            System.err.println("bench: the report cannot be written: " + failed.getMessage());
            return FAILED;
        }
    }

    private static Report measure(Setting setting) throws InterruptedException {
        var machine = new ArrayList<>(Machine.facts());
        var before = Machine.load();
        var rows = new ArrayList<Row>();
        rows.addAll(new Starts(setting).measure());
        rows.addAll(new RoundTrips(setting).measure());
        rows.addAll(new Pipelining(setting).measure());
        rows.addAll(new Bundles(setting).measure());
        if (QemuBinary.kvmUsable()) {
            rows.addAll(new Proofs(setting).measure());
            rows.addAll(new Fingerprinting(setting).measure());
            rows.addAll(new FloodNeighbours(setting).measure());
            rows.addAll(launches(setting));
        } else {
            Setting.say("no KVM: without it nothing is rebuilt, so that is not measured");
        }
        rows.addAll(fleets(setting));
        rows.addAll(new IdleMonitors(setting).measure());
        rows.addAll(new Flood(setting).measure());
        machine.add("Load average (1, 5, 15 minutes): " + before + " before, " + Machine.load() + " after");
        return new Report(List.copyOf(machine), List.copyOf(rows));
    }

    private static List<Row> fleets(Setting setting) throws InterruptedException {
        var rows = new ArrayList<Row>();
        var some = new Fleet.Extent(setting.choose(20, 200), setting.choose(1, 3), setting.choose(1, 3));
        rows.addAll(new Fleet(setting, some, new FleetFigures.Aims(3, 1, 95)).measure());
        var many = new Fleet.Extent(setting.choose(60, 1_000), 1, setting.choose(1, 2));
        rows.addAll(new Fleet(setting, many, new FleetFigures.Aims(3, 3, 160)).measure());
        return List.copyOf(rows);
    }

    private static List<Row> launches(Setting setting) throws InterruptedException {
        var obstacle = FakeCvm.obstacle();
        if (obstacle.isPresent()) {
            Setting.say("no simulated platform, so no confidential guest is measured: " + obstacle.get());
            return List.of();
        }
        var rows = new ArrayList<Row>();
        rows.addAll(Launches.ofTinyGuest(setting).measure());
        rows.addAll(Launches.ofOvmf(setting).measure());
        rows.addAll(new SlowLaunch(setting).measure());
        return List.copyOf(rows);
    }
}
