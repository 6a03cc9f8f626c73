package io.reseal.policy.codec;

import io.reseal.policy.RunState;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.signal.GuestReading;
import java.util.Map;
import java.util.TreeMap;

/** What was read of a guest. */
final class ReadingCodec {
    static Map<String, Object> write(GuestReading reading) {
        return new TreeWriter()
                .text("runState", reading.runState().text())
                .flag("migrating", reading.migrating())
                .flag("rebuildForced", reading.rebuildForced())
                .tree("launch", LaunchCodec.write(reading.launch()))
                .tree("capacity", LaunchCodec.write(reading.room()))
                .tree("counters", write(reading.counters()))
                .done();
    }

    static GuestReading read(TreeReader tree) {
        return new GuestReading(
                runState(tree),
                tree.flag("migrating"),
                tree.flag("rebuildForced"),
                tree.tree("launch", LaunchCodec::read),
                tree.tree("capacity", LaunchCodec::capacity),
                tree.tree("counters", ReadingCodec::counters));
    }

    static RunState runState(TreeReader tree) {
        return new RunState(tree.text("runState"));
    }

    static Map<String, Object> write(VcpuCounters counters) {
        return new TreeWriter()
                .map("exits", counters.exits())
                .map("others", sorted(counters.others()))
                .text("sevState", counters.sevState())
                .number("sevHandle", counters.sevHandle())
                .done();
    }

    private static Map<String, Object> sorted(Map<String, Map<String, Long>> counters) {
        var sorted = new TreeMap<String, Object>();
        counters.forEach((vcpu, values) -> sorted.put(vcpu, new TreeMap<>(values)));
        return sorted;
    }

    static VcpuCounters counters(TreeReader tree) {
        return new VcpuCounters(
                tree.numberMap("exits"),
                tree.numberMaps("others"),
                tree.maybeText("sevState"),
                tree.maybeNumber("sevHandle"));
    }

    private ReadingCodec() {}
}
