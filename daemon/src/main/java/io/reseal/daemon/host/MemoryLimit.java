package io.reseal.daemon.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * How much more memory a process may take before the kernel kills it: what its control group and every one above leave, the
 * least of them. It reads files, so call it on a thread that may block, never on an event loop.
 *
 * @param root where the control groups are mounted
 */
record MemoryLimit(Path root) {
    /** The files of one version of the controller (kernel documentation, admin-guide/cgroup-v2 and cgroup-v1/memory). */
    private record Controller(String limit, String usage, Set<String> reclaimable) {}

    private static final Controller V2 =
            new Controller("memory.max", "memory.current", Set.of("inactive_file", "active_file", "slab_reclaimable"));
    private static final Controller V1 = new Controller(
            "memory.limit_in_bytes", "memory.usage_in_bytes", Set.of("total_inactive_file", "total_active_file"));

    /** Version 1 has no word for "unlimited", but a number near the largest. */
    private static final long UNLIMITED = 1L << 60;

    /**
     * In bytes; empty where nothing limits it, or that cannot be told.
     *
     * @param groups lines of {@code /proc/PID/cgroup}
     */
    OptionalLong left(List<String> groups) {
        return LongStream.concat(
                        groups.stream()
                                .map(line -> line.split(":", 3))
                                .filter(parts -> parts.length == 3 && parts[1].isEmpty())
                                .flatMapToLong(parts -> upFrom(root, parts[2], V2)),
                        groups.stream()
                                .map(line -> line.split(":", 3))
                                .filter(parts -> parts.length == 3
                                        && List.of(parts[1].split(",", -1)).contains("memory"))
                                .flatMapToLong(parts -> upFrom(root.resolve("memory"), parts[2], V1)))
                .min();
    }

    /** A path out of the namespace that we see leads nowhere. */
    private static LongStream upFrom(Path top, String group, Controller files) {
        if (!group.startsWith("/") || group.contains("/..")) {
            return LongStream.empty();
        }
        var left = LongStream.builder();
        for (var at = top.resolve(group.substring(1)).normalize();
                at != null && at.startsWith(top);
                at = at.getParent()) {
            left(at, files).ifPresent(left::add);
        }
        return left.build();
    }

    private static OptionalLong left(Path group, Controller files) {
        var limit = number(group.resolve(files.limit()));
        var usage = number(group.resolve(files.usage()));
        return limit.isPresent() && usage.isPresent() && limit.get() < UNLIMITED
                ? OptionalLong.of(Math.max(0, limit.get() - Math.max(0, usage.get() - reclaimable(group, files))))
                : OptionalLong.empty();
    }

    /** Cached files count as used, and are given up before anybody is killed. */
    private static long reclaimable(Path group, Controller files) {
        try (var lines = Files.lines(group.resolve("memory.stat"), StandardCharsets.ISO_8859_1)) {
            return lines.map(line -> line.split(" ", 2))
                    .filter(pair -> pair.length == 2 && files.reclaimable().contains(pair[0]))
                    .mapToLong(pair -> Long.parseLong(pair[1].strip()))
                    .sum();
        } catch (IOException | RuntimeException _) {
            return 0;
        }
    }

    /** Empty for {@code max}, and in a root group, which has no such files. */
    private static Optional<Long> number(Path file) {
        try {
            return Optional.of(Long.parseLong(
                    Files.readString(file, StandardCharsets.ISO_8859_1).strip()));
        } catch (IOException | RuntimeException _) {
            return Optional.empty();
        }
    }
}
