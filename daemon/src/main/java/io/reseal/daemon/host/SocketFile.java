package io.reseal.daemon.host;

import io.reseal.policy.QemuIdentity.SocketId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The file of a monitor's socket. It is looked at once the one who made it has been connected to, and answers after that. */
final class SocketFile {
    /** Empty when it cannot be looked at. Where the file system keeps no time of birth, Java gives that of the last change. */
    static Optional<SocketId> id(Path socket) {
        try {
            var told = Files.readAttributes(socket, "unix:dev,ino,creationTime");
            return told.get("dev") instanceof Number device
                            && told.get("ino") instanceof Number inode
                            && told.get("creationTime") instanceof FileTime born
                    ? Optional.of(new SocketId(device.longValue(), inode.longValue(), born.to(TimeUnit.NANOSECONDS)))
                    : Optional.empty();
        } catch (IOException | RuntimeException _) {
            return Optional.empty();
        }
    }

    private SocketFile() {}
}
