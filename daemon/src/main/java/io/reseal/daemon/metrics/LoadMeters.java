package io.reseal.daemon.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.reseal.daemon.health.HttpIncident;
import io.reseal.daemon.health.Load;
import io.reseal.daemon.log.Logging;
import java.util.function.ToDoubleFunction;

/** The meters of the daemon itself: read from what counts when they are scraped. */
final class LoadMeters {
    private final MeterRegistry registry;

    LoadMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    void register(Load load) {
        for (var incident : HttpIncident.values()) {
            counter(ResealMeters.HTTP_INCIDENTS, load, now -> now.http().of(incident), incident.text());
        }
        counter(ResealMeters.MONITORS_REFUSED, load, now -> now.descriptors().refusedMonitors());
        counter(ResealMeters.LOG_LINES_LEFT_OUT, load, _ -> Logging.leftOut());
        Gauge.builder(
                        ResealMeters.STUCK.getName(),
                        load,
                        now -> now.heartbeats().stuck().size())
                .description(ResealMeters.STUCK.description())
                .strongReference(true)
                .register(registry);
    }

    private void counter(ResealMeters meter, Load load, ToDoubleFunction<Load> count, String... labels) {
        FunctionCounter.builder(meter.getName(), load, count)
                .description(meter.description())
                .tags(labels.length == 0 ? Tags.empty() : meter.tags(labels))
                .register(registry);
    }
}
