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

    private final QemuMonitor monitor;
    private final GuestKind kind;
    private Optional<CpuSignature> first = Optional.empty();

    VcpuReader(QemuMonitor monitor, GuestKind kind) {
        this.monitor = monitor;
        this.kind = kind;
    }

    /** Nothing of a plain guest's: nothing measures them. */
    CompletableFuture<Found> read() {
        if (kind == GuestKind.PLAIN) {
            return CompletableFuture.completedFuture(new Found(Map.of(), Optional.empty()));
        }
        return monitor.optional(QemuCommand.VCPUS.command()).thenCompose(reply -> {
            var vcpus = reply.map(JsonNode::valueStream).stream()
                    .flatMap(all -> all)
                    .toList();
            return vcpus.isEmpty()
                    ? CompletableFuture.completedFuture(new Found(Map.of(), Optional.empty()))
                    : found(vcpus.size(), vcpus.getFirst()).thenCompose(found -> plugged(found, vcpus));
        });
    }

    /** A vCPU that was plugged in while QEMU ran is perhaps younger than the last launch; those of the start are elsewhere. */
    private CompletableFuture<Found> plugged(Found found, List<JsonNode> vcpus) {
        var places = vcpus.stream()
                .map(VcpuReader::place)
                .filter(path -> path.startsWith(DEVICES))
                .toList();
        var plugged = CompletableFuture.completedFuture(false);
        for (var place : places) {
            plugged = plugged.thenCompose(so -> so ? CompletableFuture.completedFuture(true) : hotplugged(place));
        }
        return plugged.thenApply(any -> any ? found.with(Launch.HOTPLUGGED, "true") : found);
    }

    private static String place(JsonNode vcpu) {
        return QemuText.name("the path of a vCPU", vcpu.path("qom-path").stringValue(""));
    }

    private CompletableFuture<Boolean> hotplugged(String place) {
        return monitor.property(place, "hotplugged")
                .thenApply(told -> told.map(value -> value.booleanValue(false)).orElse(false));
    }

    /** All vCPUs of a guest are of one type and have one TSC: QEMU refuses to plug in others. */
    private CompletableFuture<Found> found(int count, JsonNode vcpu) {
        var path = place(vcpu);
        var found = new TreeMap<String, String>();
        found.put("vcpus", Integer.toString(count));
        var typed = type(vcpu, path).thenApply(type -> {
            type.ifPresent(name -> found.put("cpu-type", QemuText.compared(name)));
            return found;
        });
        return switch (kind) {
            case TDX -> typed.thenCompose(_ -> frequency(found, path));
            case SEV_SNP, SEV_ES ->
                typed.thenCompose(_ -> signature(path)).thenApply(told -> signed(found, count, told));
            case SEV, PLAIN -> typed.thenApply(_ -> new Found(found, Optional.empty()));
        };
    }

    /** {@code qom-type} is new in QEMU 11.1. */
    private CompletableFuture<Optional<String>> type(JsonNode vcpu, String path) {
        return vcpu.path("qom-type")
                .stringValueOpt()
                .map(told -> CompletableFuture.completedFuture(Optional.of(told)))
                .orElseGet(
                        () -> monitor.property(path, "type").thenApply(told -> told.flatMap(JsonNode::stringValueOpt)));
    }

    private CompletableFuture<Found> frequency(Map<String, String> found, String path) {
        var property = "tsc-frequency";
        return monitor.property(path, property).thenApply(value -> {
            value.ifPresent(told -> found.put(property, QemuText.compared(told.asString(""))));
            return new Found(found, Optional.empty());
        });
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

    private CompletableFuture<Optional<CpuSignature>> signature(String path) {
        var numbers = new ArrayList<Integer>();
        var read = CompletableFuture.<List<Integer>>completedFuture(numbers);
        for (var property : List.of("family", "model", "stepping")) {
            read = read.thenCompose(so -> monitor.property(path, property).thenApply(value -> {
                value.filter(JsonNode::isIntegralNumber).ifPresent(number -> so.add(number.asInt()));
                return so;
            }));
        }
        return read.thenApply(all ->
                all.size() == 3 ? Optional.of(CpuSignature.of(all.get(0), all.get(1), all.get(2))) : Optional.empty());
    }
}
