package io.reseal.daemon.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.reseal.daemon.http.admission.Visit;

/** Serves a connection for which there is no place: says so, and closes. Confined to the event loop. */
final class Farewell extends ChannelInboundHandlerAdapter {
    private final Visit visit;

    Farewell(Visit visit) {
        this.visit = visit;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        visit.farewell();
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
