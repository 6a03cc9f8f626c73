package io.reseal.daemon.guest;

import io.reseal.igvm.launch.CpuSignature;
import io.reseal.igvm.launch.Machine;
import io.reseal.policy.Launch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;

/**
 * Reads what of an SNP guest's machine enters its launch digest: vCPUs, their signature, SEV features. None of that changes
 * while QEMU lives, so it is asked for once. Confined to the event loop.
 */
final class MachineReader {
    /** Bits of SEV_FEATURES in a VMSA that properties of sev-snp-guest set (QEMU 11.1, target/i386/sev.h). */
    private static final Map<String, Long> FEATURES = Map.of("debug-swap", 1L << 5, "secure-tsc", 1L << 9);

    private static final long SNP_ACTIVE = 1;

    /** A machine with the SEV features of its vCPUs. */
    record Found(Machine machine, long sevFeatures) {}

    private final Monitor monitor;
    private final String object;
    private String vcpu = "";
    private Optional<Found> known = Optional.empty();

    /** @param object QOM path of the confidential-guest object */
    MachineReader(Monitor monitor, String object) {
        this.monitor = monitor;
        this.object = object;
    }

    /** Where the first vCPU is in QOM; all of a guest are of one sort. */
    void firstVcpu(String path) {
        vcpu = path;
    }

    /** Empty where QEMU does not tell. */
    CompletableFuture<Optional<Found>> read(Launch launch) {
        if (known.isPresent() || vcpu.isEmpty()) {
            return CompletableFuture.completedFuture(known);
        }
        int vcpus = Integer.parseInt(launch.properties().getOrDefault("vcpus", "0"));
        return signature().thenCombine(features(), (signature, features) -> {
            known = signature
                    .filter(_ -> vcpus >= 1 && vcpus <= Machine.MOST_VCPUS)
                    .map(each -> new Found(new Machine(vcpus, each), features));
            return known;
        });
    }

    private CompletableFuture<Optional<CpuSignature>> signature() {
        var numbers = new ArrayList<Integer>();
        var read = CompletableFuture.<List<Integer>>completedFuture(numbers);
        for (var property : List.of("family", "model", "stepping")) {
            read = read.thenCompose(so -> monitor.property(vcpu, property).thenApply(value -> {
                value.filter(JsonNode::isIntegralNumber).ifPresent(number -> so.add(number.asInt()));
                return so;
            }));
        }
        return read.thenApply(all ->
                all.size() == 3 ? Optional.of(CpuSignature.of(all.get(0), all.get(1), all.get(2))) : Optional.empty());
    }

    private CompletableFuture<Long> features() {
        var read = CompletableFuture.completedFuture(SNP_ACTIVE);
        for (var feature : FEATURES.entrySet()) {
            read = read.thenCombine(
                    monitor.property(object, feature.getKey()),
                    (so, on) ->
                            on.map(value -> value.booleanValue(false)).orElse(false) ? so | feature.getValue() : so);
        }
        return read;
    }
}
