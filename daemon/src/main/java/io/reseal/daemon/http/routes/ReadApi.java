package io.reseal.daemon.http.routes;

import static io.netty.handler.codec.http.HttpResponseStatus.NOT_FOUND;
import static io.netty.handler.codec.http.HttpResponseStatus.OK;
import static io.netty.handler.codec.http.HttpResponseStatus.SERVICE_UNAVAILABLE;

import io.reseal.daemon.api.ReadyDocument;
import io.reseal.daemon.api.StatusDocument;
import io.reseal.daemon.feed.Documents;
import io.reseal.daemon.http.events.LongPoll;
import io.reseal.daemon.http.message.Problem;
import io.reseal.daemon.http.message.Request;
import io.reseal.daemon.http.message.Response;
import io.reseal.policy.Durations;
import io.reseal.policy.reset.Reset;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Everything that only reads. Safe for any thread. */
final class ReadApi {
    private static final Duration MAX_WAIT = Duration.ofSeconds(60);
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final ApiServices routes;
    private final Supplier<CompletableFuture<Optional<String>>> adminTrouble;

    ReadApi(ApiServices routes, Supplier<CompletableFuture<Optional<String>>> adminTrouble) {
        this.routes = routes;
        this.adminTrouble = adminTrouble;
    }

    /** The same for all, whatever parameters a scraper adds. */
    Response metrics() {
        return new Response.Document(OK, METRICS_TYPE, routes.metrics().get(), Map.of());
    }

    Response healthz(Request request) {
        var stuck = routes.load().heartbeats().stuck();
        return stuck.isEmpty()
                ? Response.json(new StatusDocument("ok"))
                : Problem.of(SERVICE_UNAVAILABLE, "stuck", "Stuck", String.join("; ", stuck))
                        .response();
    }

    CompletableFuture<Response> readyz(Request request) {
        return adminTrouble
                .get()
                .thenApply(trouble -> trouble.or(routes.notReady())
                        .<Response>map(why -> Problem.of(SERVICE_UNAVAILABLE, "not-ready", "Not ready", why)
                                .response())
                        .orElseGet(() -> Response.json(ready(routes.hindrances().get()))));
    }

    private static Object ready(List<String> hindrances) {
        return hindrances.isEmpty() ? new StatusDocument("ready") : new ReadyDocument("ready", hindrances);
    }

    Response guests(Request request) {
        request.allowParameters(List.of());
        return Response.json(
                Documents.guests(routes.guests().guests(), routes.hindrances().get()));
    }

    Response guest(Request request) {
        request.allowParameters(List.of());
        return Response.json(Documents.guest(
                GuestReference.one(routes.guests(), request.path().get(2))));
    }

    Response resets(Request request) {
        request.allowParameters(List.of("guest", "limit"));
        var guest = request.parameter("guest").map(reference -> GuestReference.name(routes.guests(), reference));
        int limit = request.parameter("limit").map(ReadApi::limit).orElse(Integer.MAX_VALUE);
        var resets = routes.guests().resets().stream()
                .filter(reset -> guest.map(reset.guest()::equals).orElse(true))
                .limit(limit)
                .toList();
        return Response.json(Documents.resets(resets));
    }

    CompletableFuture<Response> reset(Request request) {
        request.allowParameters(List.of("wait"));
        var id = request.path().get(2);
        var wait = request.parameter("wait").map(ReadApi::wait).orElse(Duration.ZERO);
        if (wait.isZero() || routes.guests().reset(id).isEmpty()) {
            return CompletableFuture.completedFuture(resetNow(id));
        }
        // first listen, then look: in the other order a reset that closes in between would be missed
        var over = LongPoll.start(routes.feed(), id, wait, request.loop());
        if (!routes.guests().reset(id).map(Reset::open).orElse(false)) {
            over.complete(true);
        }
        var answer = over.<Response>thenApply(_ -> resetNow(id));
        answer.whenComplete((_, _) -> over.cancel(false));
        return answer;
    }

    Response events(Request request) {
        request.allowParameters(List.of("after"));
        var after = request.header("Last-Event-ID")
                .or(() -> request.parameter("after"))
                .map(ReadApi::eventId)
                .orElseGet(routes.feed()::newest);
        return request.method().equals("HEAD")
                ? new Response.Document(OK, Response.Events.MEDIA_TYPE, "", Map.of())
                : new Response.Events(after);
    }

    private Response resetNow(String id) {
        return routes.guests()
                .reset(id)
                .map(reset -> Response.json(Documents.reset(reset)))
                .orElseGet(() -> Problem.of(
                                NOT_FOUND,
                                "no-such-reset",
                                "No such reset",
                                "no reset `" + id + "` is known or still kept: GET /v1/resets lists those that are")
                        .response());
    }

    private static int limit(String text) {
        return Optional.of(text)
                .filter(digits -> digits.matches("[0-9]{1,6}"))
                .map(Integer::valueOf)
                .filter(limit -> limit > 0)
                .orElseThrow(() -> badParameter("limit", "a whole number from 1 to 999999", text));
    }

    private static long eventId(String text) {
        return Optional.of(text)
                .filter(digits -> digits.matches("[0-9]{1,18}"))
                .map(Long::valueOf)
                .orElseThrow(() -> badParameter("Last-Event-ID", "the id of an event of this feed", text));
    }

    private static Duration wait(String text) {
        return Durations.parse(text)
                .filter(wait -> wait.compareTo(MAX_WAIT) <= 0)
                .orElseThrow(() -> badParameter("wait", "a duration of at most 60s, such as 10s", text));
    }

    private static Problem.ProblemException badParameter(String name, String expected, String came) {
        return new Problem.ProblemException(Problem.badRequest(
                "bad-parameter", "Bad parameter", "`" + name + "` must be " + expected + ", but is `" + came + "`"));
    }
}
