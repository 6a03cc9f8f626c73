package io.reseal.daemon.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.concurrent.EventExecutor;
import io.reseal.daemon.feed.EventFeed;
import io.reseal.daemon.http.events.EventStream;
import io.reseal.daemon.http.message.Caller;
import io.reseal.daemon.http.message.Problem;
import io.reseal.daemon.http.message.Request;
import io.reseal.daemon.http.message.Response;
import io.reseal.daemon.http.routes.Router;
import io.reseal.daemon.log.Failures;
import java.util.HexFormat;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds an answer to every request, whatever goes wrong on the way. Safe for any thread. */
final class RequestDispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(RequestDispatcher.class);

    private static final Problem BUSY = Problem.of(
            HttpResponseStatus.SERVICE_UNAVAILABLE,
            "too-busy",
            "Too busy",
            "the daemon answers as many such requests as it can: try again later");

    private final Router router;
    private final EventFeed feed;
    private final Timeouts timeouts;

    RequestDispatcher(Router router, EventFeed feed, Timeouts timeouts) {
        this.router = router;
        this.feed = feed;
        this.timeouts = timeouts;
    }

    Timeouts timeouts() {
        return timeouts;
    }

    /** Never fails; ends without a response only when cancelled. */
    CompletableFuture<Response> to(FullHttpRequest http, Caller peer, EventExecutor loop) {
        if (peer.refused().isPresent()) {
            return CompletableFuture.completedFuture(
                    notAdmitted(peer.refused().get()).response());
        }
        var answer = begin(http, peer, loop);
        var safe = answer.exceptionally(failure -> failed(http, failure));
        safe.whenComplete((_, _) -> answer.cancel(false));
        return safe;
    }

    private CompletableFuture<Response> begin(FullHttpRequest http, Caller peer, EventExecutor loop) {
        try {
            return router.answer(Request.of(http, peer, loop));
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    /** @param unread told when the client takes nothing */
    EventStream stream(ChannelHandlerContext ctx, long after, Runnable unread) {
        var stream = new EventStream(ctx, wake -> feed.subscribe(after, wake), timeouts.heartbeat(), unread);
        stream.begin(after);
        return stream;
    }

    private static Response failed(FullHttpRequest http, Throwable failure) {
        var cause = Failures.cause(failure);
        if (cause instanceof Problem.ProblemException told) {
            return told.problem().response();
        }
        if (cause instanceof RejectedExecutionException) {
            return BUSY.response();
        }
        if (cause instanceof CancellationException) {
            throw new CompletionException(cause);
        }
        var id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        LOG.error("request failed, error {}: {}", id, http.method(), cause);
        return Problem.of(
                        HttpResponseStatus.INTERNAL_SERVER_ERROR,
                        "internal-error",
                        "Internal error",
                        "this is a fault of the daemon: look for error " + id + " in its log")
                .response();
    }

    private static Problem notAdmitted(String why) {
        return Problem.of(HttpResponseStatus.FORBIDDEN, "not-admitted", "Not admitted to the admin socket", why);
    }

    /** What is told in place of an answer to a request that never became whole. */
    static Response.Document notTaken(Connection.Rejection why) {
        return switch (why) {
            case TOO_LARGE -> Aggregator.PROBLEM.response();
            case TOO_SLOW, IDLE ->
                Problem.of(
                                HttpResponseStatus.REQUEST_TIMEOUT,
                                "request-timeout",
                                "The request came too slowly",
                                "the request was not whole in time: send it at once")
                        .response();
        };
    }

    static Response.Document malformed(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ ->
                Problem.of(
                                HttpResponseStatus.REQUEST_URI_TOO_LONG,
                                "uri-too-long",
                                "The request line is too long",
                                "the request line has more than " + RequestDecoder.MAX_LINE + " bytes: shorten it")
                        .response();
            case TooLongHttpHeaderException _ ->
                Problem.of(
                                HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                                "headers-too-large",
                                "The headers are too large",
                                "the headers have more than " + RequestDecoder.MAX_HEADERS + " bytes: send fewer")
                        .response();
            default ->
                Problem.badRequest(
                                "not-http",
                                "This is not HTTP/1.1",
                                "the request could not be read as HTTP/1.1: send a request line, headers and a blank"
                                        + " line")
                        .response();
        };
    }
}
