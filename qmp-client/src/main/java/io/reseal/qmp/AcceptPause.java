package io.reseal.qmp;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Pauses when a connection cannot be accepted: it still waits, and without a pause the event loop would turn in vain. On a listening channel;
 * confined to its event loop.
 */
final class AcceptPause extends ChannelInboundHandlerAdapter {
    private static final long MILLIS = 500;

    private final Consumer<Throwable> told;

    AcceptPause(Consumer<Throwable> told) {
        this.told = told;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
        ctx.channel().config().setAutoRead(false);
        ctx.executor().schedule(() -> ctx.channel().config().setAutoRead(true), MILLIS, TimeUnit.MILLISECONDS);
        told.accept(failure);
    }
}
