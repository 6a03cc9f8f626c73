package io.reseal.qmp;

import java.util.Comparator;

/** QEMU's version from the greeting. {@code packageText} is what the distributor added; it takes no part in the order. */
public record QemuVersion(int major, int minor, int micro, String packageText) implements Comparable<QemuVersion> {
    private static final Comparator<QemuVersion> ORDER = Comparator.comparingInt(QemuVersion::major)
            .thenComparingInt(QemuVersion::minor)
            .thenComparingInt(QemuVersion::micro);

    /** A version without a package. */
    public static QemuVersion of(int major, int minor, int micro) {
        return new QemuVersion(major, minor, micro, "");
    }

    /** Whether it is that version or a later one. */
    public boolean atLeast(int wantedMajor, int wantedMinor) {
        return major > wantedMajor || (major == wantedMajor && minor >= wantedMinor);
    }

    @Override
    public int compareTo(QemuVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + micro;
    }
}
