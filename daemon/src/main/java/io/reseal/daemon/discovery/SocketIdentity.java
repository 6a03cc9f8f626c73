package io.reseal.daemon.discovery;

import io.reseal.daemon.files.FileStatus;
import java.time.Instant;

/** One socket: another inode or another birth is another QEMU. */
record SocketIdentity(Inode inode, Instant born) {
    record Inode(long device, long number) {}

    static SocketIdentity of(FileStatus socket) {
        return new SocketIdentity(new Inode(socket.device(), socket.inode()), socket.modified());
    }
}
