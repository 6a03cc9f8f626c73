package io.reseal.daemon.http.routes;

import static io.netty.handler.codec.http.HttpResponseStatus.ACCEPTED;
import static io.netty.handler.codec.http.HttpResponseStatus.CONFLICT;
import static io.netty.handler.codec.http.HttpResponseStatus.FORBIDDEN;
import static io.netty.handler.codec.http.HttpResponseStatus.GATEWAY_TIMEOUT;
import static io.netty.handler.codec.http.HttpResponseStatus.SERVICE_UNAVAILABLE;
import static io.netty.handler.codec.http.HttpResponseStatus.TOO_MANY_REQUESTS;
import static io.netty.handler.codec.http.HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE;

import io.netty.handler.codec.http.HttpUtil;
import io.reseal.daemon.api.ProblemDocument;
import io.reseal.daemon.feed.Documents;
import io.reseal.daemon.guest.Guests;
import io.reseal.daemon.http.message.Problem;
import io.reseal.daemon.http.message.Request;
import io.reseal.daemon.http.message.Response;
import io.reseal.daemon.request.ResetRequest;
import io.reseal.daemon.request.ResetResponse;
import io.reseal.policy.Durations;
import io.reseal.policy.Level;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.reset.Reset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Takes requests for resets. Safe for any thread. */
final class ResetApi {
    private static final Logger LOG = LoggerFactory.getLogger(ResetApi.class);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final String RETRY_SECONDS = "10";

    private final Guests guests;
    private final Path adminSocket;

    ResetApi(Guests guests, Path adminSocket) {
        this.guests = guests;
        this.adminSocket = adminSocket;
    }

    CompletableFuture<Response> request(Request request) {
        request.allowParameters(List.of());
        requireAdmin(request);
        requireJson(request);
        var wanted = wanted(request, ResetBodyReader.read(request.body()));
        note(wanted);
        var patience = patience(wanted);
        // a copy: our time limit must not end the guests' own future
        return guests.request(wanted)
                .copy()
                .orTimeout(patience.toSeconds(), TimeUnit.SECONDS)
                .handle((answer, failure) -> failure == null ? answered(answer) : failed(patience, failure));
    }

    /** While others reset the guest the answer may take all the time that is allowed. */
    private Duration patience(ResetRequest request) {
        var within = guests.within(request);
        return (within.compareTo(LONGEST) < 0 ? within : LONGEST).plus(ANSWER);
    }

    /** Who acts is on record, whatever comes of it. */
    private static void note(ResetRequest request) {
        try (var _ = MDC.putCloseable("guest", request.guest())) {
            LOG.info("reset asked for by {}{}", request.by(), request.dryRun() ? ", as a dry run" : "");
        }
    }

    private void requireAdmin(Request request) {
        if (!request.peer().admin()) {
            throw new Problem.ProblemException(Problem.of(
                    FORBIDDEN,
                    "admin-socket-only",
                    "Only on the admin socket",
                    "resets are not taken on TCP: run `reseal reset "
                            + request.path().get(2) + "` on this host, or send the request to the Unix socket "
                            + adminSocket));
        }
    }

    private static void requireJson(Request request) {
        var type = request.header("Content-Type")
                .map(HttpUtil::getMimeType)
                .map(text -> text.toString().toLowerCase(Locale.ROOT));
        if (!request.body().isEmpty() && !type.equals(Optional.of("application/json"))) {
            throw new Problem.ProblemException(Problem.of(
                    UNSUPPORTED_MEDIA_TYPE,
                    "not-json",
                    "The body must be JSON",
                    "Content-Type must be application/json, but is "
                            + type.map(text -> "`" + text + "`").orElse("missing")));
        }
    }

    private ResetRequest wanted(Request request, ResetBodyReader.Body body) {
        body.prove().filter(level -> !level.provable()).ifPresent(level -> {
            throw new Problem.ProblemException(notProvable(level));
        });
        return new ResetRequest(
                GuestReference.name(guests, request.path().get(2)),
                body.prove(),
                body.within(),
                body.reason(),
                body.force(),
                body.dryRun(),
                key(request.header("Idempotency-Key"), body.key()),
                request.peer().text());
    }

    private static Problem notProvable(Level level) {
        return Problem.badRequest(
                "level-not-provable",
                "This level cannot be proven",
                "this version can prove " + Level.HIGHEST_PROVABLE.text() + " at most, but " + level.text()
                        + " was wanted: ask for a lower level");
    }

    private static Optional<String> key(Optional<String> header, Optional<String> member) {
        if (header.isPresent() && member.isPresent() && !header.equals(member)) {
            throw new Problem.ProblemException(Problem.badRequest(
                    "two-keys",
                    "Two idempotency keys",
                    "the header Idempotency-Key and the member `key` differ: send one of them"));
        }
        return header.or(() -> member).filter(key -> !key.isBlank());
    }

    private Response answered(ResetResponse answer) {
        return switch (answer) {
            case ResetResponse.Started(var reset) -> started(reset);
            case ResetResponse.Refused(var reset) -> refused(reset).response();
            case ResetResponse.InFlight(var open) -> inFlight(open).response();
            case ResetResponse.Planned plan -> Response.json(Documents.plan(plan));
            case ResetResponse.NoSuchGuest(var guest) ->
                GuestReference.none(guests, guest).response();
            case ResetResponse.NotReachable(var guest, var why) ->
                Problem.of(
                                SERVICE_UNAVAILABLE,
                                "guest-not-reachable",
                                "The guest cannot be reached",
                                guest + ": " + why)
                        .response();
            case ResetResponse.TooMany(var limit) -> tooMany(limit).response().with("Retry-After", RETRY_SECONDS);
        };
    }

    private static Response started(Reset reset) {
        return Response.json(ACCEPTED, Documents.reset(reset)).with("Location", "/v1/resets/" + reset.id());
    }

    private static Problem refused(Reset reset) {
        var reasons = reset.stoppedBy().stream().map(ResetApi::reason).collect(Collectors.joining("; "));
        return about(reset, "refused", "Refused because of a hazard", reset.guest() + ": " + reasons);
    }

    private static String reason(Hazard hazard) {
        return hazard.id().text() + ": " + hazard.consequence() + " " + hazard.cure();
    }

    private static Problem inFlight(Reset open) {
        var origin = open.request().origin().text();
        return about(
                open,
                "reset-in-flight",
                "Another reset is open",
                open.guest() + ": reset " + open.id() + " (" + origin + ") is open: wait for its verdict at"
                        + " /v1/resets/" + open.id());
    }

    private static Problem about(Reset reset, String type, String title, String detail) {
        var document = ProblemDocument.of(type, title, CONFLICT.code(), detail);
        return new Problem(CONFLICT, document.about(Documents.reset(reset)));
    }

    private static Problem tooMany(int limit) {
        return Problem.of(
                TOO_MANY_REQUESTS,
                "too-many-resets",
                "Too many resets at a time",
                "limits.concurrent-resets of " + limit + " is reached: ask again when one of them is closed");
    }

    private static Response failed(Duration patience, Throwable failure) {
        if (failure instanceof TimeoutException) {
            return Problem.of(
                            GATEWAY_TIMEOUT,
                            "no-answer",
                            "No answer in time",
                            "the guest's supervisor did not answer within " + Durations.text(patience)
                                    + ", so whether a reset began is not known: look at /v1/resets, or ask again with"
                                    + " the same Idempotency-Key")
                    .response();
        }
        throw failure instanceof CompletionException wrapped ? wrapped : new CompletionException(failure);
    }
}
