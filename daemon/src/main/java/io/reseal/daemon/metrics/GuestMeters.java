package io.reseal.daemon.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.reseal.daemon.status.GuestListener;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.daemon.status.GuestStatus.Identity;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Spelled;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * How many guests there are of which sort, and the meters that a guest has of its own, which go when it goes. Safe for any
 * thread: the map decides who replaced whom, so each guest is counted once.
 */
final class GuestMeters {
    private static final String UNKNOWN = "unknown";
    private static final int DIGITS = 12;

    private record Sort(String kind, GuestStatus.State state) {
        static Sort of(GuestStatus guest) {
            return new Sort(GuestListener.kindText(guest), guest.state());
        }
    }

    /** One guest as it is counted now, with the meters that are its own. */
    private record Counted(GuestStatus guest, Meter info, Counter resets) {}

    private final MeterRegistry registry;
    // gauges hold what they show weakly; these maps keep it alive
    private final Map<Sort, AtomicInteger> guests = new HashMap<>();
    private final Map<HazardId, AtomicInteger> hazards = new EnumMap<>(HazardId.class);
    private final AtomicInteger unseen = new AtomicInteger();
    private final Map<String, Counted> counted = new ConcurrentHashMap<>();

    GuestMeters(MeterRegistry registry) {
        this.registry = registry;
        kinds().forEach(kind -> Stream.of(GuestStatus.State.values()).forEach(state -> {
            var count = new AtomicInteger();
            guests.put(new Sort(kind, state), count);
            gauge(ResealMeters.GUESTS, count, "kind", kind, "state", state.text());
        }));
        gauge(ResealMeters.GUESTS_PROCESS_UNSEEN, unseen);
        for (var hazard : HazardId.values()) {
            var count = new AtomicInteger();
            hazards.put(hazard, count);
            gauge(ResealMeters.HAZARDS, count, "hazard", hazard.text());
        }
    }

    private static List<String> kinds() {
        return Stream.concat(Spelled.texts(GuestKind.class).stream(), Stream.of(UNKNOWN))
                .toList();
    }

    void changed(GuestStatus guest) {
        counted.compute(guest.name(), (_, old) -> {
            if (old != null) {
                add(old.guest(), -1);
            }
            add(guest, 1);
            return old == null ? first(guest) : next(old, guest);
        });
    }

    void forgotten(String guest) {
        counted.computeIfPresent(guest, (_, old) -> {
            add(old.guest(), -1);
            registry.remove(old.info());
            registry.remove(old.resets());
            return null;
        });
    }

    /** A guest that was forgotten meanwhile gets no meter again. */
    void resetClosed(String guest) {
        Optional.ofNullable(counted.get(guest))
                .ifPresent(known -> known.resets().increment());
    }

    private Counted first(GuestStatus guest) {
        var resets = Counter.builder(ResealMeters.GUEST_RESETS.id())
                .description(ResealMeters.GUEST_RESETS.description())
                .tag("guest", guest.name())
                .register(registry);
        return new Counted(guest, info(guest), resets);
    }

    private Counted next(Counted old, GuestStatus guest) {
        if (labels(old.guest()).equals(labels(guest))) {
            return new Counted(guest, old.info(), old.resets());
        }
        registry.remove(old.info());
        return new Counted(guest, info(guest), old.resets());
    }

    private Meter info(GuestStatus guest) {
        return Gauge.builder(ResealMeters.GUEST_INFO.id(), () -> 1)
                .description(ResealMeters.GUEST_INFO.description())
                .tags(labels(guest))
                .register(registry);
    }

    private static Tags labels(GuestStatus guest) {
        return Tags.of(
                "guest",
                guest.name(),
                "kind",
                GuestListener.kindText(guest),
                "qemu",
                qemu(guest),
                "firmware",
                digest(guest, "igvmSha256", "firmwareSha256"),
                "launch",
                digest(guest, "launchDigest"));
    }

    /** The first of these that is known; shortened, as it is there to be compared by eye. */
    private static String digest(GuestStatus guest, String... words) {
        var launch = guest.identity().map(Identity::launch).orElse(Map.of());
        return Stream.of(words)
                .filter(launch::containsKey)
                .map(launch::get)
                .map(digest -> digest.substring(0, Math.min(DIGITS, digest.length())))
                .findFirst()
                .orElse(UNKNOWN);
    }

    private static String qemu(GuestStatus guest) {
        return guest.identity().map(Identity::qemu).orElse(UNKNOWN);
    }

    private void add(GuestStatus guest, int more) {
        count(guests, Sort.of(guest)).addAndGet(more);
        unseen.addAndGet(guest.processUnseen() ? more : 0);
        guest.hazards().stream()
                .map(Hazard::id)
                .distinct()
                .forEach(id -> count(hazards, id).addAndGet(more));
    }

    private static <K> AtomicInteger count(Map<K, AtomicInteger> counts, K key) {
        return Optional.ofNullable(counts.get(key))
                .orElseThrow(() -> new IllegalStateException("not a known label: " + key));
    }

    private void gauge(ResealMeters meter, AtomicInteger count, String... labels) {
        Gauge.builder(meter.id(), count, AtomicInteger::get)
                .description(meter.description())
                .tags(labels)
                .strongReference(true)
                .register(registry);
    }
}
