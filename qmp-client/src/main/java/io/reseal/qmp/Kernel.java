package io.reseal.qmp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The few system calls that neither Java nor Netty has; none of them blocks but {@code open}, where a file system does. Of a 64-bit Linux.
 * Safe for any thread.
 */
final class Kernel {
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERPIDFD = 77;
    private static final long PID_FS_MAGIC = 0x50494446;
    private static final short POLLIN = 1;

    /** More than {@code struct stat} and {@code struct statfs} have on any 64-bit Linux. */
    private static final long ROOM = 256;

    /** Of {@code st_ino} in {@code struct stat}: behind {@code st_dev}, on every 64-bit Linux. */
    private static final long INODE = 8;

    private static final NativeFunction OPEN = new NativeFunction("open");
    private static final NativeFunction FLOCK = new NativeFunction("flock");
    private static final NativeFunction GETSOCKOPT = new NativeFunction("getsockopt");
    private static final NativeFunction FSTAT = new NativeFunction("fstat");
    private static final NativeFunction FSTATFS = new NativeFunction("fstatfs");
    private static final NativeFunction POLL = new NativeFunction("poll");
    private static final NativeFunction CLOSE = new NativeFunction("close");

    /** Gives the descriptor; -1 if there is none, without the reason. */
    static int open(MemorySegment path, int flags, int mode) {
        return OPEN.call(path.address(), flags, mode);
    }

    static int flock(int descriptor, int operation) {
        return FLOCK.call(descriptor, operation);
    }

    /** A handle on the process at the other end of a connected Unix socket (Linux 6.5). */
    static OptionalInt peerPidfd(int socket) {
        try (var arena = Arena.ofConfined()) {
            var value = arena.allocate(JAVA_INT);
            var length = arena.allocate(JAVA_INT);
            length.set(JAVA_INT, 0, Integer.BYTES);
            int result = GETSOCKOPT.call(socket, SOL_SOCKET, SO_PEERPIDFD, value.address(), length.address());
            return result == 0 ? OptionalInt.of(value.get(JAVA_INT, 0)) : OptionalInt.empty();
        }
    }

    /** Whether a pidfd has an inode of its own (Linux 6.9). */
    static boolean isOnPidfs(int descriptor) {
        try (var arena = Arena.ofConfined()) {
            var told = arena.allocate(ROOM, Long.BYTES);
            return FSTATFS.call(descriptor, told.address()) == 0 && told.get(JAVA_LONG, 0) == PID_FS_MAGIC;
        }
    }

    static OptionalLong inode(int descriptor) {
        try (var arena = Arena.ofConfined()) {
            var told = arena.allocate(ROOM, Long.BYTES);
            int result = FSTAT.call(descriptor, told.address());
            return result == 0 ? OptionalLong.of(told.get(JAVA_LONG, INODE)) : OptionalLong.empty();
        }
    }

    static boolean isReadable(int descriptor) {
        try (var arena = Arena.ofConfined()) {
            var asked = arena.allocate(JAVA_LONG);
            asked.set(JAVA_INT, 0, descriptor);
            asked.set(JAVA_SHORT, Integer.BYTES, POLLIN);
            int ready = POLL.call(asked.address(), 1, 0);
            return ready == 1 && (asked.get(JAVA_SHORT, Integer.BYTES + Short.BYTES) & POLLIN) != 0;
        }
    }

    static void close(int descriptor) {
        CLOSE.call(descriptor);
    }

    private Kernel() {}
}
