package io.reseal.daemon.files;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A file that is read when its content is wanted. */
@FunctionalInterface
public interface FileContent {
    /**
     * A copy of all of it. It is not mapped: a thread that waits for a page of a file system that hangs would hold up the whole JVM.
     *
     * @throws IOException if it has more than {@code most} bytes, or cannot be read
     */
    MemorySegment read(Arena into, long most) throws IOException;
}
