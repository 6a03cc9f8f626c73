package io.reseal.qmp;

/** QEMU versions from one, inclusive, to another, exclusive. */
public record VersionRange(QemuVersion from, QemuVersion before) {
    private static final QemuVersion FIRST = QemuVersion.of(0, 0, 0);
    private static final QemuVersion NEVER = QemuVersion.of(Integer.MAX_VALUE, 0, 0);

    /** Every version. */
    public static VersionRange all() {
        return new VersionRange(FIRST, NEVER);
    }

    /** That version and later ones. */
    public static VersionRange from(int major, int minor) {
        return new VersionRange(QemuVersion.of(major, minor, 0), NEVER);
    }

    /** Versions before that one. */
    public static VersionRange before(int major, int minor) {
        return new VersionRange(FIRST, QemuVersion.of(major, minor, 0));
    }

    /** Whether the version is one of them. */
    public boolean contains(QemuVersion version) {
        return version.compareTo(from) >= 0 && version.compareTo(before) < 0;
    }

    @Override
    public String toString() {
        boolean open = before.equals(NEVER);
        if (from.equals(FIRST)) {
            return open ? "every QEMU" : "QEMU before " + before;
        }
        return open ? "QEMU " + from + " and later" : "QEMU " + from + " to before " + before;
    }
}
