package io.reseal.benchmarks;

import static io.reseal.benchmarks.report.Row.number;

import io.reseal.benchmarks.client.Series;
import io.reseal.benchmarks.report.Row;
import io.reseal.benchmarks.report.Samples;
import io.reseal.qmp.QmpClient;
import io.reseal.qmp.QmpSettings;
import io.reseal.qmp.QmpTransport;
import io.reseal.testbed.qemu.Qemu;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Some questions in one write and one by one, by the QMP client and by the client in C, turn and turn about. */
final class Pipelining {
    private static final List<Integer> QUESTIONS = List.of(1, 4, 8);
    private static final int WARM_UP = 2;

    private final Setting setting;
    private final int times;
    private final int rounds;

    Pipelining(Setting setting) {
        this.setting = setting;
        this.times = setting.choose(200, 1000);
        this.rounds = setting.choose(4, 20);
    }

    List<Row> measure() {
        Setting.say("questions in one write...");
        var rows = new ArrayList<Row>();
        try (var guest = Qemu.guest().start();
                var transport = QmpTransport.create(1)) {
            var client = new QmpClient(transport, QmpSettings.defaults());
            for (int questions : QUESTIONS) {
                var ways = new Ways(client, guest.qmp(), new Series.Batches(questions, times));
                ways.measure();
                rows.addAll(ways.rows());
            }
        }
        return List.copyOf(rows);
    }

    /** One way to ask. */
    private static final class Way {
        private final Supplier<Samples> round;
        private final List<Double> medians = new ArrayList<>();

        Way(Supplier<Samples> round) {
            this.round = round;
        }

        void measure() {
            medians.add(round.get().median());
        }

        Samples samples() {
            return Samples.of(medians);
        }

        double median() {
            return samples().median();
        }
    }

    /** Four ways to ask so many questions. */
    private final class Ways {
        private final int questions;
        private final Way together;
        private final Way singly;
        private final Way togetherInC;
        private final Way singlyInC;

        Ways(QmpClient client, Path monitor, Series.Batches batches) {
            this.questions = batches.questions();
            this.together = new Way(() -> Series.together(client, monitor, batches));
            this.singly = new Way(() -> Series.singly(client, monitor, batches));
            this.togetherInC = new Way(() -> Samples.of(setting.c().together(questions, times, monitor)));
            this.singlyInC = new Way(() -> Samples.of(setting.c().singly(questions, times, monitor)));
        }

        void measure() {
            for (int i = 0; i < WARM_UP; i++) {
                var _ = together.round.get();
                var _ = singly.round.get();
            }
            var ways = List.of(together, togetherInC, singly, singlyInC);
            for (int i = 0; i < rounds; i++) {
                // which one goes first changes, so that none profits from what another leaves behind
                (i % 2 == 0 ? ways : ways.reversed()).forEach(Way::measure);
            }
        }

        List<Row> rows() {
            var what = questions == 1 ? "1 question" : questions + " questions";
            var beside = new Row(
                    number("%s in one write", what),
                    "",
                    values(togetherInC.median(), "C"),
                    Row.Verdict.NONE,
                    number(
                            "%d rounds of %d writes each; Reseal %s, C %s",
                            rounds, times, range(together), range(togetherInC)));
            var ratioOfC = togetherInC.median() / singlyInC.median();
            var gained = new Row(
                    number("… beside %s", questions == 1 ? "`execute`" : questions + " one by one"),
                    "",
                    values(singly.median(), "Reseal"),
                    Row.Verdict.NONE,
                    number(
                            "one by one Reseal %s, C %s; in C one write takes %.2f of one by one",
                            range(singly), range(singlyInC), ratioOfC));
            return List.of(beside, gained);
        }

        private Row.Values values(double reference, String whose) {
            var samples = together.samples();
            return new Row.Values(
                    number("%.1f µs", samples.median()),
                    number("%.1f µs", samples.max()),
                    number("%s %.1f µs", whose, reference),
                    number("%.2f", samples.median() / reference));
        }

        private static String range(Way way) {
            return number("%.1f to %.1f µs", way.samples().min(), way.samples().max());
        }
    }
}
