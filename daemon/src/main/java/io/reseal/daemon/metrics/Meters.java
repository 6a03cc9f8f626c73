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
import io.reseal.daemon.health.Load;
import io.reseal.daemon.status.GuestListener;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.daemon.status.Hindrances;
import io.reseal.daemon.status.ResetStage;
import io.reseal.daemon.work.BlockingPool;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.Spelled;
import io.reseal.policy.launch.LaunchChange;
import io.reseal.policy.launch.LaunchPart;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.SignalType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Counts and times what happens. Every series of a closed label set is there, at zero, from the first scrape on. */
public final class Meters implements GuestListener, AutoCloseable {
    private static final double NANOS = 1e9;

    private record Series(ResealMeters meter, List<String> values) {}

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    /** Kept, as a meter keeps only a weak reference. */
    private final Load load;

    private final GuestMeters guests = new GuestMeters(registry);
    /** The registry finds a series by building its whole identity: too slow for each command of each guest. */
    private final Map<Series, Counter> counters = new ConcurrentHashMap<>();

    private final Map<Series, Timer> timers = new ConcurrentHashMap<>();
    private final Counter blind = Counter.builder(ResealMeters.QMP_BLIND.getName())
            .description(ResealMeters.QMP_BLIND.description())
            .baseUnit(ResealMeters.QMP_BLIND.getBaseUnit())
            .register(registry);

    private final String version;
    private final FutureTask<Void> registration = new FutureTask<>(this::registerAll, null);

    /**
     * All meters.
     *
     * @param version of Reseal, for {@code reseal_build_info}
     * @param load of the daemon itself
     */
    public Meters(String version, Load load) {
        this.version = version;
        this.load = load;
    }

    /** Loads the library of metrics, which takes as long as all else at the start of a daemon. */
    public static void preload() {
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT).close();
    }

    /**
     * Makes every series of a closed label set, hundreds of them. Not done by the constructor, as a daemon is ready without; a
     * scrape waits until it is done.
     */
    public void register() {
        registration.run();
        try {
            registration.get();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("metrics cannot be registered", failed.getCause());
        }
    }

    private void registerAll() {
        new LoadMeters(registry).register(load);
        Gauge.builder(ResealMeters.BUILD_INFO.getName(), () -> 1)
                .description(ResealMeters.BUILD_INFO.description())
                .tags(ResealMeters.BUILD_INFO.tags(version))
                .register(registry);
        registerResets();
        registerLaunches();
        registerQmp();
        Spelled.texts(Action.How.class).forEach(how -> counter(ResealMeters.GUEST_ENDS, how));
        for (var signal : Spelled.texts(SignalType.class)) {
            counter(ResealMeters.CORE_UNEXPECTED_SIGNALS, signal);
            counter(ResealMeters.CORE_FAULTS, signal);
        }
        List.of(new JvmMemoryMetrics(), new JvmThreadMetrics(), gc, new ProcessorMetrics(), new UptimeMetrics())
                .forEach(binder -> binder.bindTo(registry));
    }

    private void registerResets() {
        for (var kind : Spelled.texts(GuestKind.class)) {
            for (var verdict : Spelled.texts(Verdict.class)) {
                Spelled.texts(Origin.class).forEach(origin -> counter(ResealMeters.RESETS, kind, origin, verdict));
                timer(ResealMeters.RESET, kind, verdict);
            }
            for (var level : Level.values()) {
                if (level.provable()) {
                    timer(ResealMeters.PROOF, kind, level.text());
                }
            }
        }
        Spelled.texts(ResetStage.class).forEach(stage -> timer(ResealMeters.RESET_STAGE, stage));
    }

    @Override
    public void stageTaken(ResetStage stage, Duration took) {
        timer(ResealMeters.RESET_STAGE, stage.text()).record(took);
    }

    private void registerLaunches() {
        Spelled.texts(LaunchPart.class).forEach(part -> counter(ResealMeters.LAUNCH_CHANGED, part));
    }

    private void registerQmp() {
        QmpLabels.EVENTS.forEach(event -> counter(ResealMeters.QMP_EVENTS, event));
        counter(ResealMeters.QMP_OVERSIZED);
        for (var command : QmpLabels.COMMANDS) {
            QmpLabels.OUTCOMES.forEach(outcome -> counter(ResealMeters.QMP_COMMANDS, command, outcome));
        }
        timer(ResealMeters.QMP_COMMAND);
    }

    /** Counts what hangs in each of these pools, from now on. */
    public void watch(List<BlockingPool> pools) {
        for (var pool : pools) {
            Gauge.builder(
                            ResealMeters.LOOKS_HANGING.getName(),
                            pool,
                            each -> each.hangs().size())
                    .description(ResealMeters.LOOKS_HANGING.description())
                    .tags(ResealMeters.LOOKS_HANGING.tags(pool.name()))
                    .register(registry);
        }
    }

    /** Tells what hinders the discovery, from now on. */
    public void watch(Hindrances hindrances) {
        Gauge.builder(
                        ResealMeters.DISCOVERY_HINDRANCES.getName(),
                        hindrances,
                        each -> each.now().size())
                .description(ResealMeters.DISCOVERY_HINDRANCES.description())
                .register(registry);
        for (var reason : Spelled.texts(Hindrances.Unused.class)) {
            Gauge.builder(ResealMeters.DISCOVERY_UNUSED.getName(), hindrances, each -> each.unused(reason))
                    .description(ResealMeters.DISCOVERY_UNUSED.description())
                    .tags(ResealMeters.DISCOVERY_UNUSED.tags(reason))
                    .register(registry);
        }
    }

    /** Everything in Prometheus' text format. */
    public String scrape() {
        register();
        return registry.scrape();
    }

    /** Stops listening to the garbage collector. */
    @Override
    public void close() {
        gc.close();
        registry.close();
    }

    @Override
    public void guestChanged(GuestStatus guest) {
        guests.changed(guest);
    }

    @Override
    public void guestForgotten(GuestStatus last) {
        guests.forgotten(last.name());
    }

    @Override
    public void guestEnded(String guest, Action.Ended end) {
        counter(ResealMeters.GUEST_ENDS, end.how().text()).increment();
    }

    @Override
    public void signalUnexpected(String guest, SignalType signal) {
        counter(ResealMeters.CORE_UNEXPECTED_SIGNALS, signal.text()).increment();
    }

    @Override
    public void coreFailed(String guest, SignalType signal) {
        counter(ResealMeters.CORE_FAULTS, signal.text()).increment();
    }

    @Override
    public void levelProven(Reset reset, Level level, Duration afterEvent) {
        timer(ResealMeters.PROOF, reset.kind().text(), level.text()).record(afterEvent);
    }

    @Override
    public void resetClosed(Reset reset, Duration took) {
        reset.conclusion().ifPresent(conclusion -> {
            var kind = reset.kind().text();
            var verdict = conclusion.verdict().text();
            counter(ResealMeters.RESETS, kind, reset.request().origin().text(), verdict)
                    .increment();
            timer(ResealMeters.RESET, kind, verdict).record(took);
            guests.resetClosed(reset.guest());
        });
    }

    @Override
    public void launchChanged(String guest, Optional<String> reset, List<LaunchChange> changes) {
        changes.stream()
                .map(LaunchChange::what)
                .distinct()
                .forEach(what ->
                        counter(ResealMeters.LAUNCH_CHANGED, what.text()).increment());
    }

    @Override
    public void eventSeen(String guest, String event, String detail) {
        eventsCounted(guest, event, 1);
    }

    /** A guest can make events as fast as it likes: no meter is looked up in the registry. */
    @Override
    public void eventsCounted(String guest, String event, int count) {
        counter(ResealMeters.QMP_EVENTS, QmpLabels.label(QmpLabels.EVENTS, event))
                .increment(count);
    }

    @Override
    public void oversized(String guest) {
        counter(ResealMeters.QMP_OVERSIZED).increment();
    }

    @Override
    public void commandEnded(String command, String outcome, Duration took) {
        counter(
                        ResealMeters.QMP_COMMANDS,
                        QmpLabels.label(QmpLabels.COMMANDS, command),
                        QmpLabels.label(QmpLabels.OUTCOMES, outcome))
                .increment();
        timer(ResealMeters.QMP_COMMAND).record(took);
    }

    @Override
    public void blindFor(String guest, Duration more) {
        blind.increment(more.toNanos() / NANOS);
    }

    private Counter counter(ResealMeters meter, String... values) {
        return counters.computeIfAbsent(
                new Series(meter, List.of(values)),
                _ -> Counter.builder(meter.getName())
                        .description(meter.description())
                        .tags(meter.tags(values))
                        .register(registry));
    }

    private Timer timer(ResealMeters meter, String... values) {
        return timers.computeIfAbsent(
                new Series(meter, List.of(values)),
                _ -> Timer.builder(meter.getName())
                        .description(meter.description())
                        .tags(meter.tags(values))
                        .serviceLevelObjectives(Buckets.of(meter))
                        .register(registry));
    }
}
