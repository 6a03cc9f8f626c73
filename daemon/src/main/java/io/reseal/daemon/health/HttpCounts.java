package io.reseal.daemon.health;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How often each incident came. Safe for any thread. */
public final class HttpCounts {
    private final Map<HttpIncident, LongAdder> counts = Arrays.stream(HttpIncident.values())
            .collect(Collectors.toUnmodifiableMap(Function.identity(), _ -> new LongAdder()));

    public void count(HttpIncident incident) {
        counter(incident).increment();
    }

    public long of(HttpIncident incident) {
        return counter(incident).sum();
    }

    private LongAdder counter(HttpIncident incident) {
        return counts.getOrDefault(incident, new LongAdder());
    }
}
