package io.reseal.daemon.guest;

import io.reseal.qmp.PeerProcess;
import io.reseal.qmp.QmpConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Looks who is at the other end of a new connection. Begun, and confined, on its event loop. */
final class PeerReading implements AutoCloseable {
    /** Reading {@code cmdline} waits for a process that is stuck in the kernel; its guest is watched without it. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final QmpConnection connection;
    private final CompletableFuture<Peer> read;
    private Optional<PeerProcess> handle;

    PeerReading(QmpConnection connection, Context context) {
        this.connection = connection;
        var opened = connection.openPeerProcess();
        this.handle = opened;
        this.read = CompletableFuture.supplyAsync(
                () -> Peer.of(connection, opened, context.host().processes()), context.blocking());
    }

    /** What is known when the patience is over. */
    CompletableFuture<Peer> inTime() {
        var unread = Peer.unread(handle.map(PeerProcess::inode).orElse(OptionalLong.empty()));
        return read.copy().completeOnTimeout(unread, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Tells, on the event loop, that the process is seen, whenever that is. */
    void whenSeen(Consumer<Peer> told) {
        read.thenAcceptAsync(
                peer -> {
                    if (peer.isSeen()) {
                        told.accept(peer);
                    }
                },
                connection.eventLoop());
    }

    /** The handle, which is the caller's from now on. */
    Optional<PeerProcess> take() {
        var taken = handle;
        handle = Optional.empty();
        return taken;
    }

    @Override
    public void close() {
        take().ifPresent(PeerProcess::close);
    }
}
