package io.reseal.daemon.http;

import io.reseal.daemon.api.ProblemDocument;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** How many connections one socket may have at a time. Safe for any thread. */
final class ConnectionLimit {
    private static final String BODY = Problem.of(
                    HttpResponseStatus.SERVICE_UNAVAILABLE,
                    "too-many-connections",
                    "Too many connections",
                    "this socket has all the connections it may have: close idle ones and try again")
            .response()
            .body();

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
                + ProblemDocument.MEDIA_TYPE + "\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY;
        channel.pipeline().addLast(new Farewell(Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII)));
        return false;
    }
}
