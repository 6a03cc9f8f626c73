package io.reseal.policy;

import java.util.Comparator;

/** A QEMU version as {@code query-version} tells it. */
public record QemuRelease(int major, int minor, int micro) implements Comparable<QemuRelease> {
    private static final Comparator<QemuRelease> ORDER = Comparator.comparingInt(QemuRelease::major)
            .thenComparingInt(QemuRelease::minor)
            .thenComparingInt(QemuRelease::micro);

    @Override
    public int compareTo(QemuRelease other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + micro;
    }
}
