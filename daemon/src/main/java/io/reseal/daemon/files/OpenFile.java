package io.reseal.daemon.files;

import io.reseal.daemon.work.Looks;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A file that is open for reading. Used by one thread, which closes it. */
public final class OpenFile implements AutoCloseable {
    /** At most so much is read by one call, after which the place is known to have answered. */
    private static final long STEP = 1L << 20;

    private final int descriptor;

    OpenFile(int descriptor) {
        this.descriptor = descriptor;
    }

    public FileStatus status() throws IOException {
        return SystemCalls.status(descriptor);
    }

    /** Fills {@code into} from {@code offset} on, or as much of it as there are bytes, and tells how many those are. */
    public long read(MemorySegment into, long offset) throws IOException {
        long count = 0;
        long step = 1;
        while (count < into.byteSize() && step > 0) {
            step = SystemCalls.read(
                    descriptor, into.asSlice(count, Math.min(STEP, into.byteSize() - count)), offset + count);
            Looks.answered();
            count += step;
        }
        return count;
    }

    /**
     * All of it.
     *
     * @throws IOException if it has more than {@code most} bytes
     */
    public byte[] bytes(long most) throws IOException {
        try (var arena = Arena.ofConfined()) {
            return content(arena, most).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /**
     * All of it, in memory of {@code into}.
     *
     * @throws IOException if it has more than {@code most} bytes
     */
    public MemorySegment content(Arena into, long most) throws IOException {
        var room = into.allocate(Math.min(most, status().size()) + 1);
        long length = read(room, 0);
        if (length == room.byteSize()) {
            throw new IOException("it has more than " + (length - 1) + " bytes");
        }
        return room.asSlice(0, length);
    }

    @Override
    public void close() {
        SystemCalls.close(descriptor);
    }
}
