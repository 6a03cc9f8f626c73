package io.reseal.daemon.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.reseal.daemon.guest.FleetListener;
import io.reseal.daemon.guest.GuestView;
import io.reseal.daemon.guest.GuestView.Identity;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Hazard;
import io.reseal.policy.HazardId;
import io.reseal.policy.Word;
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

    private record Sort(String kind, GuestView.State state) {
        static Sort of(GuestView guest) {
            return new Sort(FleetListener.kindText(guest), guest.state());
        }
    }

    /** One guest as it is counted now, with the meters that are its own. */
    private record Counted(GuestView guest, Meter info, Counter resets) {}

    private final MeterRegistry registry;
    // gauges hold what they show weakly; these maps keep it alive
    private final Map<Sort, AtomicInteger> guests = new HashMap<>();
    private final Map<HazardId, AtomicInteger> hazards = new EnumMap<>(HazardId.class);
    private final AtomicInteger unseen = new AtomicInteger();
    private final Map<String, Counted> counted = new ConcurrentHashMap<>();

    GuestMeters(MeterRegistry registry) {
        this.registry = registry;
        kinds().forEach(kind -> Stream.of(GuestView.State.values()).forEach(state -> {
            var count = new AtomicInteger();
            guests.put(new Sort(kind, state), count);
            gauge(MeterTable.GUESTS, count, "kind", kind, "state", state.text());
        }));
        gauge(MeterTable.GUESTS_PROCESS_UNSEEN, unseen);
        for (var hazard : HazardId.values()) {
            var count = new AtomicInteger();
            hazards.put(hazard, count);
            gauge(MeterTable.HAZARDS, count, "hazard", hazard.text());
        }
    }

    private static List<String> kinds() {
        return Stream.concat(Word.texts(GuestKind.class).stream(), Stream.of(UNKNOWN))
                .toList();
    }

    void changed(GuestView guest) {
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

    private Counted first(GuestView guest) {
        var resets = Counter.builder(MeterTable.GUEST_RESETS.id())
                .description(MeterTable.GUEST_RESETS.description())
                .tag("guest", guest.name())
                .register(registry);
        return new Counted(guest, info(guest), resets);
    }

    private Counted next(Counted old, GuestView guest) {
        if (labels(old.guest()).equals(labels(guest))) {
            return new Counted(guest, old.info(), old.resets());
        }
        registry.remove(old.info());
        return new Counted(guest, info(guest), old.resets());
    }

    private Meter info(GuestView guest) {
        return Gauge.builder(MeterTable.GUEST_INFO.id(), () -> 1)
                .description(MeterTable.GUEST_INFO.description())
                .tags(labels(guest))
                .register(registry);
    }

    private static Tags labels(GuestView guest) {
        return Tags.of(
                "guest",
                guest.name(),
                "kind",
                FleetListener.kindText(guest),
                "qemu",
                qemu(guest),
                "firmware",
                digest(guest, "igvmSha256", "firmwareSha256"),
                "launch",
                digest(guest, "launchDigest"));
    }

    /** The first of these that is known; shortened, as it is there to be compared by eye. */
    private static String digest(GuestView guest, String... words) {
        var launch = guest.identity().map(Identity::launch).orElse(Map.of());
        return Stream.of(words)
                .filter(launch::containsKey)
                .map(launch::get)
                .map(digest -> digest.substring(0, Math.min(DIGITS, digest.length())))
                .findFirst()
                .orElse(UNKNOWN);
    }

    private static String qemu(GuestView guest) {
        return guest.identity().map(Identity::qemu).orElse(UNKNOWN);
    }

    private void add(GuestView guest, int more) {
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

    private void gauge(MeterTable meter, AtomicInteger count, String... labels) {
        Gauge.builder(meter.id(), count, AtomicInteger::get)
                .description(meter.description())
                .tags(labels)
                .strongReference(true)
                .register(registry);
    }
}
