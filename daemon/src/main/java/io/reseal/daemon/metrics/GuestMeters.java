package io.reseal.daemon.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.reseal.daemon.status.GuestListener;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.daemon.status.GuestStatus.Identity;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Spelled;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The meters that are derived from the guests as they are now, and those that a guest has of its own, which go when it
 * goes. Safe for any thread: one map holds the guests, and a scrape counts them.
 */
final class GuestMeters {
    private static final String UNKNOWN = "unknown";
    private static final int DIGITS = 12;

    /** One guest as it is now, with the meters that are its own. */
    private record Counted(GuestStatus guest, MultiGauge info, Counter resets) {}

    private final MeterRegistry registry;
    private final Map<String, Counted> counted = new ConcurrentHashMap<>();

    GuestMeters(MeterRegistry registry) {
        this.registry = registry;
        gauge(
                ResealMeters.GUESTS,
                kinds().stream()
                        .flatMap(kind -> Stream.of(GuestStatus.State.values())
                                .map(state -> row(
                                        guest -> GuestListener.kindText(guest).equals(kind) && guest.state() == state,
                                        ResealMeters.GUESTS.tags(kind, state.text())))));
        gauge(ResealMeters.GUESTS_PROCESS_UNSEEN, Stream.of(row(GuestStatus::processUnseen, Tags.empty())));
        gauge(
                ResealMeters.HAZARDS,
                Stream.of(HazardId.values())
                        .map(id -> row(guest -> has(guest, id), ResealMeters.HAZARDS.tags(id.text()))));
    }

    private static List<String> kinds() {
        return Stream.concat(Spelled.texts(GuestKind.class).stream(), Stream.of(UNKNOWN))
                .toList();
    }

    private void gauge(ResealMeters meter, Stream<MultiGauge.Row<?>> rows) {
        multi(meter).register(rows.toList());
    }

    private MultiGauge multi(ResealMeters meter) {
        return MultiGauge.builder(meter.getName())
                .description(meter.description())
                .register(registry);
    }

    /** How many guests are so. */
    private MultiGauge.Row<?> row(Predicate<GuestStatus> so, Tags labels) {
        return MultiGauge.Row.of(
                labels,
                () -> counted.values().stream().map(Counted::guest).filter(so).count());
    }

    private static boolean has(GuestStatus guest, HazardId id) {
        return guest.hazards().stream().map(Hazard::id).anyMatch(id::equals);
    }

    void changed(GuestStatus guest) {
        counted.compute(guest.name(), (_, old) -> old == null ? first(guest) : next(old, guest));
    }

    void forgotten(String guest) {
        counted.computeIfPresent(guest, (_, old) -> {
            old.info().register(List.of());
            registry.remove(old.resets());
            return null;
        });
    }

    /** A guest that has been forgotten gets no meter again. */
    void resetClosed(String guest) {
        Optional.ofNullable(counted.get(guest))
                .ifPresent(known -> known.resets().increment());
    }

    private Counted first(GuestStatus guest) {
        var resets = Counter.builder(ResealMeters.GUEST_RESETS.getName())
                .description(ResealMeters.GUEST_RESETS.description())
                .tags(ResealMeters.GUEST_RESETS.tags(guest.name()))
                .register(registry);
        var first = new Counted(guest, multi(ResealMeters.GUEST_INFO), resets);
        show(first);
        return first;
    }

    private static Counted next(Counted old, GuestStatus guest) {
        var next = new Counted(guest, old.info(), old.resets());
        if (!labels(old.guest()).equals(labels(guest))) {
            show(next);
        }
        return next;
    }

    private static void show(Counted guest) {
        guest.info().register(List.of(MultiGauge.Row.of(labels(guest.guest()), () -> 1)));
    }

    private static Tags labels(GuestStatus guest) {
        return ResealMeters.GUEST_INFO.tags(
                guest.name(),
                GuestListener.kindText(guest),
                qemu(guest),
                digest(guest, "igvmSha256", "firmwareSha256"),
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
}
