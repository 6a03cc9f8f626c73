package io.reseal.daemon.http.message;

import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.concurrent.EventExecutor;
import io.reseal.config.Suggestion;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One request, read to its end.
 *
 * @param path decoded segments of the path
 * @param query decoded parameters
 * @param loop event loop of its connection
 */
public record Request(
        String method,
        List<String> path,
        Map<String, List<String>> query,
        HttpHeaders headers,
        String body,
        Caller peer,
        EventExecutor loop) {
    private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://[^/?#]*");

    public static Request of(FullHttpRequest request, Caller peer, EventExecutor loop) {
        try {
            var uri = new QueryStringDecoder(origin(request.uri()));
            var path = Arrays.stream(uri.rawPath().split("/", -1))
                    .skip(1)
                    .map(QueryStringDecoder::decodeComponent)
                    .toList();
            var body = request.content().toString(StandardCharsets.UTF_8);
            return new Request(request.method().name(), path, uri.parameters(), request.headers(), body, peer, loop);
        } catch (IllegalArgumentException notEncoded) {
            throw new Problem.ProblemException(
                    Problem.badRequest(
                            "malformed-uri",
                            "The address is malformed",
                            "the request's address has an escape that is not % and two hexadecimal digits: encode it as UTF-8"));
        }
    }

    /** Of the target of a request, not decoded. */
    public static String path(String target) {
        return new QueryStringDecoder(origin(target)).rawPath();
    }

    /** A target may name the host, too (RFC 9112, 3.2.2). */
    private static String origin(String target) {
        var absolute = ABSOLUTE.matcher(target);
        return absolute.lookingAt() ? target.substring(absolute.end()) : target;
    }

    /** Complains of parameters that mean nothing here. */
    public void allowParameters(List<String> known) {
        for (var name : query.keySet()) {
            if (!known.contains(name)) {
                var expected = known.isEmpty() ? "none is known here" : "known are " + String.join(", ", known);
                throw new Problem.ProblemException(Problem.badRequest(
                        "unknown-parameter",
                        "Unknown query parameter",
                        "unknown query parameter `" + name + "`, " + expected + Suggestion.hint(name, known)));
            }
        }
    }

    /** The last value of a parameter. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name)).map(List::getLast);
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }
}
