package io.reseal.qmp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The few system calls that neither Java nor Netty has; none of them blocks. Of a 64-bit Linux. Safe for any thread. */
final class Kernel {
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERPIDFD = 77;
    private static final long PID_FS_MAGIC = 0x50494446;
    private static final short POLLIN = 1;

    /** More than {@code struct stat} and {@code struct statfs} have on any 64-bit Linux. */
    private static final long ROOM = 256;

    /** Of {@code st_ino} in {@code struct stat}: behind {@code st_dev}, on every 64-bit Linux. */
    private static final long INODE = 8;

    private static final MethodHandle GETSOCKOPT = NativeFunction.of(
            "getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle FSTAT =
            NativeFunction.of("fstat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle FSTATFS =
            NativeFunction.of("fstatfs", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle POLL =
            NativeFunction.of("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle CLOSE = NativeFunction.of("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    /** A handle on the process at the other end of a connected Unix socket (Linux 6.5). */
    static OptionalInt peerPidfd(int socket) {
        try (var arena = Arena.ofConfined()) {
            var value = arena.allocate(JAVA_INT);
            var length = arena.allocate(JAVA_INT);
            length.set(JAVA_INT, 0, Integer.BYTES);
            int result = (int) GETSOCKOPT.invokeExact(socket, SOL_SOCKET, SO_PEERPIDFD, value, length);
            return result == 0 ? OptionalInt.of(value.get(JAVA_INT, 0)) : OptionalInt.empty();
        } catch (Throwable failure) {
            throw impossible(failure);
        }
    }

    /** Whether a pidfd has an inode of its own (Linux 6.9). */
    static boolean isOnPidfs(int descriptor) {
        try (var arena = Arena.ofConfined()) {
            var told = arena.allocate(ROOM, Long.BYTES);
            return (int) FSTATFS.invokeExact(descriptor, told) == 0 && told.get(JAVA_LONG, 0) == PID_FS_MAGIC;
        } catch (Throwable failure) {
            throw impossible(failure);
        }
    }

    static OptionalLong inode(int descriptor) {
        try (var arena = Arena.ofConfined()) {
            var told = arena.allocate(ROOM, Long.BYTES);
            int result = (int) FSTAT.invokeExact(descriptor, told);
            return result == 0 ? OptionalLong.of(told.get(JAVA_LONG, INODE)) : OptionalLong.empty();
        } catch (Throwable failure) {
            throw impossible(failure);
        }
    }

    static boolean isReadable(int descriptor) {
        try (var arena = Arena.ofConfined()) {
            var asked = arena.allocate(JAVA_LONG);
            asked.set(JAVA_INT, 0, descriptor);
            asked.set(JAVA_SHORT, Integer.BYTES, POLLIN);
            int ready = (int) POLL.invokeExact(asked, 1L, 0);
            return ready == 1 && (asked.get(JAVA_SHORT, Integer.BYTES + Short.BYTES) & POLLIN) != 0;
        } catch (Throwable failure) {
            throw impossible(failure);
        }
    }

    static void close(int descriptor) {
        try {
            int _ = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable failure) {
            throw impossible(failure);
        }
    }

    /** A call into C throws no exception. */
    private static IllegalStateException impossible(Throwable failure) {
        return new IllegalStateException("a system call could not be made: " + failure, failure);
    }

    private Kernel() {}
}
