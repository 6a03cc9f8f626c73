package io.reseal.daemon.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.reseal.daemon.api.ProblemDocument;
import io.reseal.daemon.http.message.Problem;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Puts requests together, and has a problem document for those that are too large. Confined to the event loop. */
final class Aggregator extends HttpObjectAggregator {
    static final Problem PROBLEM = Problem.of(
            HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
            "body-too-large",
            "The body is too large",
            "the body has more bytes than any route needs: send what it needs, nothing else");

    /** @param mostBody of a request, in bytes */
    Aggregator(int mostBody) {
        super(mostBody);
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
        ctx.fireChannelRead(Connection.Rejection.TOO_LARGE);
    }

    @Override
    protected @Nullable Object newContinueResponse(HttpMessage start, int maxContentLength, ChannelPipeline pipeline) {
        var answer = super.newContinueResponse(start, maxContentLength, pipeline);
        if (answer instanceof FullHttpResponse full && full.status().equals(PROBLEM.status())) {
            var body = Unpooled.copiedBuffer(PROBLEM.response().body(), StandardCharsets.UTF_8);
            var problem = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, full.status(), body);
            problem.headers().set(HttpHeaderNames.CONTENT_TYPE, ProblemDocument.MEDIA_TYPE);
            problem.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
            return problem;
        }
        return answer;
    }
}
