package io.reseal.daemon.launch;

import io.reseal.daemon.monitor.QemuMonitor;
import io.reseal.daemon.monitor.QemuText;
import io.reseal.daemon.qmp.QemuCommand;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Reads which IGVM bundles a reset will replay: every {@code igvm-cfg} object that lives, linked to the machine or not (QEMU
 * 11.1-rc2, backends/igvm-cfg.c). Confined to the event loop.
 */
public final class IgvmObjectReader {
    public static final String TYPE = "igvm-cfg";
    private static final String OBJECTS = "/objects";

    private final QemuMonitor monitor;
    /** There were some at the last reading: then the link is asked for in the same write. */
    private boolean some;

    public IgvmObjectReader(QemuMonitor monitor) {
        this.monitor = monitor;
    }

    /**
     * What was found.
     *
     * @param objects names of all of them below {@code /objects}
     * @param linked name of the machine's own, if it is one of those
     */
    record Links(Set<String> objects, Optional<String> linked) {
        /** Whether nothing but the machine's own bundle is replayed. */
        boolean ownAlone() {
            return linked.map(Set::of).equals(Optional.of(objects));
        }
    }

    CompletableFuture<Links> read() {
        var listed = monitor.optional(QemuCommand.objects(OBJECTS));
        var early = some ? Optional.of(link()) : Optional.<CompletableFuture<String>>empty();
        return listed.thenCompose(reply -> {
            var names = reply.map(IgvmObjectReader::names).orElse(Set.of());
            some = !names.isEmpty();
            return some
                    ? early.orElseGet(this::link).thenApply(link -> links(names, link))
                    : CompletableFuture.completedFuture(new Links(names, Optional.empty()));
        });
    }

    private CompletableFuture<String> link() {
        return monitor.property("/machine", TYPE)
                .thenApply(told -> QemuText.name(
                        "the path of the igvm-cfg object",
                        told.flatMap(JsonNode::stringValueOpt).orElse("")));
    }

    private static Links links(Set<String> names, String link) {
        return new Links(
                names, names.stream().filter(name -> link.endsWith("/" + name)).findFirst());
    }

    private static Set<String> names(JsonNode below) {
        return below.valueStream()
                .filter(each -> each.path("type").stringValue("").equals("child<" + TYPE + ">"))
                .map(each -> QemuText.name(
                        "the name of an igvm-cfg object", each.path("name").stringValue("")))
                .collect(Collectors.toUnmodifiableSet());
    }
}
