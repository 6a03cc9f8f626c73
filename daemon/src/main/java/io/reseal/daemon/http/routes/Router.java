package io.reseal.daemon.http.routes;

import static io.netty.handler.codec.http.HttpResponseStatus.METHOD_NOT_ALLOWED;
import static io.netty.handler.codec.http.HttpResponseStatus.NOT_FOUND;

import io.reseal.daemon.http.message.Problem;
import io.reseal.daemon.http.message.Request;
import io.reseal.daemon.http.message.Response;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Which method and path is answered by what. Safe for any thread. */
public final class Router {
    private static final String ANY = "*";
    private static final List<String> READS = List.of("GET", "HEAD");

    /** Handlers run on the event loop and must not block. */
    private record Route(
            List<String> path, List<String> methods, Function<Request, CompletableFuture<Response>> answer) {
        boolean matches(List<String> asked) {
            return path.size() == asked.size()
                    && Stream.iterate(0, i -> i < path.size(), i -> i + 1)
                            .allMatch(
                                    i -> path.get(i).equals(ANY) || path.get(i).equals(asked.get(i)));
        }
    }

    /**
     * Where resets are taken.
     *
     * @param trouble why nobody can connect there now
     */
    public record Admin(Path socket, Supplier<CompletableFuture<Optional<String>>> trouble) {}

    private final List<Route> routes;
    private final Executor workers;

    /**
     * All routes.
     *
     * @param workers for what may take long
     */
    public Router(ApiServices services, Admin admin, Executor workers) {
        var reads = new ReadApi(services, admin.trouble());
        var resets = new ResetApi(services.guests(), admin.socket());
        var metrics = new SharedRendering(workers, reads::metrics);
        var page = new StatusPage(services);
        this.workers = workers;
        this.routes = List.of(
                new Route(segments("/metrics"), READS, _ -> metrics.next()),
                small("/healthz", reads::healthz),
                new Route(segments("/readyz"), READS, reads::readyz),
                large("/v1/guests", reads::guests),
                small("/v1/guests/*", reads::guest),
                large("/v1/resets", reads::resets),
                new Route(segments("/v1/resets/*"), READS, reads::reset),
                small("/v1/events", reads::events),
                new Route(segments("/v1/guests/*/resets"), List.of("POST"), resets::request),
                large("/", page::show));
    }

    /** The answer; fails with the problem that is to be told. */
    public CompletableFuture<Response> answer(Request request) {
        var found =
                routes.stream().filter(route -> route.matches(request.path())).findFirst();
        if (found.isEmpty()) {
            return CompletableFuture.completedFuture(notFound().response());
        }
        if (!found.get().methods().contains(request.method())) {
            return CompletableFuture.completedFuture(
                    notAllowed(request, found.get().methods()));
        }
        return found.get().answer().apply(request);
    }

    private Route small(String path, Function<Request, Response> answer) {
        return new Route(segments(path), READS, request -> CompletableFuture.completedFuture(answer.apply(request)));
    }

    /** Its size and so its time grow with the number of guests: not on the event loop. */
    private Route large(String path, Function<Request, Response> answer) {
        return new Route(
                segments(path), READS, request -> CompletableFuture.supplyAsync(() -> answer.apply(request), workers));
    }

    private static List<String> segments(String path) {
        return List.of(path.substring(1).split("/", -1));
    }

    private static Problem notFound() {
        return Problem.of(
                NOT_FOUND,
                "not-found",
                "Not found",
                "nothing is at this address: there are /metrics, /healthz, /readyz, /v1/guests, /v1/resets and /v1/events");
    }

    private static Response notAllowed(Request request, List<String> methods) {
        var allowed = String.join(", ", methods);
        return Problem.of(
                        METHOD_NOT_ALLOWED,
                        "method-not-allowed",
                        "Method not allowed",
                        "this address takes " + allowed + ", but not " + request.method())
                .response()
                .with("Allow", allowed);
    }
}
