package io.reseal.daemon.files;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.time.Instant;

/**
 * What {@code statx(2)} tells of a file.
 *
 * @param device as {@code st_dev} has it
 * @param mount id of the mount, as {@code /proc/self/mountinfo} has it; 0 before Linux 5.8
 * @param mode type and permissions
 * @param born time of birth; that of the last change where the file system keeps none
 */
public record FileStatus(
        long device,
        long mount,
        long inode,
        int mode,
        long user,
        long group,
        long size,
        Instant modified,
        Instant changed,
        Instant born) {
    private static final int TYPE = 0170000;
    private static final int SOCKET = 0140000;
    private static final int LINK = 0120000;
    private static final int REGULAR = 0100000;
    private static final int DIRECTORY = 0040000;
    private static final int STICKY = 01000;
    private static final int WRITABLE_BY_GROUP = 020;
    private static final int WRITABLE_BY_ALL = 02;
    private static final int STATX_BTIME = 0x800;
    private static final int STATX_MNT_ID = 0x1000;

    /** By the layout of {@code struct statx} (include/uapi/linux/stat.h), the same on every architecture. */
    static FileStatus of(MemorySegment statx) {
        int mask = statx.get(JAVA_INT, 0);
        var modified = time(statx, 112);
        return new FileStatus(
                device(statx.get(JAVA_INT, 136), statx.get(JAVA_INT, 140)),
                (mask & STATX_MNT_ID) != 0 ? statx.get(JAVA_LONG, 144) : 0,
                statx.get(JAVA_LONG, 32),
                Short.toUnsignedInt(statx.get(JAVA_SHORT, 28)),
                Integer.toUnsignedLong(statx.get(JAVA_INT, 20)),
                Integer.toUnsignedLong(statx.get(JAVA_INT, 24)),
                statx.get(JAVA_LONG, 40),
                modified,
                time(statx, 96),
                (mask & STATX_BTIME) != 0 ? time(statx, 80) : modified);
    }

    private static Instant time(MemorySegment statx, long at) {
        return Instant.ofEpochSecond(
                statx.get(JAVA_LONG, at), Integer.toUnsignedLong(statx.get(JAVA_INT, at + Long.BYTES)));
    }

    /** As the C library makes {@code st_dev} of both numbers. */
    static long device(long major, long minor) {
        return ((major & 0xfffff000L) << 32) | ((major & 0xfff) << 8) | ((minor & 0xffffff00L) << 12) | (minor & 0xff);
    }

    public boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }

    public boolean isDirectory() {
        return (mode & TYPE) == DIRECTORY;
    }

    public boolean isLink() {
        return (mode & TYPE) == LINK;
    }

    public boolean isSocket() {
        return (mode & TYPE) == SOCKET;
    }

    /** Whether others than its owner may make and remove entries of this directory; the group of root counts as root. */
    public boolean isWritableByOthers() {
        return (mode & WRITABLE_BY_ALL) != 0 || ((mode & WRITABLE_BY_GROUP) != 0 && group != 0);
    }

    /** Whether others may remove only entries of their own. */
    public boolean isSticky() {
        return (mode & STICKY) != 0;
    }

    /** Whether both are of one file. */
    boolean isSame(FileStatus other) {
        return device == other.device && inode == other.inode;
    }
}
