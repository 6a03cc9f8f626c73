package io.reseal.daemon.guest;

import io.reseal.daemon.host.ProcessTable;
import io.reseal.daemon.host.QemuProcess;
import io.reseal.daemon.log.Failures;
import io.reseal.daemon.log.GuestLog;
import io.reseal.daemon.work.HangingException;
import io.reseal.daemon.work.Subject;
import io.reseal.qmp.PeerProcess;
import io.reseal.qmp.QmpConnection;
import io.reseal.qmp.SocketPath;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Finds out who is at the other end of a new connection. Begun, and confined, on its event loop. */
final class Arrival implements AutoCloseable {
    /** Reading {@code cmdline} waits for a process that is stuck in the kernel; its guest is watched without it. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** The file of the socket, and the files that QEMU was configured by, may be on a file system that hangs. */
    private static final Duration FILES_PATIENCE = Duration.ofSeconds(2);

    private final QmpConnection connection;
    private final SituationReader reader;
    private final GuestContext context;
    private final GuestLog log;
    private final CompletableFuture<QemuProcess> seen;
    private final CompletableFuture<QemuProcess> read;
    private Optional<PeerProcess> handle;
    private boolean inTime;
    private volatile boolean closed;

    Arrival(QmpConnection connection, SituationReader reader, GuestContext context, GuestLog log) {
        this.connection = connection;
        this.reader = reader;
        this.context = context;
        this.log = log;
        var opened = connection.openPeerProcess();
        this.handle = opened;
        this.seen = CompletableFuture.supplyAsync(
                () -> QemuProcess.of(connection, opened, processes()),
                context.blocking().processes(subject()));
        this.read = seen.thenCompose(this::withFiles);
    }

    private ProcessTable processes() {
        return context.host().processes();
    }

    private Subject subject() {
        return new Subject(log.guest(), SocketPath.text(connection.socket()));
    }

    /** While a file system is known to hang it is tried again; what is on others is not held up. */
    private CompletableFuture<QemuProcess> withFiles(QemuProcess peer) {
        return CompletableFuture.supplyAsync(
                        () -> peer.withFiles(connection, processes()),
                        context.blocking().files(subject()))
                .exceptionallyCompose(failure -> Failures.cause(failure) instanceof HangingException && !closed
                        ? later().thenCompose(_ -> withFiles(peer))
                        : CompletableFuture.completedFuture(peer.withoutFiles()));
    }

    private CompletableFuture<Void> later() {
        return CompletableFuture.runAsync(
                () -> {}, pause -> connection.eventLoop().schedule(pause, PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** By what is known of the process when the patience is over. */
    CompletableFuture<GuestIdentifier.Found> identified() {
        var unread = QemuProcess.unread(handle.map(PeerProcess::inode).orElse(OptionalLong.empty()));
        var peer = seen.copy()
                .completeOnTimeout(unread, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .thenCompose(found -> found.equals(unread) ? CompletableFuture.completedFuture(found) : inTime(found))
                .thenApplyAsync(
                        found -> {
                            inTime = read.isDone() && found.equals(read.join());
                            return found;
                        },
                        connection.eventLoop());
        return identify(peer).thenApply(found -> {
            if (found.relayed()) {
                close();
            }
            return found;
        });
    }

    private CompletableFuture<QemuProcess> inTime(QemuProcess peer) {
        return read.copy().completeOnTimeout(peer.withoutFiles(), FILES_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private CompletableFuture<GuestIdentifier.Found> identify(CompletableFuture<QemuProcess> peer) {
        return GuestIdentifier.of(reader, peer, context, log);
    }

    /** Reports again, on the event loop, when a later read of {@code /proc} succeeds after the first one failed. */
    void whenSeen(Consumer<GuestIdentifier.Found> told) {
        if (!inTime) {
            read.thenAcceptAsync(peer -> identifyAgain(peer, told), connection.eventLoop());
        }
    }

    private void identifyAgain(QemuProcess peer, Consumer<GuestIdentifier.Found> told) {
        if (peer.isSeen()) {
            identify(CompletableFuture.completedFuture(peer)).thenAccept(told).exceptionally(failure -> {
                log.warn("QEMU's process can be seen now, but not be read: " + Failures.text(failure));
                return null;
            });
        }
    }

    /** The handle, which is the caller's from now on. */
    Optional<PeerProcess> takeHandle() {
        var taken = handle;
        handle = Optional.empty();
        return taken;
    }

    @Override
    public void close() {
        closed = true;
        takeHandle().ifPresent(PeerProcess::close);
    }
}
