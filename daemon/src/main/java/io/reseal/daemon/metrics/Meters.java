package io.reseal.daemon.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.reseal.daemon.guest.FleetListener;
import io.reseal.daemon.guest.GuestView;
import io.reseal.policy.Action;
import io.reseal.policy.GuestKind;
import io.reseal.policy.LaunchChange;
import io.reseal.policy.LaunchPart;
import io.reseal.policy.Level;
import io.reseal.policy.Origin;
import io.reseal.policy.Reset;
import io.reseal.policy.Verdict;
import io.reseal.policy.Word;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Counts and times what happens. Every series of a closed label set is there, at zero, from the first scrape on. */
public final class Meters implements FleetListener, AutoCloseable {
    private static final double NANOS = 1e9;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final GuestMeters guests = new GuestMeters(registry);
    private final Counter blind = Counter.builder(MeterTable.QMP_BLIND.id())
            .description(MeterTable.QMP_BLIND.description())
            .baseUnit("seconds")
            .register(registry);

    /** @param version of Reseal, for {@code reseal_build_info} */
    public Meters(String version) {
        Gauge.builder(MeterTable.BUILD_INFO.id(), () -> 1)
                .description(MeterTable.BUILD_INFO.description())
                .tag("version", version)
                .register(registry);
        registerResets();
        registerLaunches();
        registerQmp();
        Word.texts(Action.How.class).forEach(how -> counter(MeterTable.GUEST_ENDS, how));
        List.of(new JvmMemoryMetrics(), new JvmThreadMetrics(), gc, new ProcessorMetrics(), new UptimeMetrics())
                .forEach(binder -> binder.bindTo(registry));
    }

    private void registerResets() {
        for (var kind : Word.texts(GuestKind.class)) {
            for (var verdict : Word.texts(Verdict.class)) {
                Word.texts(Origin.class).forEach(origin -> counter(MeterTable.RESETS, kind, origin, verdict));
                timer(MeterTable.RESET, kind, verdict);
            }
            for (var level : Level.values()) {
                if (level.provable()) {
                    timer(MeterTable.PROOF, kind, level.text());
                }
            }
        }
    }

    private void registerLaunches() {
        Word.texts(LaunchPart.class).forEach(part -> counter(MeterTable.LAUNCH_CHANGED, part));
    }

    private void registerQmp() {
        QmpWords.EVENTS.forEach(event -> counter(MeterTable.QMP_EVENTS, event));
        for (var command : QmpWords.COMMANDS) {
            QmpWords.OUTCOMES.forEach(outcome -> counter(MeterTable.QMP_COMMANDS, command, outcome));
        }
        timer(MeterTable.QMP_COMMAND);
    }

    /** Everything in Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }

    /** Stops listening to the garbage collector. */
    @Override
    public void close() {
        gc.close();
        registry.close();
    }

    @Override
    public void guestChanged(GuestView guest) {
        guests.changed(guest);
    }

    @Override
    public void guestForgotten(GuestView last) {
        guests.forgotten(last.name());
    }

    @Override
    public void guestEnded(String guest, Action.Ended end) {
        counter(MeterTable.GUEST_ENDS, end.how().text()).increment();
    }

    @Override
    public void levelProven(Reset reset, Level level, Duration afterEvent) {
        timer(MeterTable.PROOF, reset.kind().text(), level.text()).record(afterEvent);
    }

    @Override
    public void resetClosed(Reset reset, Duration took) {
        reset.conclusion().ifPresent(conclusion -> {
            var kind = reset.kind().text();
            var verdict = conclusion.verdict().text();
            counter(MeterTable.RESETS, kind, reset.ask().origin().text(), verdict)
                    .increment();
            timer(MeterTable.RESET, kind, verdict).record(took);
            guests.resetClosed(reset.guest());
        });
    }

    @Override
    public void launchChanged(String guest, Optional<String> reset, List<LaunchChange> changes) {
        changes.stream()
                .map(LaunchChange::what)
                .distinct()
                .forEach(what -> counter(MeterTable.LAUNCH_CHANGED, what.text()).increment());
    }

    @Override
    public void eventSeen(String guest, String event, String detail) {
        counter(MeterTable.QMP_EVENTS, QmpWords.label(QmpWords.EVENTS, event)).increment();
    }

    @Override
    public void commandEnded(String command, String outcome, Duration took) {
        counter(
                        MeterTable.QMP_COMMANDS,
                        QmpWords.label(QmpWords.COMMANDS, command),
                        QmpWords.label(QmpWords.OUTCOMES, outcome))
                .increment();
        timer(MeterTable.QMP_COMMAND).record(took);
    }

    @Override
    public void blindFor(String guest, Duration more) {
        blind.increment(more.toNanos() / NANOS);
    }

    private Counter counter(MeterTable meter, String... values) {
        return Counter.builder(meter.id())
                .description(meter.description())
                .tags(tags(meter, values))
                .register(registry);
    }

    private Timer timer(MeterTable meter, String... values) {
        return Timer.builder(meter.id())
                .description(meter.description())
                .tags(tags(meter, values))
                .serviceLevelObjectives(Buckets.of(meter))
                .register(registry);
    }

    private static String[] tags(MeterTable meter, String... values) {
        var tags = new String[2 * values.length];
        for (int i = 0; i < values.length; i++) {
            tags[2 * i] = meter.labels().get(i);
            tags[2 * i + 1] = values[i];
        }
        return tags;
    }
}
