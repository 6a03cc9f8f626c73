package io.reseal.daemon.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/**
 * Decodes one request at a time. What a client sends after it stays as it came, however many requests that is, until {@link #next}:
 * so they are answered one after the other, and none takes memory before. Confined to the event loop.
 */
final class RequestDecoder extends HttpRequestDecoder {
    static final int MAX_LINE = 8 << 10;
    static final int MAX_HEADERS = 16 << 10;
    private static final int MAX_CHUNK = 64 << 10;

    private boolean complete;

    RequestDecoder() {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_LINE)
                .setMaxHeaderSize(MAX_HEADERS)
                .setMaxChunkSize(MAX_CHUNK));
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
        if (!complete) {
            super.decode(ctx, buffer, out);
            complete = !out.isEmpty() && out.getLast() instanceof LastHttpContent;
        }
    }

    /** The request before was answered. */
    void next(ChannelHandlerContext ctx) throws Exception {
        complete = false;
        channelRead(ctx.pipeline().context(this), Unpooled.EMPTY_BUFFER);
    }

    /** Whether the beginning of a request is here. */
    boolean hasBegun() {
        return actualReadableBytes() > 0;
    }
}
