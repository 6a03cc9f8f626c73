package io.reseal.daemon.guest;

import io.reseal.policy.QemuIdentity.ProcessId;
import io.reseal.qmp.QmpConnection;
import java.util.List;
import java.util.Optional;

/** What the kernel says about the process at the other end of a connection. */
record Peer(Optional<ProcessId> process, List<String> commandLine) {
    /** Without the native transport, or in another pid namespace, the kernel tells nothing. */
    static final Peer UNKNOWN = new Peer(Optional.empty(), List.of());

    /** Reads {@code /proc}, so it may block. */
    static Peer of(QmpConnection connection, ProcessTable processes) {
        var pid = connection.peer().map(peer -> (long) peer.pid()).filter(known -> known > 0);
        return new Peer(
                pid.flatMap(processes::identify),
                pid.map(processes::commandLine).orElse(List.of()));
    }
}
