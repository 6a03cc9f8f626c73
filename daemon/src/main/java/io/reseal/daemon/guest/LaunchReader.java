package io.reseal.daemon.guest;

import io.reseal.policy.GuestKind;
import io.reseal.policy.Launch;
import io.reseal.policy.Room;
import io.reseal.qmp.QmpCommand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;

/**
 * Reads what the next launch of a confidential guest is made of, or of a plain one that has a bundle, and whether there is room for it. QEMU is asked about
 * instances only, by {@code qom-get}: of {@code qom-list-properties} QEMU 11.1.3 may die at the next reset. Confined to the
 * event loop.
 */
final class LaunchReader {
    /** What was read. */
    record Reading(Launch launch, Room room) {
        static final Reading NOTHING = new Reading(Launch.UNKNOWN, Room.UNKNOWN);
    }

    /**
     * What besides QMP a launch is known from.
     *
     * @param surroundings files of the host
     * @param digests of bundles and firmware
     * @param bundle path of the IGVM bundle that QEMU was started with
     * @param start what the command line tells of the first launch
     */
    record Sources(
            Lookout<Surroundings.Seen> surroundings,
            LaunchDigests digests,
            Optional<String> bundle,
            Optional<Launch.Start> start) {}

    /** Properties as they were in one life of the guest. */
    private record Known(long events, long asked, Map<String, String> properties) {
        boolean holds(long now) {
            return events == now && System.nanoTime() - asked < FRESH.toNanos();
        }
    }

    /** For how long properties are taken as they were, while nothing has happened to the guest. */
    private static final Duration FRESH = Duration.ofMinutes(2);

    static final String SEV_BITS = "policy";
    private static final String TDX_BITS = "attributes";

    private final Monitor monitor;
    private final GuestKind kind;
    private final String object;
    private final Sources sources;
    private final BundleReader bundles;
    private final MachineReader machine;
    private Optional<Known> known = Optional.empty();

    /** @param object QOM path of the confidential-guest object; empty for a plain guest */
    LaunchReader(Monitor monitor, GuestKind kind, String object, Sources sources) {
        this.monitor = monitor;
        this.kind = kind;
        this.object = object;
        this.sources = sources;
        this.bundles = new BundleReader(monitor);
        this.machine = new MachineReader(monitor, object);
    }

    /**
     * QEMU is asked while the host is looked at. What neither tells is left out.
     *
     * @param events how many events that change the run state have arrived so far: a launch comes with one
     */
    CompletableFuture<Reading> read(long events) {
        var seen = sources.surroundings().look(monitor.connection().eventLoop());
        var properties = properties(events);
        var measurement = measurement();
        var links = bundles.read();
        var policy = policy();
        return CompletableFuture.allOf(seen, properties, measurement, links, policy)
                .thenCompose(_ -> measured(
                        new Launch(
                                with(policy.join(), properties.join()),
                                measurement.join(),
                                seen.join().firmware()),
                        seen.join(),
                        links.join()))
                // a file was perhaps measured meanwhile, on another thread
                .thenApplyAsync(
                        launch -> new Reading(started(launch), seen.join().room()),
                        monitor.connection().eventLoop());
    }

    /** Never as it was: a bundle hides at the next launch with which policy that was made. */
    private CompletableFuture<Map<String, String>> policy() {
        return kind == GuestKind.SEV_SNP
                ? property(new TreeMap<>(), object, SEV_BITS)
                : CompletableFuture.completedFuture(Map.of());
    }

    private static Map<String, String> with(Map<String, String> newer, Map<String, String> properties) {
        var all = new TreeMap<>(properties);
        all.putAll(newer);
        return all;
    }

    private Launch started(Launch launch) {
        return sources.start().map(launch::startedFrom).orElse(launch);
    }

    /** Adds the bundle and the digest that the next launch will have. */
    private CompletableFuture<Launch> measured(Launch launch, Surroundings.Seen seen, BundleReader.Links links) {
        var expectation = new Expectation(kind, launch, seen, links, sources);
        return expectation.needsMachine()
                ? machine.read(launch).thenCompose(expectation::complete)
                : expectation.complete(Optional.empty());
    }

    /** A dozen questions, whose answers hardly ever change: a reset that is asked for need not wait for them again. */
    private CompletableFuture<Map<String, String>> properties(long events) {
        if (kind == GuestKind.PLAIN) {
            return CompletableFuture.completedFuture(Map.of());
        }
        if (known.isPresent() && known.get().holds(events)) {
            return CompletableFuture.completedFuture(known.get().properties());
        }
        long asked = System.nanoTime();
        return properties().thenApply(found -> {
            known = Optional.of(new Known(events, asked, Map.copyOf(found)));
            return found;
        });
    }

    private CompletableFuture<Map<String, String>> properties() {
        var found = CompletableFuture.<Map<String, String>>completedFuture(new TreeMap<>());
        for (var name : names()) {
            found = found.thenCompose(so -> property(so, object, name));
        }
        return found.thenCompose(this::vcpus);
    }

    /** Only SEV and SEV-ES have one: to others the command is an error. */
    private CompletableFuture<Optional<String>> measurement() {
        return switch (kind) {
            case SEV, SEV_ES ->
                monitor.optional(QmpCommand.of("query-sev-launch-measure"))
                        .thenApply(reply ->
                                reply.flatMap(measure -> measure.path("data").stringValueOpt()));
            case PLAIN, SEV_SNP, TDX -> CompletableFuture.completedFuture(Optional.empty());
        };
    }

    private List<String> names() {
        return switch (kind) {
            case PLAIN -> List.of();
            case SEV, SEV_ES -> List.of(SEV_BITS, "kernel-hashes");
            case SEV_SNP ->
                List.of(
                        "id-block",
                        "id-auth",
                        "host-data",
                        "kernel-hashes",
                        "vcek-disabled",
                        "guest-visible-workarounds");
            case TDX -> List.of(TDX_BITS, "mrconfigid", "mrowner", "mrownerconfig");
        };
    }

    private CompletableFuture<Map<String, String>> property(Map<String, String> found, String path, String name) {
        return monitor.property(path, name).thenApply(value -> {
            value.ifPresent(told -> found.put(name, text(name, told)));
            return found;
        });
    }

    /** Empty for what was not set. */
    private static String text(String name, JsonNode value) {
        boolean bits = name.equals(SEV_BITS) || name.equals(TDX_BITS);
        return bits && value.isIntegralNumber() ? "0x" + Long.toHexString(value.asLong()) : value.asString("");
    }

    private CompletableFuture<Map<String, String>> vcpus(Map<String, String> found) {
        return monitor.optional(QmpCommand.of("query-cpus-fast")).thenCompose(reply -> {
            var vcpus = reply.map(JsonNode::valueStream).stream()
                    .flatMap(all -> all)
                    .toList();
            if (vcpus.isEmpty()) {
                return CompletableFuture.completedFuture(found);
            }
            found.put("vcpus", Integer.toString(vcpus.size()));
            return firstVcpu(found, vcpus.getFirst());
        });
    }

    /** {@code qom-type} is new in QEMU 11.1. All vCPUs of a guest are of one type and have one TSC. */
    private CompletableFuture<Map<String, String>> firstVcpu(Map<String, String> found, JsonNode vcpu) {
        var path = vcpu.path("qom-path").stringValue("");
        var type = vcpu.path("qom-type")
                .stringValueOpt()
                .map(told -> CompletableFuture.completedFuture(Optional.of(told)))
                .orElseGet(
                        () -> monitor.property(path, "type").thenApply(told -> told.flatMap(JsonNode::stringValueOpt)));
        var typed = type.thenApply(told -> {
            told.ifPresent(name -> found.put("cpu-type", name));
            return found;
        });
        machine.firstVcpu(path);
        return kind == GuestKind.TDX ? typed.thenCompose(so -> property(so, path, "tsc-frequency")) : typed;
    }
}
