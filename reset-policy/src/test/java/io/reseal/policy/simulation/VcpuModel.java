package io.reseal.policy.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The vCPUs of a simulated guest and their KVM counters: one that works, one that is parked, and those that people plug in. */
final class VcpuModel {
    private static final long PARKED = 1;

    private final RandomGenerator random;
    private final boolean told;
    private double exitsPerNano;
    private double boot;
    private final List<Double> plugged = new ArrayList<>();
    /** How long the first one slept: one that works as fast as KVM can does not, and some guests never do. */
    private double slept;

    private boolean sleeps;
    private long seenAt;

    /**
     * @param told whether QEMU has statistics at all
     * @param ran whether they have run for a while
     */
    VcpuModel(RandomGenerator random, boolean told, boolean ran, long now) {
        this.random = random;
        this.told = told;
        this.seenAt = now;
        draw();
        boot = !ran ? 0 : exitsPerNano == 0 ? random.nextInt(80) : random.nextInt(1, 100_000);
    }

    /** What runs now makes exits at its own rate: none, a few, or as fast as KVM can. */
    private void draw() {
        exitsPerNano = new long[] {0, 3, 100, 2500}[random.nextInt(4)] / 1e6;
        sleeps = exitsPerNano < 1e-3 && random.nextBoolean();
    }

    /** Lets the time to {@code now} pass, of which the vCPUs ran from {@code from} on, if at all. */
    void pass(boolean ran, long from, long now) {
        double time = ran ? Math.max(0, now - Math.max(seenAt, from)) : 0;
        double made = exitsPerNano * time;
        slept += sleeps ? time : 0;
        if (made > 0) {
            boot += made;
            plugged.replaceAll(exits -> exits + made / 2);
        }
        seenAt = now;
    }

    /** A new KVM context: all counters begin again. */
    void restart() {
        boot = 0;
        slept = 0;
        plugged.replaceAll(_ -> 0.0);
        draw();
    }

    /** An ordinary reset: they go on. */
    void reset() {
        draw();
    }

    void plug() {
        plugged.add(0.0);
    }

    void unplug() {
        if (!plugged.isEmpty()) {
            plugged.removeLast();
        }
    }

    Map<String, Long> exits() {
        if (!told) {
            return Map.of();
        }
        var exits = new HashMap<String, Long>();
        exits.put("cpu0", (long) boot);
        exits.put("cpu1", PARKED);
        for (int i = 0; i < plugged.size(); i++) {
            exits.put("cpu" + (i + 2), (long) (double) plugged.get(i));
        }
        return exits;
    }

    Map<String, Map<String, Long>> others() {
        return told ? Map.of("cpu0", Map.of("halt_wait_ns", (long) slept)) : Map.of();
    }
}
