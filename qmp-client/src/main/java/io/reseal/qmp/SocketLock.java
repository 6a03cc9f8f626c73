package io.reseal.qmp;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Decides which of two servers has a socket: the one that holds {@code flock(2)} on a file beside it. The kernel gives the lock back when
 * the process ends, however it ends. The file has the pid of its holder. Confined to the thread that opens and closes the server.
 */
final class SocketLock implements AutoCloseable {
    /** So often another server may remove the file between opening and locking it. */
    private static final int MOST_TRIES = 100;

    private static final int LOCK_EX_NB = 2 | 4;
    private static final int O_RDWR_CREAT_CLOEXEC = 02 | 0100 | 02000000;
    private static final int O_NOFOLLOW = System.getProperty("os.arch").equals("aarch64") ? 0100000 : 0400000;
    private static final int MODE = 0600;

    private static final Pattern PID = Pattern.compile("[0-9]{1,10}");

    /** The lock is held by another server. */
    static final class HeldException extends IOException {
        private static final long serialVersionUID = 1L;

        HeldException(String pid) {
            super(pid);
        }
    }

    private final Path file;
    private final int descriptor;
    private boolean released;

    private SocketLock(Path file, int descriptor) {
        this.file = file;
        this.descriptor = descriptor;
    }

    /** The file beside a socket. */
    static Path beside(Path socket) {
        return socket.resolveSibling(socket.getFileName() + ".lock");
    }

    /**
     * Takes the lock, without waiting for it.
     *
     * @throws HeldException with the pid of the holder, or nothing
     * @throws IOException if there can be no such file
     */
    static SocketLock take(Path socket) throws IOException {
        var file = beside(socket);
        for (int i = 0; i < MOST_TRIES; i++) {
            var lock = open(file);
            if (!lock.isTaken()) {
                lock.release();
                throw new HeldException(holder(file).orElse(""));
            }
            // a server that ended has removed the file perhaps: then another one may hold a lock of the same name
            if (lock.isInPlace()) {
                Files.writeString(file, ProcessHandle.current().pid() + "\n");
                return lock;
            }
            lock.release();
        }
        throw new IOException("somebody makes and removes " + file + " all the time");
    }

    private static SocketLock open(Path file) throws IOException {
        int descriptor = openOrMake(SocketPath.bytes(file));
        if (descriptor < 0) {
            // what the C library refused, Java refuses with a reason
            Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)
                    .close();
            throw new IOException(file + " cannot be opened");
        }
        return new SocketLock(file, descriptor);
    }

    private static int openOrMake(byte[] path) {
        try (var arena = Arena.ofConfined()) {
            var text = arena.allocate(path.length + 1L);
            MemorySegment.copy(path, 0, text, ValueLayout.JAVA_BYTE, 0, path.length);
            return Kernel.open(text, O_RDWR_CREAT_CLOEXEC | O_NOFOLLOW, MODE);
        }
    }

    private boolean isTaken() {
        return Kernel.flock(descriptor, LOCK_EX_NB) == 0;
    }

    /** Whether its file is still the one that another server would find. */
    boolean isInPlace() {
        try {
            var there = Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
            return there instanceof Number inode && Kernel.inode(descriptor).equals(OptionalLong.of(inode.longValue()));
        } catch (IOException gone) {
            return false;
        }
    }

    private static Optional<String> holder(Path file) {
        try {
            return Optional.of(Files.readString(file).strip())
                    .filter(pid -> PID.matcher(pid).matches());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private void release() {
        if (!released) {
            released = true;
            Kernel.close(descriptor);
        }
    }

    /** Removes the file while the lock is held, and gives the lock back. */
    @Override
    public void close() {
        if (released) {
            return;
        }
        try {
            if (isInPlace()) {
                Files.delete(file);
            }
        } catch (IOException _) {
            // the next server uses the file as it is
        }
        release();
    }
}
