package io.reseal.benchmarks;

import static io.reseal.benchmarks.report.Row.number;

import io.reseal.benchmarks.report.Row;
import io.reseal.benchmarks.report.Samples;
import io.reseal.qmp.QmpClient;
import io.reseal.qmp.QmpEvent;
import io.reseal.qmp.QmpException;
import io.reseal.qmp.QmpListener;
import io.reseal.qmp.QmpSettings;
import io.reseal.qmp.QmpTransport;
import io.reseal.testbed.SocketFolder;
import io.reseal.testbed.TestbedException;
import io.reseal.testbed.peer.ScriptedPeer;
import io.reseal.testbed.process.ResealDaemon;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Events as fast as they are taken, from a scripted peer: a real QEMU cannot send so many. */
final class Flood {
    private static final double AIM = 200_000;
    static final int IN_ONE_WRITE = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    static final byte[] EVENTS = ("{\"timestamp\": {\"seconds\": 1795000000, \"microseconds\": 123456}, "
                    + "\"event\": \"RTC_CHANGE\", \"data\": {\"offset\": 0, \"qom-path\": \"/machine/rtc\"}}\r\n")
            .repeat(IN_ONE_WRITE)
            .getBytes(StandardCharsets.US_ASCII);

    private final Setting setting;
    private final int events;
    private final int rounds;

    Flood(Setting setting) {
        this.setting = setting;
        this.events = setting.choose(100_000, 500_000);
        this.rounds = setting.choose(2, 7);
    }

    List<Row> measure() throws InterruptedException {
        try (var folder = SocketFolder.create();
                var peer = ScriptedPeer.listen(folder.path().resolve("flood.qmp"))) {
            Setting.say("a flood of events to the QMP client...");
            var client = throughClient(peer);
            Setting.say("a flood of events to the daemon...");
            var daemon = throughDaemon(peer, folder);
            return List.of(row("the QMP client", client), row("the daemon", daemon));
        }
    }

    private Samples throughClient(ScriptedPeer peer) throws InterruptedException {
        var rates = new ArrayList<Double>();
        try (var transport = QmpTransport.create(1)) {
            var client = new QmpClient(transport, QmpSettings.defaults());
            for (int i = 0; i < rounds; i++) {
                var counting = new Counting(events);
                var connection = client.connect(peer.socket(), counting).join();
                long begun = System.nanoTime();
                send(peer);
                if (!counting.all.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    throw new TestbedException("of " + events + " events " + counting.all.getCount() + " did not come");
                }
                rates.add(rate(begun));
                requireExactly(events, connection.statistics().events());
                connection.close();
            }
        }
        return Samples.of(rates);
    }

    private Samples throughDaemon(ScriptedPeer peer, SocketFolder folder) throws InterruptedException {
        var rates = new ArrayList<Double>();
        try (var daemon = ResealDaemon.start(setting.launcher(), folder.path(), "")) {
            Await.watched(daemon, 1, Duration.ofMillis(50));
            for (int i = 0; i < rounds; i++) {
                long expected = counted(daemon) + events;
                long begun = System.nanoTime();
                send(peer);
                long counted = awaitCounted(daemon, "", expected);
                rates.add(rate(begun));
                requireExactly(expected, counted);
            }
        }
        return Samples.of(rates);
    }

    private void send(ScriptedPeer peer) {
        for (int sent = 0; sent < events; sent += IN_ONE_WRITE) {
            peer.sendRaw(EVENTS);
        }
    }

    private double rate(long begun) {
        return events / ((System.nanoTime() - begun) / 1e9);
    }

    static long counted(ResealDaemon daemon) {
        return counted(daemon, "");
    }

    /** Waits until so many events of this name are counted; returns how many are. */
    static long awaitCounted(ResealDaemon daemon, String event, long expected) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        long counted = counted(daemon, event);
        for (; counted < expected && System.nanoTime() < end; counted = counted(daemon, event)) {
            Thread.sleep(10);
        }
        return counted;
    }

    private static long counted(ResealDaemon daemon, String event) {
        return daemon.text("/metrics")
                .lines()
                .filter(line -> line.startsWith("reseal_qmp_events_total{event=\"" + event))
                .mapToLong(line -> Math.round(Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))))
                .sum();
    }

    static void requireExactly(long sent, long came) {
        if (sent != came) {
            throw new TestbedException("events were lost or invented: " + sent + " were sent, " + came + " counted");
        }
    }

    private Row row(String taker, Samples rates) {
        return new Row(
                "events through " + taker + ", none lost",
                "≥ 200,000/s",
                Row.Values.of(number("%,.0f/s", rates.median()), number("%,.0f/s", rates.min())),
                Row.Verdict.of(rates.median() >= AIM),
                number(
                        "%d rounds of %,d events each; %,.0f to %,.0f/s",
                        rates.count(), events, rates.min(), rates.max()));
    }

    /** Counts events down. */
    private static final class Counting implements QmpListener {
        private final CountDownLatch all;

        Counting(int events) {
            this.all = new CountDownLatch(events);
        }

        @Override
        public void onEvent(QmpEvent event) {
            all.countDown();
        }

        @Override
        public void onClosed(QmpException cause) {}
    }
}
