package io.reseal.daemon.http.admission;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.reseal.daemon.http.message.Problem;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection for which there is no place: says so, and closes once the client has. Its request may be on its way: a socket that is
 * closed before that is read resets the connection, and the client sees that instead of the words. First in the pipeline: no other handler hears more of the
 * client. Confined to the event loop.
 */
final class Farewell extends ChannelInboundHandlerAdapter implements ReservedPlaces.Holder {
    private static final long LINGER_MILLIS = 1000;
    private static final int MOST_IGNORED = 64 << 10;

    private final ReservedPlaces others;
    private final Channel channel;
    private final String client;
    private final Problem why;
    private boolean said;
    private int ignored;

    Farewell(ReservedPlaces others, Channel channel, String client, Problem why) {
        this.others = others;
        this.channel = channel;
        this.client = client;
        this.why = why;
    }

    /** There are at most so many at a time: the client that has most of them has one closed at once. */
    void begin(int places) {
        others.take(this, places);
        channel.closeFuture().addListener(_ -> others.free(this));
        channel.pipeline().addFirst(this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) {
            say(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        say(ctx);
    }

    /** A flood of connections costs as little as can be, so no codec has a part in it. */
    private void say(ChannelHandlerContext ctx) {
        if (said) {
            return;
        }
        said = true;
        channel.config().setAutoRead(true);
        ctx.executor().schedule(() -> ctx.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        ctx.writeAndFlush(Unpooled.copiedBuffer(words(), StandardCharsets.US_ASCII))
                .addListener(sent -> {
                    if (sent.isSuccess() && channel instanceof DuplexChannel duplex) {
                        duplex.shutdownOutput();
                    } else {
                        ctx.close();
                    }
                });
    }

    private String words() {
        var answer = why.response();
        return "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\nContent-Type: "
                + answer.type() + "\r\nContent-Length: " + answer.body().length() + "\r\n\r\n" + answer.body();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object request) {
        ignored += request instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        ReferenceCountUtil.release(request);
        if (ignored > MOST_IGNORED) {
            ctx.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable gone) {
        ctx.close();
    }

    @Override
    public String client() {
        return client;
    }

    @Override
    public boolean isBusy() {
        return false;
    }

    @Override
    public boolean isUnread() {
        return false;
    }

    @Override
    public void displaced() {
        channel.close();
    }
}
