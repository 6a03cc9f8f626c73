package io.reseal.daemon.monitor;

import io.reseal.daemon.host.ProcessTable;
import io.reseal.daemon.host.UnixSockets;
import io.reseal.qmp.Ungreeted;
import java.util.Optional;

/**
 * What can be seen from outside of a QEMU that does not greet.
 *
 * @param halt why its process does not run, such as "(pid 7) is stopped by a signal"; empty unless that was seen
 * @param holder who is served in our place, such as "virsh (pid 9)"; empty unless one was seen
 */
record SilenceCause(Optional<String> halt, Optional<String> holder) {
    static final SilenceCause UNSEEN = new SilenceCause(Optional.empty(), Optional.empty());

    /** Looks at {@code /proc} and at the kernel's sockets, so it may block. */
    static SilenceCause of(Ungreeted connection, ProcessTable processes) {
        var pid = connection.peer().map(peer -> (long) peer.pid()).filter(known -> known > 0);
        var holder = connection.inode().isPresent()
                ? UnixSockets.served(connection.socket()).stream()
                        .filter(client -> client != connection.inode().getAsLong())
                        .findFirst()
                        .map(processes::holderOf)
                : Optional.<String>empty();
        return new SilenceCause(pid.flatMap(processes::halt), holder);
    }
}
