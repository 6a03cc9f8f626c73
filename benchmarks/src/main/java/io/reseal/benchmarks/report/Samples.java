package io.reseal.benchmarks.report;

import io.reseal.testbed.TestbedException;
import java.util.Collection;
import java.util.List;

/** Measured values, in whatever unit, in ascending order; at least one. */
public record Samples(List<Double> sorted) {
    public Samples {
        if (sorted.isEmpty()) {
            throw new TestbedException("nothing was measured");
        }
        sorted = sorted.stream().sorted().toList();
    }

    public static Samples of(Collection<Double> values) {
        return new Samples(List.copyOf(values));
    }

    public double median() {
        return percentile(50);
    }

    /** The smallest value that so many per cent of all do not exceed (nearest rank). */
    public double percentile(double percent) {
        int rank = (int) Math.ceil(percent / 100 * count());
        return sorted.get(Math.clamp(rank - 1, 0, count() - 1));
    }

    public double min() {
        return sorted.getFirst();
    }

    public double max() {
        return sorted.getLast();
    }

    public int count() {
        return sorted.size();
    }
}
