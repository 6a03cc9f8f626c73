package io.reseal.qmp;

import io.reseal.qmp.QmpException.ListenFailed;
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
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file that a server listens on. It is bound under another name, gets its mode, and only then its own name: so nobody connects
 * to one that is open to too many, and a stale file is replaced in one step. Confined to whoever makes and closes the server.
 */
final class ListeningSocket {
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-rw----");
    private static final int TYPE_MASK = 0170000;
    private static final int TYPE_SOCKET = 0140000;

    private final Path path;
    private final Path temporary;
    private @Nullable Object published;

    ListeningSocket(Path path) {
        this.path = path;
        this.temporary = path.resolveSibling(".q" + ProcessHandle.current().pid());
    }

    Path path() {
        return path;
    }

    Path temporary() {
        return temporary;
    }

    /** Makes sure that nobody listens there. */
    void requireFree() {
        if (SocketPath.bytes(temporary).length > QmpClient.MAX_PATH_BYTES) {
            throw new ListenFailed(path, "its folder's path is too long for a socket: choose a shorter one", null);
        }
        try {
            Files.deleteIfExists(temporary);
            var mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            if ((mode & TYPE_MASK) != TYPE_SOCKET) {
                throw new ListenFailed(
                        path, "it is something else than a socket: move it away, or choose another path", null);
            }
            if (someoneListens()) {
                throw new ListenFailed(path, "another process listens there: stop it, or choose another path", null);
            }
        } catch (NoSuchFileException _) {
            // the usual case
        } catch (IOException broken) {
            throw failed(broken);
        }
    }

    /** Not blocking: a server whose queue of connections is full would hold us up for ever. */
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

    /** Gives the bound socket its mode and its name. */
    void publish() {
        try {
            Files.setPosixFilePermissions(temporary, MODE);
            published = Files.getAttribute(temporary, "unix:ino");
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException broken) {
            throw failed(broken);
        }
    }

    /** Removes what is ours: not the file of a server that has taken the place meanwhile. */
    void remove() {
        try {
            Files.deleteIfExists(temporary);
            if (published != null && published.equals(Files.getAttribute(path, "unix:ino"))) {
                Files.delete(path);
            }
        } catch (IOException _) {
            // gone, or the next start replaces it
        }
    }

    ListenFailed failed(Throwable cause) {
        var folder = path.getParent();
        var cure = folder != null && !Files.isDirectory(folder)
                ? "its folder does not exist: create it, writable for this user"
                : "it cannot be made: " + cause.getMessage()
                        + ": let this user write to its folder, or choose another path";
        return new ListenFailed(path, cure, cause);
    }
}
