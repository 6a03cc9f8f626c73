package io.reseal.daemon.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Gives each phase of a connection its time. First in the pipeline; confined to the event loop. */
final class Deadlines extends ChannelInboundHandlerAdapter {
    private final Timeouts timeouts;
    private boolean receiving;
    private boolean busy;
    private @Nullable Future<?> timer;

    Deadlines(Timeouts timeouts) {
        this.timeouts = timeouts;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        idle(ctx);
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        if (!busy && !receiving) {
            receiving = true;
            after(timeouts.receive(), ctx, () -> ctx.fireUserEventTriggered(Connection.Rejection.TOO_SLOW));
        }
        ctx.fireChannelRead(bytes);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cancel();
        ctx.fireChannelInactive();
    }

    /** A whole request is here; the client waits for us now. */
    void busy() {
        receiving = false;
        busy = true;
        cancel();
    }

    /** The answer was handed to the kernel's queue and ours. */
    void sending(ChannelHandlerContext ctx) {
        after(timeouts.send(), ctx, ctx::close);
    }

    /** The answer was taken; the next request may come. */
    void idle(ChannelHandlerContext ctx) {
        busy = false;
        receiving = false;
        after(timeouts.idle(), ctx, ctx::close);
    }

    private void after(Duration delay, ChannelHandlerContext ctx, Runnable action) {
        cancel();
        timer = ctx.executor().schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void cancel() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /**
     * How long a client may take.
     *
     * @param receive from the first byte of a request to its last
     * @param idle between requests
     * @param send to take an answer
     * @param heartbeat between comment lines of an event stream; a stream whose client read nothing for that long is dropped
     */
    record Timeouts(Duration receive, Duration idle, Duration send, Duration heartbeat) {
        static final Timeouts DEFAULT = new Timeouts(
                Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(15));
    }
}
