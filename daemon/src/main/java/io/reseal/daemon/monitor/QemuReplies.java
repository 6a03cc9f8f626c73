package io.reseal.daemon.monitor;

import io.reseal.policy.RunState;
import io.reseal.policy.VcpuCounters;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.POJONode;

/** What QEMU's answers say, as values of the core. */
final class QemuReplies {
    /** Who counts. */
    static final String KVM = "kvm";

    static RunState runState(JsonNode reply) {
        return new RunState(QemuText.shown(reply.path("status").stringValue("unknown")));
    }

    /** What {@link CounterReader} has read, or a tree. */
    static VcpuCounters counters(Optional<JsonNode> reply) {
        if (reply.orElse(null) instanceof POJONode read && read.getPojo() instanceof VcpuCounters counters) {
            return counters;
        }
        var exits = new HashMap<String, Long>();
        var others = new HashMap<String, Map<String, Long>>();
        reply.ifPresent(vcpus -> vcpus.forEach(vcpu -> {
            if (!vcpu.path("provider").stringValue("").equals(KVM)) {
                return;
            }
            var path = QemuText.compared(vcpu.path("qom-path").stringValue(""));
            vcpu.path("stats").forEach(stat -> {
                var name = stat.path("name").stringValue("");
                long value = stat.path("value").asLong(0);
                if (name.equals("exits")) {
                    exits.put(path, value);
                } else if (VcpuCounters.OTHERS.contains(name)) {
                    others.computeIfAbsent(path, _ -> new HashMap<>()).put(name, value);
                }
            });
        }));
        return new VcpuCounters(exits, others, Optional.empty(), OptionalLong.empty());
    }

    static VcpuCounters withState(VcpuCounters counters, JsonNode sev) {
        var handle = sev.path("handle");
        return new VcpuCounters(
                counters.exits(),
                counters.others(),
                sev.path("state").stringValueOpt().map(QemuText::shown),
                handle.isIntegralNumber() ? OptionalLong.of(handle.asLong()) : OptionalLong.empty());
    }

    static boolean migrating(Optional<JsonNode> reply) {
        return reply.map(status -> status.path("status").stringValue("none"))
                .map(status -> switch (status) {
                    case "none", "completed", "failed", "cancelled" -> false;
                    default -> true;
                })
                .orElse(false);
    }

    private QemuReplies() {}
}
