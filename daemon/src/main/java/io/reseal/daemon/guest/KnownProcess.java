package io.reseal.daemon.guest;

import io.reseal.policy.QemuIdentity;
import io.reseal.policy.Signal.ProcessState;
import io.reseal.qmp.PeerProcess;
import java.util.Optional;

/** Handles on the QEMU process that was attached last: they tell of its end also where {@code /proc} does not. Confined to the event loop. */
final class KnownProcess implements AutoCloseable {
    /** What is looked at for one answer. Its method may block. */
    record Look(QemuIdentity identity, Optional<PeerProcess> handle, boolean nobodyListens) {
        /** Of what says that it has ended, one is enough: {@code /proc} tells of an end before it is complete. */
        ProcessState at(ProcessTable processes) {
            var shown = identity.process().map(processes::look).orElse(ProcessState.UNKNOWN);
            if (shown == ProcessState.UNKNOWN && handle.isPresent()) {
                return handle.get().hasEnded() ? ProcessState.ENDED : ProcessState.RUNNING;
            }
            return shown == ProcessState.UNKNOWN && nobodyListens ? ProcessState.UNKNOWN_SOCKET_GONE : shown;
        }
    }

    private Optional<PeerProcess> handle = Optional.empty();
    private boolean nobodyListens;

    /** Another connection was made, to the same process or another. */
    void attached(Optional<PeerProcess> other) {
        handle.ifPresent(PeerProcess::close);
        handle = other;
        nobodyListens = false;
    }

    /** Whether the last try to connect found that nobody listens on the socket. */
    void tried(boolean foundNobody) {
        nobodyListens = foundNobody;
    }

    Look look(QemuIdentity identity) {
        return new Look(identity, handle, nobodyListens);
    }

    @Override
    public void close() {
        attached(Optional.empty());
    }
}
