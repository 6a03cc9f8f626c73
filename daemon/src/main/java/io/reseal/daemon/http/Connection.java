package io.reseal.daemon.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.reseal.daemon.http.admission.Visit;
import io.reseal.daemon.http.events.EventStream;
import io.reseal.daemon.http.message.Problem;
import io.reseal.daemon.http.message.Response;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Answers the requests of one connection, one after the other in their order. Confined to the event loop. */
final class Connection extends ChannelInboundHandlerAdapter {
    private static final long LINGER_SECONDS = 1;

    private final RequestDispatcher answers;
    private final Deadlines deadlines;
    private final RequestDecoder decoder;
    private final Visit visit;
    private boolean busy;
    private boolean leaving;
    private @Nullable CompletableFuture<Response> pending;
    private @Nullable EventStream stream;

    Connection(RequestDispatcher answers, Deadlines deadlines, RequestDecoder decoder, Visit visit) {
        this.answers = answers;
        this.deadlines = deadlines;
        this.decoder = decoder;
        this.visit = visit;
    }

    /** The decoder gives the next request when {@link #next} asks it to. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            begin();
            switch (message) {
                case Rejection why -> last(ctx, RequestDispatcher.notTaken(why));
                case FullHttpRequest request
                when request.decoderResult().isFailure() ->
                    last(
                            ctx,
                            RequestDispatcher.malformed(request.decoderResult().cause()));
                case FullHttpRequest request -> answer(ctx, request);
                default -> throw new IllegalStateException("not a request: " + message);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        switch (event) {
            case Rejection why when !busy -> rejected(ctx, why);
            case Leaving _ -> leave(ctx);
            default -> ctx.fireUserEventTriggered(event);
        }
    }

    private void rejected(ChannelHandlerContext ctx, Rejection why) {
        if (visit.standing() == Visit.Standing.ESSENTIAL_ONLY) {
            begin();
            last(ctx, visit.noConnection().response());
        } else if (why == Rejection.IDLE) {
            ctx.close();
        } else {
            begin();
            last(ctx, RequestDispatcher.notTaken(why));
        }
    }

    private void begin() {
        busy = true;
        deadlines.busy();
    }

    /** A stream has been given everything that was told so far. */
    private void leave(ChannelHandlerContext ctx) {
        leaving = true;
        if (stream != null) {
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        } else if (!busy) {
            ctx.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (stream != null && ctx.channel().isWritable()) {
            stream.writabilityChanged();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (stream != null) {
            stream.close();
        }
        if (pending != null) {
            pending.cancel(false);
        }
        busy = true;
    }

    /** The kernel gives up on a client that acknowledges nothing (TCP_USER_TIMEOUT). */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable gone) {
        if (String.valueOf(gone.getMessage()).contains("timed out")) {
            visit.notRead();
        }
        ctx.close();
    }

    private void answer(ChannelHandlerContext ctx, FullHttpRequest request) {
        var options = ResponseOptions.of(request, visit);
        var answer = visit.begin(request)
                .map(problem -> CompletableFuture.<Response>completedFuture(problem.response()))
                .orElseGet(() -> answers.to(request, visit.caller(), ctx.executor()));
        pending = answer;
        answer.whenComplete((response, _) -> {
            if (response != null) {
                ctx.executor().execute(() -> send(ctx, response, options));
            }
        });
    }

    private void send(ChannelHandlerContext ctx, Response response, ResponseOptions options) {
        pending = null;
        if (!ctx.channel().isActive()) {
            return;
        }
        switch (response) {
            case Response.Document document -> send(ctx, document, options);
            case Response.Events(var after) ->
                visit.beginStream()
                        .ifPresentOrElse(
                                problem -> send(ctx, problem.response(), options), () -> stream(ctx, after, options));
        }
    }

    private void send(ChannelHandlerContext ctx, Response.Document document, ResponseOptions options) {
        var sent = visit.send(document.body().length()).map(Problem::response).orElse(document);
        deadlines.sending(ctx, visit::notRead);
        ctx.writeAndFlush(http(ctx, sent, options)).addListener(written -> {
            visit.end();
            if (written.isSuccess() && options.keepAlive() && !leaving) {
                next(ctx);
            } else if (written.isSuccess() && decoder.hasBegun()) {
                deadlines.ignoreInput(ctx);
                linger(ctx);
            } else {
                ctx.close();
            }
        });
    }

    private void next(ChannelHandlerContext ctx) throws Exception {
        busy = false;
        deadlines.idle(ctx);
        decoder.next(ctx);
        if (busy) {
            return;
        }
        if (deadlines.inputOver()) {
            ctx.close();
            return;
        }
        if (decoder.hasBegun()) {
            deadlines.receiving(ctx);
        }
        ctx.channel().config().setAutoRead(true);
    }

    /** Answers and closes. */
    private void last(ChannelHandlerContext ctx, Response.Document document) {
        deadlines.ignoreInput(ctx);
        var response = http(ctx, document, new ResponseOptions(false, false, true));
        ctx.writeAndFlush(response).addListener(sent -> {
            if (sent.isSuccess()) {
                linger(ctx);
            } else {
                ctx.close();
            }
        });
    }

    /** Closes, but listens a little longer: closing with unread input would reset the connection and lose the answer. */
    private static void linger(ChannelHandlerContext ctx) {
        if (ctx.channel() instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
        ctx.executor().schedule(() -> ctx.close(), LINGER_SECONDS, TimeUnit.SECONDS);
    }

    private void stream(ChannelHandlerContext ctx, long after, ResponseOptions options) {
        var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers().set(HttpHeaderNames.CONTENT_TYPE, Response.Events.MEDIA_TYPE);
        common(head, options);
        HttpUtil.setTransferEncodingChunked(head, options.chunks());
        ctx.write(head).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        deadlines.ignoreInput(ctx);
        stream = answers.stream(ctx, after, visit::notRead);
        if (deadlines.inputOver()) {
            ctx.close();
        }
    }

    /**
     * Exactly as large as it has to be: what clients do not read is counted, and must not take more. The JDK encodes ASCII as it copies it;
     * Netty looks at each character twice, which costs the loop a millisecond for the metrics of a hundred guests.
     */
    private static ByteBuf utf8(ChannelHandlerContext ctx, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        return ctx.alloc().buffer(bytes.length, bytes.length).writeBytes(bytes);
    }

    private static DefaultFullHttpResponse http(
            ChannelHandlerContext ctx, Response.Document document, ResponseOptions options) {
        var body = utf8(ctx, document.body());
        int length = body.readableBytes();
        if (options.head()) {
            body.release();
            body = Unpooled.EMPTY_BUFFER;
        }
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, document.status(), body);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, document.type());
        response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, length);
        document.headers().forEach(response.headers()::set);
        common(response, options);
        return response;
    }

    private static void common(HttpResponse response, ResponseOptions options) {
        HttpUtil.setKeepAlive(response, options.keepAlive());
        response.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        response.headers().set("X-Content-Type-Options", "nosniff");
    }

    /**
     * How a client wants its answer.
     *
     * @param chunks whether it knows chunked transfer
     */
    private record ResponseOptions(boolean keepAlive, boolean head, boolean chunks) {
        static ResponseOptions of(FullHttpRequest request, Visit visit) {
            return new ResponseOptions(
                    HttpUtil.isKeepAlive(request) && visit.standing() == Visit.Standing.FULL,
                    request.method().equals(HttpMethod.HEAD),
                    request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0);
        }
    }

    /** Why a request never became whole; goes down the pipeline in its place. */
    enum Rejection {
        TOO_SLOW,
        /** None was begun. */
        IDLE,
        TOO_LARGE
    }

    /** Told to a connection when the server is about to close. */
    enum Leaving {
        /** It ends once what was asked is answered. */
        LAST_ANSWER
    }
}
