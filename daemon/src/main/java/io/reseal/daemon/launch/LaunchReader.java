package io.reseal.daemon.launch;

import io.reseal.daemon.monitor.QemuMonitor;
import io.reseal.daemon.monitor.QemuText;
import io.reseal.daemon.monitor.SingleFlight;
import io.reseal.daemon.qmp.QemuCommand;
import io.reseal.igvm.launch.Machine;
import io.reseal.policy.GuestKind;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * Reads what the next launch of a confidential guest is made of, or of a plain one that has a bundle, and whether there is room for it. QEMU is asked about
 * instances only, by {@code qom-get}: of {@code qom-list-properties} QEMU 11.1.3 may die at the next reset. Confined to the
 * event loop.
 */
public final class LaunchReader {
    /** What was read. */
    public record Reading(Launch launch, HostCapacity room) {
        public static final Reading NOTHING = new Reading(Launch.UNKNOWN, HostCapacity.UNKNOWN);
    }

    /**
     * What besides QMP a launch is known from.
     *
     * @param files the files of the host
     * @param firmware takes the machine property {@code firmware}, which QEMU reads again at each rebuild, and answers whether it is
     *     another file than before; empty where a rebuild loads no such file
     * @param digests of bundles and firmware
     * @param bundle path of the IGVM bundle that QEMU was started with
     * @param start what the command line says about the first launch
     */
    public record Sources(
            SingleFlight<LaunchFiles.Seen> files,
            Optional<Predicate<String>> firmware,
            LaunchDigestCache digests,
            Optional<String> bundle,
            Optional<Launch.Start> start) {}

    /** The link by which a machine has its confidential-guest object. */
    private static final String SUPPORT = "confidential-guest-support";

    /** Properties that set bits of SEV_FEATURES; newer than QEMU 11.1. */
    private static final Set<String> FEATURES = SevFeatures.BY_PROPERTY.keySet();

    static final String SEV_BITS = "policy";
    private static final String TDX_BITS = "attributes";

    private final QemuMonitor monitor;
    private final GuestKind kind;
    private final String object;
    private final Sources sources;
    private final IgvmObjectReader bundles;
    private final VcpuReader machine;
    private final Set<String> unknown = new HashSet<>();
    /** QEMU before 10.1 does not tell all properties of an object at once. */
    private boolean oneByOne;

    /**
     * A reader for one guest.
     *
     * @param object QOM path of the confidential-guest object; empty for a plain guest
     */
    public LaunchReader(QemuMonitor monitor, GuestKind kind, String object, Sources sources) {
        this.monitor = monitor;
        this.kind = kind;
        this.object = object;
        this.sources = sources;
        this.bundles = new IgvmObjectReader(monitor);
        this.machine = new VcpuReader(monitor, kind);
    }

    /**
     * Reads QEMU and the host at the same time. What neither of them has is left out. Each read takes all of it again, since QMP
     * can change it at run time, mostly without an event.
     */
    public CompletableFuture<Reading> read() {
        return monitor.together(() -> {
            var seen = files();
            var properties = properties();
            var vcpus = machine.read();
            var measurement = measurement();
            var links = bundles.read();
            return CompletableFuture.allOf(seen, properties, vcpus, measurement, links)
                    .thenCompose(_ -> {
                        var all = new TreeMap<>(properties.join());
                        all.putAll(vcpus.join().properties());
                        var launch =
                                new Launch(all, measurement.join(), seen.join().firmware());
                        return new LaunchPrediction(kind, launch, seen.join(), links.join(), sources)
                                .complete(machine(launch, vcpus.join()));
                    })
                    // a file may have been measured on another thread
                    .thenApplyAsync(
                            launch -> new Reading(started(launch), seen.join().room()),
                            monitor.connection().eventLoop());
        });
    }

    private Launch started(Launch launch) {
        return sources.start().map(launch::startedFrom).orElse(launch);
    }

    /** Another object than the one that was identified may be of any kind: then nothing is foretold. */
    private Optional<Machine> machine(Launch launch, VcpuReader.Found found) {
        return found.machine()
                .filter(_ -> launch.properties().getOrDefault(SUPPORT, object).equals(object));
    }

    /**
     * The files are looked at while QEMU answers. QEMU reads the name of the firmware again at each rebuild (QEMU 11.1,
     * x86_bios_rom_reload), so {@code qom-set} can change the file: then they are looked at again.
     */
    private CompletableFuture<LaunchFiles.Seen> files() {
        var seen = sources.files().read();
        return sources.firmware()
                .map(take -> monitor.property("/machine", "firmware")
                        .thenCompose(told -> told.flatMap(JsonNode::stringValueOpt)
                                .map(path -> QemuText.path("the path of the firmware", path))
                                .filter(take)
                                .map(_ -> sources.files().read())
                                .orElse(seen)))
                .orElse(seen);
    }

    private CompletableFuture<Map<String, String>> properties() {
        if (kind == GuestKind.PLAIN) {
            return CompletableFuture.completedFuture(Map.of());
        }
        var support = monitor.property("/machine", SUPPORT);
        var expected = properties(object);
        return support.thenCompose(told -> {
            var path = told.map(value -> text(SUPPORT, value));
            var found = path.filter(other -> !other.equals(object))
                    .map(other -> monitor.together(() -> properties(other)))
                    .orElse(expected);
            return found.thenApply(values -> {
                path.ifPresent(link -> values.put(SUPPORT, link));
                return values;
            });
        });
    }

    private CompletableFuture<Map<String, String>> properties(String path) {
        return oneByOne
                ? byName(path)
                : monitor.optional(QemuCommand.values(path)).thenCompose(reply -> {
                    oneByOne = reply.isEmpty();
                    return oneByOne
                            ? monitor.together(() -> byName(path))
                            : CompletableFuture.completedFuture(picked(reply.get()));
                });
    }

    /** Of one object. */
    private Map<String, String> picked(JsonNode objects) {
        var found = new TreeMap<String, String>();
        var names = names();
        objects.path(0).path("properties").forEach(property -> {
            var name = property.path("name").stringValue("");
            if (names.contains(name) && property.has("value")) {
                take(found, name, Optional.of(property.path("value")));
            }
        });
        return found;
    }

    private CompletableFuture<Map<String, String>> byName(String path) {
        var found = new TreeMap<String, String>();
        var queries = names().stream()
                .filter(name -> !unknown.contains(name))
                .map(name -> monitor.property(path, name).thenAccept(value -> take(found, name, value)))
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(queries).thenApply(_ -> found);
    }

    private void take(Map<String, String> found, String name, Optional<JsonNode> value) {
        value.ifPresent(told -> found.put(name, text(name, told)));
        if (value.isEmpty() && FEATURES.contains(name)) {
            unknown.add(name); // a type of object has no more properties later
        }
    }

    /** Only SEV and SEV-ES have one: to others the command is an error. */
    private CompletableFuture<Optional<String>> measurement() {
        return switch (kind) {
            case SEV, SEV_ES ->
                monitor.optional(QemuCommand.SEV_MEASUREMENT.command())
                        .thenApply(reply -> reply.flatMap(
                                        measure -> measure.path("data").stringValueOpt())
                                .map(QemuText::compared));
            case PLAIN, SEV_SNP, TDX -> CompletableFuture.completedFuture(Optional.empty());
        };
    }

    private List<String> names() {
        return switch (kind) {
            case PLAIN -> List.of();
            case SEV, SEV_ES -> List.of(SEV_BITS, "kernel-hashes", "debug-swap");
            case SEV_SNP ->
                List.of(
                        SEV_BITS,
                        "id-block",
                        "id-auth",
                        "host-data",
                        "kernel-hashes",
                        "author-key-enabled",
                        "vcek-disabled",
                        "guest-visible-workarounds",
                        "debug-swap",
                        "secure-tsc");
            case TDX -> List.of(TDX_BITS, "mrconfigid", "mrowner", "mrownerconfig");
        };
    }

    /** Empty for what was not set. */
    private static String text(String name, JsonNode value) {
        boolean bits = name.equals(SEV_BITS) || name.equals(TDX_BITS);
        return bits && value.isIntegralNumber()
                ? "0x" + Long.toHexString(value.asLong())
                : QemuText.compared(value.asString(""));
    }
}
