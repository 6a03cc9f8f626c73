package io.reseal.daemon.monitor;

import io.reseal.policy.RunState;
import io.reseal.policy.VcpuCounters;
import java.util.HashMap;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** What QEMU's answers say, as values of the core. */
final class QemuReplies {
    static RunState runState(JsonNode reply) {
        return new RunState(QemuText.shown(reply.path("status").stringValue("unknown")));
    }

    static VcpuCounters exits(Optional<JsonNode> reply) {
        var exits = new HashMap<String, Long>();
        reply.ifPresent(vcpus -> vcpus.forEach(vcpu -> vcpu.path("stats").forEach(stat -> {
            if (stat.path("name").stringValue("").equals("exits")) {
                exits.put(
                        QemuText.compared(vcpu.path("qom-path").stringValue("")),
                        stat.path("value").asLong(0));
            }
        })));
        return new VcpuCounters(exits, Optional.empty(), OptionalLong.empty());
    }

    static VcpuCounters withState(VcpuCounters exits, JsonNode sev) {
        var handle = sev.path("handle");
        return new VcpuCounters(
                exits.exits(),
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
