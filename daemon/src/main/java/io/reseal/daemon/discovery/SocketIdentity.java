package io.reseal.daemon.discovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/** One socket: another inode or another birth is another QEMU. */
record SocketIdentity(Object inode, FileTime born) {
    /** Empty when there is none; the next scan reports a socket that is removed now. */
    static Optional<SocketIdentity> of(Path socket) {
        try {
            var attributes = Files.readAttributes(socket, BasicFileAttributes.class);
            return Optional.of(new SocketIdentity(String.valueOf(attributes.fileKey()), attributes.lastModifiedTime()));
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
