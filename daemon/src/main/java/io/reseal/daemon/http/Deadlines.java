package io.reseal.daemon.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Gives each phase of a connection its time, and what it sends its bounds. First in the pipeline; confined to the event loop. */
final class Deadlines extends ChannelInboundHandlerAdapter {
    /** What is read of further requests while one is being answered. */
    private static final int MOST_AHEAD = 8 << 10;

    /** What a client that sends no more may wait for. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(5);

    private final Timeouts timeouts;
    private boolean receiving;
    private boolean busy;
    private boolean ignoring;
    private boolean inputOver;
    private int ahead;
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
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (ignoring) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (busy) {
            ahead += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
            ctx.channel().config().setAutoRead(ahead < MOST_AHEAD);
        } else {
            receiving(ctx);
        }
        ctx.fireChannelRead(message);
    }

    /** The client sends no more, and may still read: what it has sent is answered. The decoder must not hear of it before. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof ChannelInputShutdownEvent)) {
            ctx.fireUserEventTriggered(event);
            return;
        }
        inputOver = true;
        if (ignoring || !busy) {
            ctx.close();
        } else {
            ctx.executor().schedule(() -> ctx.close(), LAST_ANSWERS.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cancel();
        ctx.fireChannelInactive();
    }

    /** Bytes of a request are here, and not all of them. */
    void receiving(ChannelHandlerContext ctx) {
        if (!receiving) {
            receiving = true;
            after(timeouts.receive(), ctx, () -> ctx.pipeline().fireUserEventTriggered(Connection.Rejection.TOO_SLOW));
        }
    }

    /** A whole request is here; the client waits for us now. */
    void busy() {
        receiving = false;
        busy = true;
        ahead = 0;
        cancel();
    }

    /** The answer was handed to the kernel's queue and ours. */
    void sending(ChannelHandlerContext ctx, Runnable notTaken) {
        after(timeouts.send(), ctx, () -> {
            notTaken.run();
            ctx.close();
        });
    }

    /** What the client sends from now on is thrown away. */
    void ignoreInput(ChannelHandlerContext ctx) {
        ignoring = true;
        cancel();
        ctx.channel().config().setAutoRead(true);
    }

    /** The answer was taken; the next request may come. */
    void idle(ChannelHandlerContext ctx) {
        busy = false;
        receiving = false;
        after(timeouts.idle(), ctx, () -> ctx.pipeline().fireUserEventTriggered(Connection.Rejection.IDLE));
    }

    /** Whether there will be no further request but those that are here. */
    boolean inputOver() {
        return inputOver;
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
}
