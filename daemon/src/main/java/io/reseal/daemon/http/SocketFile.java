package io.reseal.daemon.http;

import io.reseal.daemon.http.HttpServer.AdminSocket;
import io.reseal.qmp.ListeningSocket;
import io.reseal.qmp.ListeningSocket.Obstacle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;

/** The file of the admin socket, and who may connect to it. */
final class SocketFile {
    private final AdminSocket wanted;
    private final ListeningSocket file;

    SocketFile(AdminSocket wanted) {
        this.wanted = wanted;
        this.file = new ListeningSocket(wanted.path());
    }

    Path path() {
        return wanted.path();
    }

    Path temporary() {
        return file.temporary();
    }

    /** Checks that nobody listens there. */
    void requireFree() {
        try {
            file.requireFree();
        } catch (Obstacle obstacle) {
            throw failed(obstacle);
        }
    }

    /** Gives the bound socket its mode, its group and its name. */
    void publish() {
        try {
            file.publish(wanted.group());
        } catch (Obstacle obstacle) {
            throw failed(obstacle);
        }
    }

    boolean isInPlace() {
        return file.isInPlace();
    }

    void remove() {
        file.remove();
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

    private HttpServerException failed(Obstacle obstacle) {
        return switch (obstacle.kind()) {
            case PATH_TOO_LONG ->
                new HttpServerException("admin socket " + wanted.path()
                        + ": its folder's path is too long for a socket: set another http.admin-socket");
            case NOT_A_SOCKET ->
                new HttpServerException(
                        "admin socket " + wanted.path()
                                + " must be a socket or not exist, but is something else: move it away, or set http.admin-socket");
            case IN_USE ->
                new HttpServerException("another reseal is running" + obstacle.holder()
                        + ": it has the admin socket " + wanted.path()
                        + ": stop it, or set another http.admin-socket");
            case NO_SUCH_GROUP ->
                new HttpServerException("admin socket " + wanted.path() + ": group `"
                        + wanted.group().orElse("")
                        + "` does not exist: create it, or set another http.admin-group");
            case REFUSED -> failed(Optional.ofNullable(obstacle.getCause()).orElse(obstacle));
        };
    }

    HttpServerException failed(Throwable cause) {
        return new HttpServerException(
                "admin socket " + wanted.path() + " cannot be set up: " + cause + ": create its folder, writable for"
                        + " this user, or set another http.admin-socket",
                cause);
    }
}
