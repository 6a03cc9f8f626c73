package io.reseal.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.reseal.daemon.feed.EventFeed;
import io.reseal.daemon.feed.FakeGuests;
import io.reseal.daemon.health.Load;
import io.reseal.daemon.http.message.Caller;
import io.reseal.daemon.http.message.Response;
import io.reseal.daemon.http.routes.ApiServices;
import io.reseal.daemon.http.routes.Router;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RequestDispatcherTest {
    @Test
    void an_answer_to_someone_whom_the_admin_socket_does_not_admit_says_only_that() {
        var feed = new EventFeed(Clock.systemUTC());
        var fleet = new FakeGuests(feed);
        var routes = new ApiServices(fleet, feed, () -> "", Optional::empty, List::of, Load.unlimited());
        var router = new Router(
                routes,
                new Router.Admin(Path.of("/x"), () -> CompletableFuture.completedFuture(Optional.empty())),
                Runnable::run);
        var answers = new RequestDispatcher(router, feed, Timeouts.DEFAULT);
        var stranger = new Caller(true, "uid 1000", "uid 1000", Optional.of("uid 1000 may not use /x"));
        var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/v1/guests/web-1/resets");

        var answer =
                answers.to(request, stranger, ImmediateEventExecutor.INSTANCE).join();

        assertThat(answer).isInstanceOfSatisfying(Response.Document.class, document -> {
            assertThat(document.status().code()).isEqualTo(403);
            assertThat(document.body()).contains("uid 1000 may not use /x");
        });
        assertThat(fleet.asked).isEmpty();
    }
}
