package io.reseal.daemon.launch;

import io.reseal.daemon.monitor.QemuMonitor;
import io.reseal.daemon.monitor.QemuText;
import io.reseal.daemon.qmp.QemuCommand;
import io.reseal.igvm.launch.CpuSignature;
import io.reseal.igvm.launch.Machine;
import io.reseal.policy.GuestKind;
import io.reseal.policy.launch.Launch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;

/**
 * Reads what of a guest's vCPUs enters its launch: how many there are, their type, their signature. All of it is asked for each
 * time: {@code device_add} of a vCPU has no event (QEMU 11.1), and {@code qom-set} changes a signature. Confined to the event
 * loop.
 */
final class VcpuReader {
    /**
     * What was found.
     *
     * @param properties for the launch's
     * @param machine of an SNP guest; empty where QEMU does not tell
     */
    record Found(Map<String, String> properties, Optional<Machine> machine) {
        Found with(String name, String value) {
            var more = new TreeMap<>(properties);
            more.put(name, value);
            return new Found(more, machine);
        }
    }

    /** Where devices are in QOM that were made by {@code -device} or {@code device_add}. */
    private static final String DEVICES = "/machine/peripheral";

    /** {@code query-cpus-fast} has it since QEMU 11.1. */
    private static final String TYPE = "type";

    private static final String FREQUENCY = "tsc-frequency";
    private static final String PLUGGED = "hotplugged";

    private static final List<String> SIGNATURE = List.of("family", "model", "stepping");

    /**
     * What the other questions depend on.
     *
     * @param first QOM path of the first vCPU; all are of one type and have one TSC, as QEMU refuses to plug in others
     * @param typed whether QEMU told its type at once, as QEMU 11.1 does
     * @param devices those that were perhaps plugged in while QEMU ran; those of the start are elsewhere
     */
    private record Places(String first, boolean typed, List<String> devices) {
        static Places of(List<JsonNode> vcpus) {
            return new Places(
                    path(vcpus.getFirst()),
                    type(vcpus.getFirst()).isPresent(),
                    vcpus.stream()
                            .map(Places::path)
                            .filter(path -> path.startsWith(DEVICES))
                            .toList());
        }

        private static String path(JsonNode vcpu) {
            return QemuText.name("the path of a vCPU", vcpu.path("qom-path").stringValue(""));
        }
    }

    /** What QEMU answered, by the question's path and property; without those that QEMU does not have. */
    private record Values(Map<String, JsonNode> values) {
        Optional<JsonNode> of(String path, String property) {
            return Optional.ofNullable(values.get(path + "/" + property));
        }
    }

    private final QemuMonitor monitor;
    private final GuestKind kind;
    private Optional<CpuSignature> first = Optional.empty();
    /** Of the last reading: the questions that depend on them go with the first one, and are asked again if they are others now. */
    private Optional<Places> expected = Optional.empty();

    VcpuReader(QemuMonitor monitor, GuestKind kind) {
        this.monitor = monitor;
        this.kind = kind;
    }

    /** Nothing of a plain guest's: nothing measures them. */
    CompletableFuture<Found> read() {
        if (kind == GuestKind.PLAIN) {
            return CompletableFuture.completedFuture(new Found(Map.of(), Optional.empty()));
        }
        var vcpus = monitor.optional(QemuCommand.VCPUS.command());
        var before = expected;
        var early = before.map(this::query);
        return vcpus.thenCompose(reply -> {
            var all = reply.stream().flatMap(JsonNode::valueStream).toList();
            if (all.isEmpty()) {
                return CompletableFuture.completedFuture(new Found(Map.of(), Optional.empty()));
            }
            var places = Places.of(all);
            expected = Optional.of(places);
            var answers =
                    early.filter(_ -> before.equals(expected)).orElseGet(() -> monitor.together(() -> query(places)));
            return answers.thenApply(told -> found(all, places, told));
        });
    }

    private CompletableFuture<Values> query(Places places) {
        var values = new TreeMap<String, JsonNode>();
        var queries = new ArrayList<CompletableFuture<Void>>();
        for (var property : properties(places)) {
            queries.add(query(places.first(), property, values));
        }
        for (var device : places.devices()) {
            queries.add(query(device, PLUGGED, values));
        }
        return CompletableFuture.allOf(queries.toArray(CompletableFuture[]::new))
                .thenApply(_ -> new Values(values));
    }

    private CompletableFuture<Void> query(String path, String property, Map<String, JsonNode> values) {
        return monitor.property(path, property)
                .thenAccept(told -> told.ifPresent(value -> values.put(path + "/" + property, value)));
    }

    private List<String> properties(Places places) {
        var properties = new ArrayList<String>();
        if (!places.typed()) {
            properties.add(TYPE);
        }
        switch (kind) {
            case TDX -> properties.add(FREQUENCY);
            case SEV_SNP, SEV_ES -> properties.addAll(SIGNATURE);
            case SEV, PLAIN -> {}
        }
        return properties;
    }

    private Found found(List<JsonNode> vcpus, Places places, Values told) {
        var properties = new TreeMap<String, String>();
        properties.put("vcpus", Integer.toString(vcpus.size()));
        type(vcpus.getFirst())
                .or(() -> told.of(places.first(), TYPE).flatMap(JsonNode::stringValueOpt))
                .ifPresent(type -> properties.put("cpu-type", QemuText.compared(type)));
        told.of(places.first(), FREQUENCY)
                .ifPresent(frequency -> properties.put(FREQUENCY, QemuText.compared(frequency.asString(""))));
        var found = signed(properties, vcpus.size(), signature(places, told));
        boolean plugged = places.devices().stream()
                .flatMap(device -> told.of(device, PLUGGED).stream())
                .anyMatch(value -> value.booleanValue(false));
        return plugged ? found.with(Launch.HOTPLUGGED, "true") : found;
    }

    private static Optional<String> type(JsonNode vcpu) {
        return vcpu.path("qom-type").stringValueOpt();
    }

    /**
     * A signature that was changed at run time is that of one vCPU alone, and measured from the second launch on (QEMU 11.1.3):
     * it is told, and no digest with it.
     */
    private Found signed(Map<String, String> found, int count, Optional<CpuSignature> signature) {
        signature.ifPresent(each -> found.put("cpu-signature", each.toString()));
        first = first.or(() -> signature);
        boolean measured = kind == GuestKind.SEV_SNP && first.equals(signature) && count <= Machine.MOST_VCPUS;
        return new Found(found, signature.filter(_ -> measured).map(each -> new Machine(count, each)));
    }

    private static Optional<CpuSignature> signature(Places places, Values told) {
        var numbers = SIGNATURE.stream()
                .flatMap(property -> told.of(places.first(), property).stream())
                .filter(JsonNode::isIntegralNumber)
                .map(JsonNode::asInt)
                .toList();
        return numbers.size() == SIGNATURE.size()
                ? Optional.of(CpuSignature.of(numbers.get(0), numbers.get(1), numbers.get(2)))
                : Optional.empty();
    }
}
