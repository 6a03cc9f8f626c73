package io.reseal.daemon.http;

import io.reseal.daemon.http.HttpServer.AdminSocket;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of the admin socket. The socket is bound under another name, gets its mode and group, and only then its own name:
 * so nobody ever connects to one that is open to too many, and a stale file is replaced in one step.
 */
final class SocketFile {
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-rw----");
    private static final int TYPE_MASK = 0170000;
    private static final int TYPE_SOCKET = 0140000;

    private final AdminSocket wanted;
    private final Path temporary;
    private @Nullable Object published;

    SocketFile(AdminSocket wanted) {
        this.wanted = wanted;
        this.temporary =
                wanted.path().resolveSibling(".r" + ProcessHandle.current().pid());
    }

    Path temporary() {
        return temporary;
    }

    /** Makes sure that nobody listens there. */
    void requireFree() {
        try {
            Files.deleteIfExists(temporary);
            var mode = (int) Files.getAttribute(wanted.path(), "unix:mode", LinkOption.NOFOLLOW_LINKS);
            if ((mode & TYPE_MASK) != TYPE_SOCKET) {
                throw new HttpServerException(
                        "admin socket " + wanted.path()
                                + " must be a socket or not exist, but is something else: move it away, or set http.admin-socket");
            }
            if (someoneListens()) {
                throw new HttpServerException("another reseal is running: it listens on the admin socket "
                        + wanted.path() + ": stop it, or set another http.admin-socket");
            }
        } catch (NoSuchFileException free) {
            // the usual case
        } catch (IOException broken) {
            throw failed(broken);
        }
    }

    private boolean someoneListens() throws IOException {
        try (var probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // not blocking: a daemon whose queue of connections is full would hold us up for ever
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(wanted.path()));
            return true;
        } catch (ConnectException refused) {
            return false;
        } catch (SocketException full) {
            return true;
        }
    }

    /** Gives the bound socket its mode, its group and its name. */
    void publish() {
        try {
            var view = Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
            Files.setPosixFilePermissions(temporary, MODE);
            if (wanted.group().isPresent()) {
                view.setGroup(temporary
                        .getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByGroupName(wanted.group().get()));
            }
            published = Files.getAttribute(temporary, "unix:ino");
            Files.move(temporary, wanted.path(), StandardCopyOption.ATOMIC_MOVE);
        } catch (UserPrincipalNotFoundException unknown) {
            throw new HttpServerException("admin socket " + wanted.path() + ": group `"
                    + wanted.group().orElse("") + "` does not exist: create it, or set another http.admin-group");
        } catch (IOException broken) {
            throw failed(broken);
        }
    }

    /** Whether the kernel may have let in others than the owner: it checks the right to write at each connect. */
    boolean openToOthers() {
        try {
            var mode = Files.getPosixFilePermissions(wanted.path());
            return mode.contains(PosixFilePermission.GROUP_WRITE) || mode.contains(PosixFilePermission.OTHERS_WRITE);
        } catch (IOException gone) {
            return false;
        }
    }

    String owner() throws IOException {
        return Files.getOwner(wanted.path()).getName();
    }

    int ownerId() throws IOException {
        return (int) Files.getAttribute(wanted.path(), "unix:uid");
    }

    Path path() {
        return wanted.path();
    }

    /** Removes what is ours: not the socket of a daemon that has taken the place meanwhile. */
    void remove() {
        try {
            Files.deleteIfExists(temporary);
            if (published != null && published.equals(Files.getAttribute(wanted.path(), "unix:ino"))) {
                Files.delete(wanted.path());
            }
        } catch (IOException gone) {
            // the next start replaces it
        }
    }

    HttpServerException failed(Throwable cause) {
        return new HttpServerException(
                "admin socket " + wanted.path() + " cannot be set up: " + cause + ": create its folder, writable for"
                        + " this user, or set another http.admin-socket",
                cause);
    }
}
