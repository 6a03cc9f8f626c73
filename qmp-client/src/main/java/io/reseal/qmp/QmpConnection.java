package io.reseal.qmp;

import io.netty.channel.EventLoop;
import io.reseal.qmp.QmpException.ConnectionLost;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.JsonNode;

/** A negotiated QMP connection. Safe for any thread; cheapest on its own event loop. */
public final class QmpConnection {
    private final QmpWriter wire;
    private final QemuVersion version;
    private final Optional<PeerCredentials> peer;
    private final Session session;
    private final AtomicReference<MachineKind> kind = new AtomicReference<>(MachineKind.UNKNOWN);

    QmpConnection(QmpWriter wire, QemuVersion version, Optional<PeerCredentials> peer, Session session) {
        this.wire = wire;
        this.version = version;
        this.peer = peer;
        this.session = session;
    }

    public Path socket() {
        return wire.socket();
    }

    public QemuVersion version() {
        return version;
    }

    /** Who listens on the socket; empty without the native transport. */
    public Optional<PeerCredentials> peer() {
        return peer;
    }

    /**
     * Another handle on the process that listens, for the caller to close; empty without the native transport, before Linux 6.5,
     * and once the connection is closed. On the event loop only.
     */
    public Optional<PeerProcess> openPeerProcess() {
        return wire.peerProcess();
    }

    /** Where replies and events are delivered. */
    public EventLoop eventLoop() {
        return wire.loop();
    }

    /** What {@link #narrow} was told. */
    public MachineKind kind() {
        return kind.get();
    }

    public QmpStatistics statistics() {
        return session.counters().snapshot();
    }

    /**
     * Tells the command gate what kind of guest this is, once known; holds for commands executed afterwards. A guest
     * never changes its kind.
     *
     * @throws IllegalStateException if another kind was told before
     */
    public void narrow(MachineKind known) {
        if (!kind.compareAndSet(MachineKind.UNKNOWN, known) && kind.get() != known) {
            throw new IllegalStateException(
                    socket() + ": expected the guest to stay of kind " + kind.get() + ", but it was called " + known);
        }
        try {
            onLoop(() -> session.narrow(known));
        } catch (RejectedExecutionException _) { // the transport is closed: no command will ask the gate again
        }
    }

    /**
     * Sends a command, behind those that wait already, and answers what QEMU returned. The future completes on the event
     * loop, in the order of the wire, or fails with a {@link QmpException}. Never wait for it on the event loop.
     * Cancelling it takes back a command that still waits; one that was sent is carried out all the same.
     */
    public CompletableFuture<JsonNode> execute(QmpCommand command) {
        var reply = new CompletableFuture<JsonNode>();
        try {
            onLoop(() -> session.submit(command, reply));
        } catch (RejectedExecutionException transportClosed) {
            reply.completeExceptionally(new ConnectionLost(socket(), "the transport was closed", transportClosed));
        }
        return reply;
    }

    /**
     * Sends two questions in one write: QEMU takes the second as soon as it has answered the first, and no other command of this
     * connection comes between. Another client's may, and so may the guest. Each reply has its own time, and fails by itself;
     * a question that the gate refuses takes the other with it.
     *
     * @throws IllegalArgumentException if one of them acts
     */
    public TwoReplies executeTogether(QmpCommand first, QmpCommand second) {
        if (first.kind() != CommandClass.QUERY || second.kind() != CommandClass.QUERY) {
            throw new IllegalArgumentException(
                    "expected two questions, but came " + first.name() + " and " + second.name());
        }
        var replies = new TwoReplies();
        try {
            onLoop(() -> session.submit(first, second, replies));
        } catch (RejectedExecutionException transportClosed) {
            replies.fail(new ConnectionLost(socket(), "the transport was closed", transportClosed));
        }
        return replies;
    }

    /** Closes the connection; commands fail with {@link ConnectionLost}, the listener is told. */
    public void close() {
        try {
            onLoop(session::close);
        } catch (RejectedExecutionException _) { // the transport is closed, and this connection with it
        }
    }

    private void onLoop(Runnable task) {
        if (wire.loop().inEventLoop()) {
            task.run();
        } else {
            wire.loop().execute(task);
        }
    }
}
