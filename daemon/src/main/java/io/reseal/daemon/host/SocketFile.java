package io.reseal.daemon.host;

import io.reseal.daemon.files.FileStatus;
import io.reseal.daemon.files.PathWalk;
import io.reseal.policy.QemuIdentity.SocketId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The file of a monitor's socket. It is looked at once the one who made it has been connected to, and answers after that. */
final class SocketFile {
    /** Empty when it cannot be looked at. Where the file system keeps no time of birth, that of the last change counts. */
    static Optional<SocketId> id(Path socket) {
        try (var found = PathWalk.to(socket)) {
            return found.status().map(SocketFile::id);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static SocketId id(FileStatus socket) {
        long born = Duration.between(Instant.EPOCH, socket.born()).toNanos();
        return new SocketId(socket.device(), socket.inode(), born);
    }

    private SocketFile() {}
}
