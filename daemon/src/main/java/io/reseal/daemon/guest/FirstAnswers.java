package io.reseal.daemon.guest;

import io.reseal.daemon.launch.IgvmObjectReader;
import io.reseal.daemon.monitor.QemuMonitor;
import io.reseal.daemon.monitor.QemuText;
import io.reseal.daemon.qmp.QemuCommand;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;

/**
 * What a QEMU tells of its guest in the first write after the negotiation: nothing of it depends on another answer.
 *
 * @param thread of the first vCPU; it stays the same over resets, rebuilds included, and cannot be unplugged (QEMU 11.1.3)
 * @param kvm whether KVM is the accelerator
 * @param file the machine property {@code firmware}; empty where there is none, as for the others
 * @param flash the machine property {@code pflash0}
 * @param support QOM path of the confidential-guest object
 * @param bundle QOM path of the machine's IGVM object
 */
record FirstAnswers(
        OptionalLong thread,
        String uuid,
        String name,
        boolean kvm,
        String file,
        String flash,
        String support,
        String bundle) {
    static CompletableFuture<FirstAnswers> of(QemuMonitor monitor) {
        return monitor.learn().thenCompose(_ -> monitor.together(() -> read(monitor)));
    }

    private static CompletableFuture<FirstAnswers> read(QemuMonitor monitor) {
        var thread = firstThread(monitor);
        var uuid = monitor.execute(QemuCommand.UUID.command())
                .thenApply(reply -> QemuText.name("a UUID", reply.path("UUID").stringValue("")));
        var name = monitor.optional(QemuCommand.NAME.command())
                .thenApply(reply -> reply.map(
                                named -> QemuText.shown(named.path("name").stringValue("")))
                        .orElse(""));
        var kvm = kvm(monitor);
        var file = machine(monitor, "firmware").thenApply(path -> QemuText.path("the path of the firmware", path));
        var flash = machine(monitor, "pflash0").thenApply(QemuText::shown);
        var support = machine(monitor, "confidential-guest-support")
                .thenApply(path -> QemuText.name("the path of the confidential-guest object", path));
        var bundle = machine(monitor, IgvmObjectReader.TYPE)
                .thenApply(link -> QemuText.name("the path of the igvm-cfg object", link));
        return CompletableFuture.allOf(thread, uuid, name, kvm, file, flash, support, bundle)
                .thenApply(_ -> new FirstAnswers(
                        thread.join(),
                        uuid.join(),
                        name.join(),
                        kvm.join(),
                        file.join(),
                        flash.join(),
                        support.join(),
                        bundle.join()));
    }

    private static CompletableFuture<OptionalLong> firstThread(QemuMonitor monitor) {
        return monitor.optional(QemuCommand.VCPUS.command())
                .thenApply(reply -> reply.stream()
                        .flatMap(JsonNode::valueStream)
                        .min(Comparator.comparingLong(
                                vcpu -> vcpu.path("cpu-index").asLong(Long.MAX_VALUE)))
                        .map(vcpu -> vcpu.path("thread-id"))
                        .filter(JsonNode::isIntegralNumber)
                        .map(thread -> OptionalLong.of(thread.asLong()))
                        .orElse(OptionalLong.empty()));
    }

    /** By {@code query-accelerators} where this QEMU has it; it replaces {@code query-kvm}. */
    private static CompletableFuture<Boolean> kvm(QemuMonitor monitor) {
        if (!monitor.knows(QemuCommand.ACCELERATORS)) {
            return kvmOfOld(monitor);
        }
        return monitor.optional(QemuCommand.ACCELERATORS.command())
                .thenCompose(reply -> reply.map(accelerators -> CompletableFuture.completedFuture(
                                accelerators.path("enabled").stringValue("").equals("kvm")))
                        .orElseGet(() -> kvmOfOld(monitor)));
    }

    private static CompletableFuture<Boolean> kvmOfOld(QemuMonitor monitor) {
        return monitor.optional(QemuCommand.KVM.command())
                .thenApply(reply -> reply.map(kvm -> kvm.path("enabled").booleanValue(false))
                        .orElse(false));
    }

    private static CompletableFuture<String> machine(QemuMonitor monitor, String property) {
        return monitor.property("/machine", property).thenApply(FirstAnswers::text);
    }

    static String text(Optional<JsonNode> value) {
        return value.flatMap(JsonNode::stringValueOpt).orElse("");
    }
}
