package io.reseal.policy;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * The QEMU releases that something concerns.
 *
 * @param from the first of them; empty when all before {@code before} are concerned
 * @param before the first that was seen not to be concerned any more; empty while no such release was seen
 */
public record QemuRange(Optional<QemuRelease> from, Optional<QemuRelease> before) {
    /** Every release. */
    public static final QemuRange ALL = new QemuRange(Optional.empty(), Optional.empty());

    public static QemuRange before(int major, int minor) {
        return new QemuRange(Optional.empty(), Optional.of(new QemuRelease(major, minor, 0)));
    }

    public static QemuRange from(int major, int minor) {
        return new QemuRange(Optional.of(new QemuRelease(major, minor, 0)), Optional.empty());
    }

    /** Whether {@code release} is one of them. */
    public boolean contains(QemuRelease release) {
        return from.map(first -> release.compareTo(first) >= 0).orElse(true)
                && before.map(end -> release.compareTo(end) < 0).orElse(true);
    }

    /** For people: {@code QEMU 11.0 and newer}. */
    public String text() {
        var first = from.map(release -> brief(release) + " and newer");
        var end = before.map(release -> "before " + brief(release));
        if (first.isEmpty() && end.isEmpty()) {
            return "every QEMU";
        }
        return "QEMU "
                + String.join(
                        ", ", Stream.of(first, end).flatMap(Optional::stream).toList());
    }

    private static String brief(QemuRelease release) {
        return release.major() + "." + release.minor();
    }
}
