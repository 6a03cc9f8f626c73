package io.reseal.daemon.guest;

import io.netty.channel.EventLoop;
import io.reseal.daemon.work.Subject;
import io.reseal.policy.GuestFacts;
import io.reseal.policy.QemuIdentity;
import io.reseal.policy.QemuIdentity.ProcessId;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.signal.Signal.ProcessState;
import io.reseal.qmp.PeerProcess;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The QEMU process that was attached last, with a handle on it: the handle reports its end also where {@code /proc} does not. Confined to
 * the event loop.
 */
final class KnownProcess implements AutoCloseable {
    private final GuestContext context;
    private final EventLoop loop;
    private final GuestConnection.Owner owner;
    private Optional<PeerProcess> handle = Optional.empty();
    private boolean nobodyListens;

    KnownProcess(GuestContext context, EventLoop loop, GuestConnection.Owner owner) {
        this.context = context;
        this.loop = loop;
        this.owner = owner;
    }

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

    /** Tells whether it lives, and completes then. What is seen counts only if the guest is still that process when it is told. */
    CompletableFuture<Void> look() {
        var identity = identity();
        var kept = handle;
        boolean nobody = nobodyListens;
        return CompletableFuture.supplyAsync(
                        () -> state(identity.process(), kept, nobody),
                        context.blocking()
                                .processes(new Subject(owner.known().identity().name(), "")))
                .thenAcceptAsync(
                        state -> {
                            if (identity.equals(identity())) {
                                owner.signal(new Signal.ProcessSeen(owner.now(), state));
                            }
                        },
                        loop);
    }

    private QemuIdentity identity() {
        return owner.known().identity().facts().map(GuestFacts::identity).orElse(QemuIdentity.UNKNOWN);
    }

    /** {@code /proc} shows an end before it is complete, so it is read first. */
    private ProcessState state(Optional<ProcessId> process, Optional<PeerProcess> handle, boolean nobody) {
        var shown = process.map(context.host().processes()::look).orElse(ProcessState.UNKNOWN);
        if (shown == ProcessState.UNKNOWN && handle.isPresent()) {
            return handle.get().hasEnded() ? ProcessState.ENDED : ProcessState.RUNNING;
        }
        return shown == ProcessState.UNKNOWN && nobody ? ProcessState.UNKNOWN_SOCKET_GONE : shown;
    }

    @Override
    public void close() {
        attached(Optional.empty());
    }
}
