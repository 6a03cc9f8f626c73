package io.reseal.daemon.cli.measure;

import io.reseal.daemon.api.Json;
import io.reseal.daemon.cli.terminal.Table;
import io.reseal.daemon.cli.terminal.Text;
import io.reseal.igvm.launch.ResetDigests;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code --reset} adds to a measured launch. */
final class ResetDigestsText {
    private static final String MEMBER = "resetDigests";

    static void put(ObjectNode launch, ResetDigests digests) {
        var json = Json.object()
                .put("firstVcpu", digests.firstVcpu())
                .put("allVcpus", digests.allVcpus())
                .put("complete", digests.complete());
        var others = json.putArray("others");
        digests.others().stream().sorted().forEach(others::add);
        launch.set(MEMBER, json);
    }

    /** Adds nothing where {@code --reset} was not given. */
    static void rows(Table table, JsonNode launch) {
        var digests = launch.path(MEMBER);
        if (digests.isMissingNode()) {
            return;
        }
        boolean one = launch.path("vcpus").asInt() == 1;
        table.row(
                "at a reset",
                Text.of(digests, "firstVcpu") + " if vCPU 0" + (one ? "" : " alone") + " has interrupts enabled");
        if (!one) {
            table.row("", Text.of(digests, "allVcpus") + " if all vCPUs have interrupts enabled");
        }
        digests.path("others").forEach(other -> table.row("", other.asString() + " if others of them have"));
        if (!digests.path("complete").asBoolean()) {
            table.row("", "one more for each other set of vCPUs that have interrupts enabled");
        }
    }

    private ResetDigestsText() {}
}
