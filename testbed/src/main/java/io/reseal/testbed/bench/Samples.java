package io.reseal.testbed.bench;

import java.util.Collection;
import java.util.List;

/** Measured values, in whatever unit, in ascending order; at least one. */
record Samples(List<Double> sorted) {
    Samples {
        if (sorted.isEmpty()) {
            throw new BenchException("nothing was measured");
        }
        sorted = sorted.stream().sorted().toList();
    }

    static Samples of(Collection<Double> values) {
        return new Samples(List.copyOf(values));
    }

    double median() {
        return percentile(50);
    }

    /** The smallest value that so many per cent of all do not exceed (nearest rank). */
    double percentile(double percent) {
        int rank = (int) Math.ceil(percent / 100 * count());
        return sorted.get(Math.clamp(rank - 1, 0, count() - 1));
    }

    double min() {
        return sorted.getFirst();
    }

    double max() {
        return sorted.getLast();
    }

    int count() {
        return sorted.size();
    }
}
