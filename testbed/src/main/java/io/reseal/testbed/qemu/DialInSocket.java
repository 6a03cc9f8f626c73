package io.reseal.testbed.qemu;

import io.reseal.testbed.TestbedException;
import io.reseal.testbed.TestbedPaths;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A listening socket that QEMU dials at start: it is accepted, never polled. */
final class DialInSocket implements AutoCloseable {
    private final Path path;
    private final ServerSocketChannel channel;

    DialInSocket(Path path) {
        this.path = path;
        try {
            channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
        } catch (IOException refused) {
            throw new TestbedException("no socket can be made at " + path + ": " + refused.getMessage(), refused);
        }
    }

    Path path() {
        return path;
    }

    /** The connection of QEMU; fails at once when that QEMU ends without having come. */
    SocketChannel awaitVisitor(Process qemu, Duration patience) {
        var visitor = new CompletableFuture<SocketChannel>();
        Thread.ofPlatform().daemon().start(() -> accept(visitor));
        qemu.onExit()
                .thenRun(() -> visitor.completeExceptionally(
                        new TestbedException("QEMU has ended at once, with exit code " + qemu.exitValue())));
        try {
            return visitor.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            throw new TestbedException("QEMU has not connected to " + path + " within " + patience);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof TestbedException known
                    ? known
                    : new TestbedException("no connection on " + path, failed);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while waiting for QEMU");
        }
    }

    private void accept(CompletableFuture<SocketChannel> visitor) {
        try {
            visitor.complete(channel.accept());
        } catch (IOException closed) {
            visitor.completeExceptionally(closed);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // the folder goes too
        }
        TestbedPaths.delete(path);
    }
}
