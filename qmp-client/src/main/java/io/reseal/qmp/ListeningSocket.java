package io.reseal.qmp;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of a Unix socket that a server listens on. The server binds it under a {@link #temporary} name; {@link #publish}
 * sets its mode and group and then renames it. So nobody connects to a socket that is open to too many, and a stale file is
 * replaced in one step. Of two servers that want the same file at once, a lock beside it decides ({@code flock} on the path with
 * {@code .lock} behind it). Confined to the thread that opens and closes the server.
 */
public final class ListeningSocket {
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-rw----");

    /** Why a server cannot listen at a path. */
    public static final class Obstacle extends IOException {
        private static final long serialVersionUID = 1L;

        /** The kinds of obstacle. */
        public enum Kind {
            /** The temporary name does not fit the address of a socket. */
            PATH_TOO_LONG,
            /** There is a file that is not a socket. */
            NOT_A_SOCKET,
            /** Another process listens there. */
            IN_USE,
            /** The group that the file is to have does not exist. */
            NO_SUCH_GROUP,
            /** The cause says what the file system refused. */
            REFUSED
        }

        /** What is in the way. */
        private final Kind kind;

        /** Of the process in the way, if that is known. */
        private final String pid;

        Obstacle(Kind kind, @Nullable Throwable cause) {
            this(kind, cause, "");
        }

        private Obstacle(Kind kind, @Nullable Throwable cause, String pid) {
            super(kind.name(), cause);
            this.kind = kind;
            this.pid = pid;
        }

        static Obstacle heldBy(String pid) {
            return new Obstacle(Kind.IN_USE, null, pid);
        }

        /** The process that listens there, as {@code " (pid 4711)"}; nothing where that is not known. */
        public String holder() {
            return pid.isEmpty() ? "" : " (pid " + pid + ")";
        }

        /** What is in the way. */
        public Kind kind() {
            return kind;
        }
    }

    private final Path path;
    private final Path temporary;
    private @Nullable Object published;
    private @Nullable SocketLock lock;

    /** The file of a server that is not open yet. */
    public ListeningSocket(Path path) {
        this.path = path;
        this.temporary = path.resolveSibling(".r" + ProcessHandle.current().pid());
    }

    /** The name that clients connect to. */
    public Path path() {
        return path;
    }

    /** The name to bind. */
    public Path temporary() {
        return temporary;
    }

    /** Checks that the path is free, or holds a socket that nobody listens on, and keeps it so until {@link #remove}. */
    public void requireFree() throws Obstacle {
        if (SocketPath.bytes(temporary).length > SocketPath.MOST_BYTES) {
            throw new Obstacle(Obstacle.Kind.PATH_TOO_LONG, null);
        }
        requireSocketOrNothing();
        try {
            takeLock();
            Files.deleteIfExists(temporary);
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && someoneListens()) {
                throw new Obstacle(Obstacle.Kind.IN_USE, null);
            }
        } catch (SocketLock.HeldException other) {
            throw Obstacle.heldBy(String.valueOf(other.getMessage()));
        } catch (Obstacle known) {
            throw known;
        } catch (IOException refused) {
            throw new Obstacle(Obstacle.Kind.REFUSED, refused);
        }
    }

    private void takeLock() throws IOException {
        try {
            if (lock != null && !lock.isInPlace()) {
                lock.close(); // of a folder that was made again
                lock = null;
            }
            if (lock == null) {
                lock = SocketLock.take(path);
            }
        } catch (LinkageError _) {
            // a JVM that allows no native access: whether somebody listens is found out by connecting
        }
    }

    private void requireSocketOrNothing() throws Obstacle {
        try {
            if (!SocketPath.isSocket(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new Obstacle(Obstacle.Kind.NOT_A_SOCKET, null);
            }
        } catch (NoSuchFileException _) {
            // the usual case
        } catch (Obstacle known) {
            throw known;
        } catch (IOException refused) {
            throw new Obstacle(Obstacle.Kind.REFUSED, refused);
        }
    }

    /** Not blocking: a connect to a server whose backlog is full would block without a bound. */
    private boolean someoneListens() throws IOException {
        try (var probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (ConnectException refused) {
            return false;
        } catch (SocketException full) {
            return true;
        }
    }

    /** Sets the mode and the group of the bound socket, and gives it its name. */
    public void publish(Optional<String> group) throws Obstacle {
        try {
            Files.setPosixFilePermissions(temporary, MODE);
            if (group.isPresent()) {
                var groups = temporary.getFileSystem().getUserPrincipalLookupService();
                Files.getFileAttributeView(temporary, PosixFileAttributeView.class)
                        .setGroup(groups.lookupPrincipalByGroupName(group.get()));
            }
            published = Files.getAttribute(temporary, "unix:ino");
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (UserPrincipalNotFoundException unknown) {
            throw new Obstacle(Obstacle.Kind.NO_SUCH_GROUP, unknown);
        } catch (IOException refused) {
            throw new Obstacle(Obstacle.Kind.REFUSED, refused);
        }
    }

    /** Whether the file that was published is still there. */
    public boolean isInPlace() {
        try {
            return published != null
                    && published.equals(Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS));
        } catch (IOException gone) {
            return false;
        }
    }

    /** Removes the file, unless another server has replaced it, and gives the path free. */
    public void remove() {
        try {
            Files.deleteIfExists(temporary);
            if (isInPlace()) {
                Files.delete(path);
            }
        } catch (IOException _) {
            // gone, or the next start replaces it
        }
        if (lock != null) {
            lock.close();
        }
    }
}
