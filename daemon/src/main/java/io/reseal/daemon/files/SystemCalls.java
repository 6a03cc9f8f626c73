package io.reseal.daemon.files;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.reseal.qmp.SocketPath;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** The system calls for files that Java does not have, relative to descriptors. Of a 64-bit Linux. They block where a file system does. */
final class SystemCalls {
    static final int AT_FDCWD = -100;
    static final int O_NOCTTY = 0400;
    static final int O_NONBLOCK = 04000;
    static final int O_DIRECTORY = 0200000;
    static final int O_NOFOLLOW = 0400000;
    static final int O_CLOEXEC = 02000000;
    static final int O_PATH = 010000000;

    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_STATX_DONT_SYNC = 0x4000;
    private static final int STATX_BASIC_BTIME_MNT_ID = 0x7ff | 0x800 | 0x1000;
    private static final int STATX_BYTES = 256;
    private static final int PATH_MAX = 4096;
    private static final long PROC = 0x9fa0;
    private static final int EPERM = 1;
    private static final int ENOENT = 2;
    private static final int EACCES = 13;
    private static final int ENOTDIR = 20;

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle OPENAT = function(
            "openat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT), Linker.Option.firstVariadicArg(3));
    private static final MethodHandle STATX =
            function("statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle READLINKAT =
            function("readlinkat", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));
    private static final MethodHandle FSTATFS = function("fstatfs", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle PREAD =
            function("pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    /** @throws IOException with the name of the error; {@link NoSuchFileException} and {@link AccessDeniedException} where it is that */
    static int open(int directory, byte[] name, int flags) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            int opened = (int) OPENAT.invokeExact(state, directory, text(arena, name), flags | O_CLOEXEC);
            if (opened < 0) {
                throw failed(state, name);
            }
            return opened;
        } catch (Throwable failure) {
            throw told(failure);
        }
    }

    /** What the kernel knows of the file without asking its file system; does not block. */
    static FileStatus known(int descriptor) throws IOException {
        return status(descriptor, new byte[0], AT_EMPTY_PATH | AT_STATX_DONT_SYNC);
    }

    /** The same of an entry of a directory, itself where it is a symbolic link; only the file system of the directory is asked. */
    static FileStatus known(int directory, byte[] name) throws IOException {
        return status(directory, name, AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC);
    }

    static FileStatus status(int descriptor) throws IOException {
        return status(descriptor, new byte[0], AT_EMPTY_PATH);
    }

    /** Of an entry of a directory, itself where it is a symbolic link. */
    static FileStatus status(int directory, byte[] name) throws IOException {
        return status(directory, name, AT_SYMLINK_NOFOLLOW);
    }

    private static FileStatus status(int directory, byte[] name, int flags) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            var told = arena.allocate(STATX_BYTES, Long.BYTES);
            int result =
                    (int) STATX.invokeExact(state, directory, text(arena, name), flags, STATX_BASIC_BTIME_MNT_ID, told);
            if (result < 0) {
                throw failed(state, name);
            }
            return FileStatus.of(told);
        } catch (Throwable failure) {
            throw told(failure);
        }
    }

    /** The text of the symbolic link that this descriptor is of. */
    static byte[] link(int descriptor) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            var told = arena.allocate(PATH_MAX);
            long length =
                    (long) READLINKAT.invokeExact(state, descriptor, text(arena, new byte[0]), told, (long) PATH_MAX);
            if (length < 0) {
                throw failed(state, new byte[0]);
            }
            return told.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        } catch (Throwable failure) {
            throw told(failure);
        }
    }

    /** The magic number of the file system, see statfs(2). */
    static long fileSystem(int descriptor) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            var told = arena.allocate(STATX_BYTES, Long.BYTES);
            int result = (int) FSTATFS.invokeExact(state, descriptor, told);
            if (result < 0) {
                throw failed(state, new byte[0]);
            }
            return told.get(JAVA_LONG, 0);
        } catch (Throwable failure) {
            throw told(failure);
        }
    }

    static boolean isOnProc(int descriptor) throws IOException {
        return fileSystem(descriptor) == PROC;
    }

    /** Reads up to as many bytes as {@code into} has, from {@code offset} on; 0 at the end. */
    static long read(int descriptor, MemorySegment into, long offset) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            long length = (long) PREAD.invokeExact(state, descriptor, into, into.byteSize(), offset);
            if (length < 0) {
                throw failed(state, new byte[0]);
            }
            return length;
        } catch (Throwable failure) {
            throw told(failure);
        }
    }

    static void close(int descriptor) {
        try (var arena = Arena.ofConfined()) {
            int _ = (int) CLOSE.invokeExact(arena.allocate(STATE), descriptor);
        } catch (Throwable failure) {
            throw new IllegalStateException("a system call could not be made: " + failure, failure);
        }
    }

    private static MemorySegment text(Arena arena, byte[] bytes) {
        var text = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, text, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return text;
    }

    private static IOException failed(MemorySegment state, byte[] name) {
        int errno = (int) ERRNO.get(state, 0L);
        return switch (errno) {
            case ENOENT, ENOTDIR -> new NoSuchFileException(SocketPath.text(name));
            case EACCES, EPERM -> new AccessDeniedException(SocketPath.text(name));
            default -> new IOException("error " + errno + " of the kernel");
        };
    }

    /** A call into C throws nothing. */
    private static IOException told(@Nullable Throwable failure) {
        if (failure instanceof IOException told) {
            return told;
        }
        throw new IllegalStateException("a system call could not be made: " + failure, failure);
    }

    @SuppressWarnings("restricted") // the launchers enable native access
    private static MethodHandle function(String name, FunctionDescriptor types, Linker.Option... options) {
        var linker = Linker.nativeLinker();
        var all = new Linker.Option[options.length + 1];
        all[0] = Linker.Option.captureCallState("errno");
        System.arraycopy(options, 0, all, 1, options.length);
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), types, all);
    }

    private SystemCalls() {}
}
