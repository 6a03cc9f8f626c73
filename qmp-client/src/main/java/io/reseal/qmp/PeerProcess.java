package io.reseal.qmp;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A handle of the kernel (pidfd) on the process that listens on a socket. It goes on to mean that process when the connection is
 * lost and when its pid belongs to another, and works across pid namespaces, where the peer's pid is 0. Safe for any thread;
 * its opener closes it.
 */
public final class PeerProcess implements AutoCloseable {
    private static final int CLOSED = -1;

    private static final boolean AVAILABLE = available();

    private final OptionalLong inode;
    private int descriptor;

    private PeerProcess(int descriptor) {
        this.descriptor = descriptor;
        this.inode = Kernel.isOnPidfs(descriptor) ? Kernel.inode(descriptor) : OptionalLong.empty();
    }

    /** Empty where the kernel has none to give: before Linux 6.5, or the process has ended. */
    static Optional<PeerProcess> of(int socket) {
        var descriptor = AVAILABLE ? Kernel.peerPidfd(socket) : OptionalInt.empty();
        return descriptor.isPresent() ? Optional.of(new PeerProcess(descriptor.getAsInt())) : Optional.empty();
    }

    /** Not where native access is denied to this JVM, or the C library is older than its version 2.33. */
    private static boolean available() {
        try {
            return !Kernel.isReadable(CLOSED);
        } catch (LinkageError _) {
            return false;
        }
    }

    /**
     * A number that no other process has until the next boot; empty before Linux 6.9, where all pidfds have the same inode (pidfs).
     */
    public OptionalLong inode() {
        return inode;
    }

    /** Whether it is known to have ended: a pidfd becomes readable then. Never known once closed. */
    public synchronized boolean hasEnded() {
        return descriptor != CLOSED && Kernel.isReadable(descriptor);
    }

    @Override
    public synchronized void close() {
        if (descriptor != CLOSED) {
            Kernel.close(descriptor);
            descriptor = CLOSED;
        }
    }
}
