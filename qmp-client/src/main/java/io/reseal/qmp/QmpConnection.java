package io.reseal.qmp;

import io.netty.channel.EventLoop;
import io.reseal.qmp.QmpException.ConnectionLost;
import io.reseal.qmp.QmpException.OutOfBandRefused;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A negotiated QMP connection. Safe for any thread; cheapest on its own event loop. */
public final class QmpConnection {
    private final QmpWriter wire;
    private final Session session;
    private final Optional<PeerCredentials> peer;
    private final SchemaLookup lookup;
    private final AtomicReference<MachineKind> kind = new AtomicReference<>(MachineKind.UNKNOWN);

    QmpConnection(QmpWriter wire, Session session, Optional<PeerCredentials> peer, SchemaLookup lookup) {
        this.wire = wire;
        this.session = session;
        this.peer = peer;
        this.lookup = lookup;
    }

    /** The socket that QEMU listens on, or the one of the {@link QmpServer} that it dialled. */
    public Path socket() {
        return wire.socket();
    }

    /** Whether QEMU dialled in: then {@link #socket} is ours, and many connections have it. */
    public boolean isAccepted() {
        return wire.isAccepted();
    }

    /** QEMU's version as its greeting told it. */
    public QemuVersion version() {
        return lookup.terms().version();
    }

    /** Whether {@code oob} was negotiated: it was asked for by the settings, and QEMU offers it. */
    public boolean outOfBand() {
        return lookup.terms().outOfBand();
    }

    /** Who is at the other end; empty without the native transport. */
    public Optional<PeerCredentials> peer() {
        return peer;
    }

    /**
     * Another handle on the process at the other end, for the caller to close; empty without the native transport, before Linux 6.5,
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

    /** What this connection has seen so far. */
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
     * Sends a command and answers what QEMU returned. It waits for those that were sent; where several wait, commands that act and
     * questions take turns, each in the order in which they came. The future completes on the event loop, in the order in which QEMU
     * answers, or fails with a {@link QmpException}. Never wait for it on the event loop.
     * Cancelling it takes back a command that still waits; one that was sent is carried out all the same.
     */
    public CompletableFuture<JsonNode> execute(QmpCommand command) {
        return submitted(reply -> session.submit(command, reply));
    }

    /**
     * Sends a command by {@code exec-oob}: QEMU carries it out at once, even while another command or its main loop hangs, and
     * possibly before commands that were sent earlier. It passes the queue of this connection, too. The future fails with {@link
     * QmpException.OutOfBandRefused} without {@link #outOfBand}, or where the schema of this QEMU does not allow it for the command
     * (QEMU 11.1 has it for {@code migrate-pause}, {@code migrate-recover}, {@code yank} and {@code query-yank}).
     */
    public CompletableFuture<JsonNode> executeOutOfBand(QmpCommand command) {
        if (!outOfBand()) {
            return CompletableFuture.failedFuture(new OutOfBandRefused(
                    socket(),
                    command.name(),
                    "this connection has no oob; ask for it by QmpSettings.withOutOfBand, of a QEMU that offers it"));
        }
        if (lookup.known()
                .filter(schema -> !schema.allowsOutOfBand(command.name()))
                .isPresent()) {
            return CompletableFuture.failedFuture(new OutOfBandRefused(
                    socket(), command.name(), "QEMU " + version() + " does not allow that for it; use execute"));
        }
        return submitted(reply -> session.submitOutOfBand(command, reply));
    }

    /**
     * What this QEMU can do. It is read once for each build (version and package) and kept by the {@link QmpClient} or {@link
     * QmpServer} for all its connections; the reading takes some 30 ms of QEMU's main loop and 250 kB. So what one QEMU says is believed of every
     * other that calls itself the same build: do not rest the safety of a guest on it. The future completes on the event loop, or
     * fails with a {@link QmpException}; before QEMU 2.5 with {@link QmpException.CommandRejected}.
     *
     * @throws IllegalStateException if replies of 1 MiB are beyond the limit of the settings
     */
    public CompletableFuture<QmpSchema> schema() {
        lookup.requireRoom();
        return submitted(result -> lookup.schema().whenComplete((schema, failure) -> {
            if (failure == null) {
                result.complete(schema);
            } else {
                result.completeExceptionally(failure);
            }
        }));
    }

    /**
     * Sends questions in one write, so that they cost one round trip and not one each: QEMU takes each as soon as it has answered the
     * one before, and no other command of this connection comes between. Another client's may, and so may the guest. Each reply has its
     * own deadline, which begins with the reply before it, and fails independently; a command that the gate refuses takes the others
     * with it.
     *
     * <p>The first one may act: then QEMU takes the questions right behind it, however late its reply is read here.
     *
     * <p>At most 32 commands (3 with oob) go in one write, so that a command that acts has no more before it; the rest goes in further
     * writes.
     *
     * @return the replies, in the order of the commands
     * @throws IllegalArgumentException if another than the first one acts
     */
    public List<CompletableFuture<JsonNode>> executeTogether(List<QmpCommand> commands) {
        commands.stream()
                .skip(1)
                .filter(command -> command.kind() != CommandClass.QUERY)
                .findFirst()
                .ifPresent(act -> {
                    throw new IllegalArgumentException(
                            "expected questions only behind the first command, but " + act.name() + " acts");
                });
        var asked = List.copyOf(commands);
        var replies = Stream.generate(CompletableFuture<JsonNode>::new)
                .limit(asked.size())
                .toList();
        try {
            onLoop(() -> session.submit(asked, replies));
        } catch (RejectedExecutionException transportClosed) {
            var lost = new ConnectionLost(socket(), "the transport was closed", transportClosed);
            replies.forEach(reply -> reply.completeExceptionally(lost));
        }
        return replies;
    }

    /** Runs that once the connection's descriptor has been given back; at once if it has. For any thread. */
    public void whenClosed(Runnable action) {
        wire.whenClosed(action);
    }

    /** Closes the connection; commands fail with {@link ConnectionLost}, the listener is told. */
    public void close() {
        try {
            onLoop(session::close);
        } catch (RejectedExecutionException _) { // the transport is closed, and this connection with it
        }
    }

    private <T> CompletableFuture<T> submitted(Consumer<CompletableFuture<T>> task) {
        var result = new CompletableFuture<T>();
        try {
            onLoop(() -> task.accept(result));
        } catch (RejectedExecutionException transportClosed) {
            result.completeExceptionally(new ConnectionLost(socket(), "the transport was closed", transportClosed));
        }
        return result;
    }

    private void onLoop(Runnable task) {
        if (wire.loop().inEventLoop()) {
            task.run();
        } else {
            wire.loop().execute(task);
        }
    }
}
