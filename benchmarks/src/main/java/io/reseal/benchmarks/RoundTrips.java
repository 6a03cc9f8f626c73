package io.reseal.benchmarks;

import static io.reseal.benchmarks.report.Row.number;

import io.reseal.benchmarks.client.Series;
import io.reseal.benchmarks.report.Row;
import io.reseal.benchmarks.report.Samples;
import io.reseal.qmp.QmpClient;
import io.reseal.qmp.QmpSettings;
import io.reseal.qmp.QmpTransport;
import io.reseal.testbed.qemu.Qemu;
import io.reseal.testbed.qemu.QemuGuest;
import java.util.ArrayList;
import java.util.List;

/** One question and its answer, by a client in C and by the QMP client, turn and turn about. */
final class RoundTrips {
    private static final double AIM = 1.10;
    private static final int WARM_UP = 4;

    private final Setting setting;
    private final int questions;
    private final List<Samples> c = new ArrayList<>();
    private final List<Samples> java = new ArrayList<>();

    RoundTrips(Setting setting) {
        this.setting = setting;
        this.questions = setting.choose(500, 3000);
    }

    List<Row> measure() {
        Setting.say("round trips...");
        try (var guest = Qemu.guest().start();
                var transport = QmpTransport.create(1)) {
            var client = new QmpClient(transport, QmpSettings.defaults());
            for (int i = 0; i < WARM_UP; i++) {
                queryFromJava(client, guest);
            }
            int rounds = setting.choose(4, 20);
            for (int i = 0; i < rounds; i++) {
                // which one goes first changes, so that neither profits from what the other leaves behind
                if (i % 2 == 0) {
                    c.add(queryFromC(guest));
                    java.add(queryFromJava(client, guest));
                } else {
                    java.add(queryFromJava(client, guest));
                    c.add(queryFromC(guest));
                }
            }
        }
        return List.of(row(50, "≤ 1.10 × C", true), row(99, "", false));
    }

    private Samples queryFromC(QemuGuest guest) {
        return Samples.of(setting.c().query(questions, List.of(guest.qmp())).pings());
    }

    private Samples queryFromJava(QmpClient client, QemuGuest guest) {
        return Series.ofOne(client, guest.qmp(), questions);
    }

    private Row row(double percent, String aim, boolean judged) {
        var ofC = Samples.of(c.stream().map(round -> round.percentile(percent)).toList());
        var ofJava =
                Samples.of(java.stream().map(round -> round.percentile(percent)).toList());
        double ratio = ofJava.median() / ofC.median();
        return new Row(
                number("round trip of `query-status`, p%.0f of a round", percent),
                aim,
                new Row.Values(
                        number("%.1f µs", ofJava.median()),
                        number("%.1f µs", ofJava.percentile(99)),
                        number("%.1f µs", ofC.median()),
                        number("%.2f", ratio)),
                judged ? Row.Verdict.of(ratio <= AIM) : Row.Verdict.NONE,
                number(
                        "%d rounds of %d questions each; Reseal %.1f to %.1f µs, C %.1f to %.1f µs",
                        ofC.count(), questions, ofJava.min(), ofJava.max(), ofC.min(), ofC.max()));
    }
}
