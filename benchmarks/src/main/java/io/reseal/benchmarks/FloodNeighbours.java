package io.reseal.benchmarks;

import static io.reseal.benchmarks.report.Row.number;

import io.reseal.benchmarks.report.Row;
import io.reseal.benchmarks.report.Samples;
import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.peer.ScriptedPeer;
import io.reseal.testbed.process.ProcessFacts;
import io.reseal.testbed.process.ResealDaemon;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Resets of guests while none, one and five others send events as fast as they are taken. */
final class FloodNeighbours {
    private static final int GUESTS = 10;
    private static final int MEMORY_MIB = 16;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final double EVENTS_AIM = 200_000;

    /** From quiet to the worst flood, resident memory is to be flat. */
    private static final double MEMORY_AIM = 1.1;

    /** How many floods there are, and how many times as long as without them a reset may take. */
    private static final Map<Integer, Double> AIMS = new TreeMap<>(Map.of(1, 2.0, 5, 3.0));

    private static final int MOST_FLOODS = 5;
    private static final String SETTINGS = """
            policy:
              settle: 50ms
            """;

    private final Setting setting;
    private final Map<Integer, Times> times = new TreeMap<>();
    private final List<Double> rates = new ArrayList<>();
    private int next;

    /** Milliseconds from before a request to its answer, and from RESET to the proof of {@code rebuilt}; megabytes resident. */
    private record Times(List<Double> answers, List<Double> proofs, List<Double> resident) {
        static Times none() {
            return new Times(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    FloodNeighbours(Setting setting) {
        this.setting = setting;
    }

    List<Row> measure() throws InterruptedException {
        try (var folder = SocketFolder.create();
                var floods = Floods.listen(folder.path(), MOST_FLOODS)) {
            var guests = Qemu.startAll(
                    GUESTS,
                    GUESTS,
                    i -> Qemu.guest()
                            .kvm()
                            .rebuildOnReset()
                            .memoryMiB(MEMORY_MIB)
                            .name("vm-" + i)
                            .socket(folder.path().resolve("vm-" + i + ".qmp")));
            try (var daemon = ResealDaemon.start(setting.launcher(), folder.path(), SETTINGS)) {
                Await.watched(daemon, GUESTS + MOST_FLOODS, Duration.ofMillis(100));
                measure(daemon, floods, guests);
            } finally {
                guests.forEach(QemuGuest::close);
            }
        }
        return rows();
    }

    /** They take turns, so that whatever else the machine does is in all of them. */
    private void measure(ResealDaemon daemon, Floods floods, List<QemuGuest> guests) throws InterruptedException {
        var resets = new Resets(daemon, PATIENCE);
        var facts = new ProcessFacts(daemon.pid());
        int count = setting.choose(20, 60);
        for (int flooding = 0; flooding <= MOST_FLOODS; flooding += MOST_FLOODS) {
            floods.begin(flooding);
            reset(resets, guests, count, Times.none());
            floods.end();
        }
        int rounds = setting.choose(2, 7);
        for (int round = 0; round < rounds; round++) {
            Setting.say("resets beside no flood, one and five...");
            for (int flooding : new int[] {0, 1, MOST_FLOODS}) {
                var taken = times.computeIfAbsent(flooding, _ -> Times.none());
                long counted = Flood.counted(daemon);
                long begun = System.nanoTime();
                floods.begin(flooding);
                reset(resets, guests, count, taken);
                taken.resident().add(facts.residentMegabytes());
                double seconds = (System.nanoTime() - begun) / 1e9;
                if (flooding == MOST_FLOODS) {
                    rates.add((Flood.counted(daemon) - counted) / seconds);
                }
                floods.end();
            }
        }
        Flood.requireExactly(floods.sent(), Flood.awaitCounted(daemon, "RTC_CHANGE", floods.sent()));
    }

    private void reset(Resets resets, List<QemuGuest> guests, int count, Times times) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            var guest = guests.get(next++ % guests.size());
            guest.serial().work(PATIENCE);
            long begun = System.nanoTime();
            resets.begin(guest.name());
            times.answers().add((System.nanoTime() - begun) / 1e6);
            times.proofs().add(resets.end(guest.name()).required().fromEvent());
        }
    }

    private List<Row> rows() {
        var quiet = times(0);
        var rows = new ArrayList<Row>();
        AIMS.forEach((flooding, aim) -> {
            var flooded = times(flooding);
            var name = flooding == 1 ? "one flood" : "five floods";
            rows.add(row("request of a reset to its answer, beside " + name, aim, flooded.answers(), quiet.answers()));
            rows.add(row("RESET event to `rebuilt` proven, beside " + name, aim, flooded.proofs(), quiet.proofs()));
        });
        rows.add(taken());
        rows.add(memory(quiet.resident(), times(MOST_FLOODS).resident()));
        return List.copyOf(rows);
    }

    private Times times(int flooding) {
        return times.getOrDefault(flooding, Times.none());
    }

    private static Row row(String what, double aim, List<Double> flooded, List<Double> quiet) {
        var with = Samples.of(flooded);
        var without = Samples.of(quiet);
        double ratio = with.percentile(99) / without.percentile(99);
        return new Row(
                what,
                number("p99 ≤ %.0f x without", aim),
                new Row.Values(
                        number("%.2f ms", with.median()),
                        number("%.2f ms", with.percentile(99)),
                        number("%.2f ms without", without.percentile(99)),
                        number("%.2f", ratio)),
                Row.Verdict.of(ratio <= aim),
                number(
                        "%d resets, %.2f to %.2f ms; without %d resets, median %.2f ms, %.2f to %.2f ms",
                        with.count(),
                        with.min(),
                        with.max(),
                        without.count(),
                        without.median(),
                        without.min(),
                        without.max()));
    }

    private Row taken() {
        var taken = Samples.of(rates);
        return new Row(
                "events of five floods taken while guests are reset, none lost",
                number("≥ %,.0f/s", EVENTS_AIM),
                Row.Values.of(number("%,.0f/s", taken.median()), number("%,.0f/s", taken.min())),
                Row.Verdict.of(taken.median() >= EVENTS_AIM),
                number("%d rounds, %,.0f to %,.0f/s", taken.count(), taken.min(), taken.max()));
    }

    private static Row memory(List<Double> quiet, List<Double> flooded) {
        var with = Samples.of(flooded);
        var without = Samples.of(quiet);
        double ratio = with.median() / without.median();
        return new Row(
                "resident beside five floods",
                number("≤ %.1f x without", MEMORY_AIM),
                new Row.Values(
                        number("%.0f MB", with.median()),
                        number("%.0f MB", with.max()),
                        number("%.0f MB without", without.median()),
                        number("%.2f", ratio)),
                Row.Verdict.of(ratio <= MEMORY_AIM),
                number("%d rounds, %.0f to %.0f MB", with.count(), with.min(), with.max()));
    }

    /** Scripted monitors that send events as fast as they are taken, as many of them at once as is wanted. Confined to one thread. */
    private static final class Floods implements AutoCloseable {
        private final List<ScriptedPeer> peers;
        private final List<Thread> threads = new ArrayList<>();
        private final AtomicLong sent = new AtomicLong();
        private volatile boolean flooding;

        private Floods(List<ScriptedPeer> peers) {
            this.peers = peers;
        }

        static Floods listen(Path folder, int count) {
            return new Floods(IntStream.range(0, count)
                    .mapToObj(i -> ScriptedPeer.listen(folder.resolve("flood-" + i + ".qmp")))
                    .toList());
        }

        void begin(int count) {
            flooding = true;
            peers.stream()
                    .limit(count)
                    .forEach(peer -> threads.add(
                            Thread.ofPlatform().daemon().name("flood").start(() -> flood(peer))));
        }

        private void flood(ScriptedPeer peer) {
            while (flooding) {
                peer.sendRaw(Flood.EVENTS);
                sent.addAndGet(Flood.IN_ONE_WRITE);
            }
        }

        /** All that was begun has been sent. */
        void end() throws InterruptedException {
            flooding = false;
            for (var thread : threads) {
                thread.join();
            }
            threads.clear();
        }

        /** How many events so far. */
        long sent() {
            return sent.get();
        }

        @Override
        public void close() {
            flooding = false;
            peers.forEach(ScriptedPeer::close);
        }
    }
}
