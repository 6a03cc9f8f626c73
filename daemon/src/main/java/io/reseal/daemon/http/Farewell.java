package io.reseal.daemon.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/** Says one thing and closes. Confined to the event loop. */
final class Farewell extends ChannelInboundHandlerAdapter {
    private final ByteBuf words;

    Farewell(ByteBuf words) {
        this.words = words;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(words).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object ignored) {
        ReferenceCountUtil.release(ignored);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable gone) {
        ctx.close();
    }
}
