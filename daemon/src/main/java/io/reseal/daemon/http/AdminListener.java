package io.reseal.daemon.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on the admin socket, and makes it again when its file was removed: those who are connected stay, and others find it again. What
 * touches the file runs on a thread of its own. Safe for any thread.
 */
final class AdminListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("reseal.http");
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long CLOSE_SECONDS = 2;

    private final SocketFile file;
    private final Function<Path, ChannelFuture> bind;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("admin-socket").daemon().factory());
    /** Confined to the thread, as the next one; the starting thread sets them first. */
    private @Nullable Channel channel;

    private String told = "";

    /** @param bind listens at a path */
    AdminListener(SocketFile file, Function<Path, ChannelFuture> bind) {
        this.file = file;
        this.bind = bind;
    }

    /**
     * Makes sure that no other daemon has the socket, or gets it.
     *
     * @throws HttpServerException if another one has it, or it cannot be made
     */
    void claim() {
        file.requireFree();
    }

    /**
     * Begins to listen.
     *
     * @throws HttpServerException if that is not possible
     */
    void start() {
        listen();
        thread.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** For those who want to know that it goes on. */
    ScheduledExecutorService thread() {
        return thread;
    }

    private void listen() {
        file.requireFree();
        var bound = bind.apply(file.temporary()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw file.failed(bound.cause());
        }
        var former = channel;
        channel = bound.channel();
        file.publish();
        if (former != null) {
            former.close();
        }
    }

    private void look() {
        if (file.isInPlace()) {
            return;
        }
        try {
            listen();
            told = "";
            LOG.warn("the admin socket {} was removed or replaced: it was made again", file.path());
        } catch (RuntimeException refused) {
            tell("the admin socket is gone, and cannot be made again: " + refused.getMessage());
        }
    }

    private void tell(String trouble) {
        if (!trouble.equals(told)) {
            told = trouble;
            LOG.error(trouble);
        }
    }

    /** Why nobody can connect now. */
    CompletableFuture<Optional<String>> trouble() {
        try {
            return CompletableFuture.supplyAsync(this::why, thread)
                    .completeOnTimeout(
                            Optional.of("the folder of the admin socket " + file.path() + " does not answer"),
                            PATIENCE.toMillis(),
                            TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            return CompletableFuture.completedFuture(Optional.of("the daemon is stopping"));
        }
    }

    private Optional<String> why() {
        if (file.isInPlace()) {
            return Optional.empty();
        }
        return Optional.of(
                told.isEmpty()
                        ? "the admin socket " + file.path() + " was removed: it is made again within "
                                + LOOK.toSeconds() + " s"
                        : told);
    }

    /** Listens no more, and removes the file. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the folder of the admin socket {} does not answer: the socket stays", file.path());
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        file.remove();
        if (channel != null) {
            channel.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
