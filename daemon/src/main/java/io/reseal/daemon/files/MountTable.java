package io.reseal.daemon.files;

import io.reseal.daemon.work.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The mounts that this process sees: which file system a file is on, without touching that. Safe for any thread. */
final class MountTable {
    static final MountTable OWN = new MountTable(Path.of("/proc/self/mountinfo"));

    /** Those that nobody outside of this kernel serves. Each of the others may be blocked by the process or host that serves it. */
    private static final Set<String> LOCAL = Set.of(
            "aufs",
            "bcachefs",
            "btrfs",
            "cgroup",
            "cgroup2",
            "devtmpfs",
            "erofs",
            "exfat",
            "ext2",
            "ext3",
            "ext4",
            "f2fs",
            "hugetlbfs",
            "iso9660",
            "jfs",
            "ntfs3",
            "overlay",
            "proc",
            "ramfs",
            "reiserfs",
            "rootfs",
            "squashfs",
            "sysfs",
            "tmpfs",
            "udf",
            "vfat",
            "xfs",
            "zfs");

    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private record Mount(String device, String type, String point) {
        Place place() {
            return new Place(device, "the file system " + type + " at " + point, LOCAL.contains(type));
        }
    }

    private final Path file;
    private Map<Long, Mount> byId = Map.of();
    private Map<Long, Mount> byDevice = Map.of();
    private long readAt;

    MountTable(Path file) {
        this.file = file;
    }

    /** Where that file is; one that is mounted in another mount namespace only may be of any kind. */
    synchronized Place placeOf(FileStatus known) {
        if (byId.isEmpty() || System.nanoTime() - readAt > FRESH_NANOS) {
            read();
        }
        return Optional.ofNullable(byId.get(known.mount()))
                .or(() -> Optional.ofNullable(byDevice.get(known.device())))
                .map(Mount::place)
                .orElseGet(() ->
                        new Place("device " + known.device(), "the file system of device " + known.device(), false));
    }

    private void read() {
        var ids = new HashMap<Long, Mount>();
        var devices = new HashMap<Long, Mount>();
        try {
            for (var line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
                add(line, ids, devices);
            }
        } catch (IOException | RuntimeException _) {
            // then no file system is known
        }
        byId = ids;
        byDevice = devices;
        readAt = System.nanoTime();
    }

    /** See proc_pid_mountinfo(5): id, parent, device, root, mount point, options, any fields, {@code -}, type. */
    private static void add(String line, Map<Long, Mount> ids, Map<Long, Mount> devices) {
        var fields = line.split(" ", -1);
        int end = 6;
        while (!fields[end].equals("-")) {
            end++;
        }
        var numbers = fields[2].split(":", 2);
        long device = FileStatus.device(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
        var point = new String(fields[4].getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        var mount = new Mount("device " + device, fields[end + 1], point);
        ids.put(Long.parseLong(fields[0]), mount);
        devices.putIfAbsent(device, mount);
    }
}
