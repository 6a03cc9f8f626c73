package io.reseal.benchmarks;

import static io.reseal.benchmarks.report.Row.number;

import io.reseal.benchmarks.report.Row;
import io.reseal.benchmarks.report.Samples;
import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Guests that are rebuilt, one after the other, while the daemon is busy with another guest and while it is not. Confined
 * to one thread.
 */
final class NeighbourLatency implements AutoCloseable {
    static final int COUNT = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MEMORY_MIB = 16;

    private final List<QemuGuest> guests;
    private final List<Double> quiet = new ArrayList<>();
    private final List<Double> disturbed = new ArrayList<>();
    private int next;

    private NeighbourLatency(List<QemuGuest> guests) {
        this.guests = guests;
    }

    static NeighbourLatency start(SocketFolder folder) {
        return new NeighbourLatency(Qemu.startAll(
                COUNT,
                COUNT,
                i -> Qemu.guest()
                        .kvm()
                        .rebuildOnReset()
                        .memoryMiB(MEMORY_MIB)
                        .name("vm-" + i)
                        .socket(folder.path().resolve("vm-" + i + ".qmp"))));
    }

    /** The first resets of a daemon are its slowest, whatever else it does: its code is not compiled yet. */
    void warmUp(Resets resets, Setting setting) throws InterruptedException {
        int count = setting.choose(20, 100);
        for (int i = 0; i < count; i++) {
            reset(resets);
        }
    }

    void resetWhileQuiet(Resets resets) throws InterruptedException {
        quiet.add(reset(resets));
    }

    /** It does not count when {@code busy} has ended in between. */
    void resetWhileBusyWith(String busy, Resets resets) throws InterruptedException {
        double millis = reset(resets);
        if (resets.goesOn(busy)) {
            disturbed.add(millis);
        }
    }

    void resetWhileDisturbed(Resets resets) throws InterruptedException {
        disturbed.add(reset(resets));
    }

    private double reset(Resets resets) throws InterruptedException {
        var guest = guests.get(next++ % guests.size());
        guest.serial().work(PATIENCE);
        return resets.reset(guest.name()).fromEvent();
    }

    /** @param disturbance of which nothing is to be seen in the figures */
    Row row(String disturbance, String more) {
        var with = Samples.of(disturbed);
        var without = Samples.of(quiet);
        return new Row(
                "RESET event to `rebuilt` proven, " + disturbance,
                "",
                new Row.Values(
                        number("%.2f ms", with.median()),
                        number("%.2f ms", with.percentile(99)),
                        number("%.2f ms without", without.median()),
                        number("%.2f", with.median() / without.median())),
                Row.Verdict.NONE,
                number(
                        "%d resets, %.2f to %.2f ms; without %d resets, p99 %.2f ms, %.2f to %.2f ms; %s",
                        with.count(),
                        with.min(),
                        with.max(),
                        without.count(),
                        without.percentile(99),
                        without.min(),
                        without.max(),
                        more));
    }

    @Override
    public void close() {
        guests.forEach(QemuGuest::close);
    }
}
