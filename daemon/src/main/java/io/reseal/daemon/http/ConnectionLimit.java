package io.reseal.daemon.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.ReferenceCountUtil;
import io.reseal.daemon.api.ProblemDocument;
import io.reseal.daemon.http.message.Problem;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** How many connections one socket may have at a time. Safe for any thread. */
final class ConnectionLimit {
    private final int max;
    private final AtomicInteger open = new AtomicInteger();

    ConnectionLimit(int max) {
        this.max = max;
    }

    /** Whether there is room for it; if not, it is told so and closed. */
    boolean admit(Channel channel) {
        if (open.incrementAndGet() <= max) {
            channel.closeFuture().addListener(_ -> open.decrementAndGet());
            return true;
        }
        open.decrementAndGet();
        // the pipeline has no codec yet, so that a flood of connections costs as little as can be
        var answer = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\nContent-Type: "
                + ProblemDocument.MEDIA_TYPE + "\r\nContent-Length: " + Body.TEXT.length() + "\r\n\r\n" + Body.TEXT;
        channel.pipeline().addLast(new Farewell(Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII)));
        return false;
    }

    /** Made when the first one is refused: the daemon is ready without the library that writes JSON. */
    private static final class Body {
        private static final String TEXT = Problem.of(
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        "too-many-connections",
                        "Too many connections",
                        "this socket has all the connections it may have: close idle ones and try again")
                .response()
                .body();

        private Body() {}
    }

    /** Says one thing and closes. Confined to the event loop. */
    private static final class Farewell extends ChannelInboundHandlerAdapter {
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
}
