package io.reseal.qmp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A file by a path that every encoding can write: {@code /proc/self/fd/N} of a descriptor that was opened by the bytes of its
 * own path, and for its place only ({@code O_PATH}). Connecting to it is connecting to the socket.
 */
final class PathHandle implements AutoCloseable {
    private static final int O_PATH_CLOEXEC = 010000000 | 02000000;

    private final int descriptor;

    private PathHandle(int descriptor) {
        this.descriptor = descriptor;
    }

    /** If the file cannot be opened, {@link #path} is one that does not exist. */
    static PathHandle open(byte[] path) {
        try (var arena = Arena.ofConfined()) {
            var text = arena.allocate(path.length + 1L);
            MemorySegment.copy(path, 0, text, ValueLayout.JAVA_BYTE, 0, path.length);
            return new PathHandle(Kernel.open(text, O_PATH_CLOEXEC, 0));
        }
    }

    String path() {
        return "/proc/self/fd/" + descriptor;
    }

    @Override
    public void close() {
        if (descriptor >= 0) {
            Kernel.close(descriptor);
        }
    }
}
