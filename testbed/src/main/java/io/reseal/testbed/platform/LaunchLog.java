package io.reseal.testbed.platform;

import io.reseal.testbed.JsonLines;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The log of the simulated platform: JSON lines, in the order of the calls, of one VM after the other or mixed. */
public final class LaunchLog {

    private record Vm(long pid, int number) {}

    /** The launches in the order of their beginnings. A last line that is still being written is left out. */
    public static List<LaunchTrace> parse(String log) {
        var vms = new LinkedHashMap<Vm, List<JsonNode>>();
        log.substring(0, log.lastIndexOf('\n') + 1)
                .lines()
                .map(JsonLines.JSON::readTree)
                .forEach(line -> vms.computeIfAbsent(
                                new Vm(
                                        line.path("pid").asLong(),
                                        line.path("vm").asInt()),
                                _ -> new ArrayList<>())
                        .add(line));
        return vms.values().stream().map(LaunchLog::launch).toList();
    }

    /** With SEV's older calls a VM is of no kind at first, so the last word counts. */
    private static LaunchTrace launch(List<JsonNode> lines) {
        var kind = lines.getLast().path("kind").asString();
        return new LaunchTrace(
                kind,
                lines.stream()
                        .map(line -> new LaunchTrace.Step(line.path("step").asString(), line))
                        .toList());
    }

    private LaunchLog() {}
}
