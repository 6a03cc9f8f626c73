package io.reseal.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.feed.FakeGuests;
import io.reseal.daemon.health.Turns;
import io.reseal.policy.GuestKind;
import io.reseal.policy.reset.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadsTest {
    @TempDir
    Path folder;

    private ServedGuests served;

    @BeforeEach
    void serve() {
        served = ServedGuests.on(folder.resolve("admin.sock"));
        served.fleet.add(FakeGuests.guest("web-1", GuestKind.SEV_SNP));
        served.fleet.open(FakeGuests.opened("r-1", "web-1"));
        served.fleet.open(FakeGuests.opened("r-2", "db 1"));
    }

    @AfterEach
    void close() {
        served.close();
    }

    @Test
    void reading_over_HTTP_lists_guests_and_resets_on_both_sockets() throws IOException {
        for (var address : List.of(served.tcp(), served.admin())) {
            assertThat(Wire.get(address, "/v1/guests"))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("content-type: application/json\r\n")
                    .contains("\r\n\r\n{\"guests\":[{\"name\":\"web-1\",");
            assertThat(Wire.get(address, "/v1/resets"))
                    .containsSubsequence("{\"resets\":[{\"id\":\"r-2\"", "{\"id\":\"r-1\"");
        }
    }

    @Test
    void health_over_HTTP_fails_and_names_what_has_not_gone_on_for_its_limit() throws IOException {
        var waiting = new ConcurrentLinkedQueue<Runnable>();
        served.load.heartbeats().executor("monitor event loop", waiting::add, Duration.ofSeconds(1));
        assertThat(get("/healthz")).startsWith("HTTP/1.1 200");

        // the first turn gives it a task, after the second it has waited for one
        Turns.pass(served.load.heartbeats(), 2);
        assertThat(get("/healthz"))
                .startsWith("HTTP/1.1 503")
                .contains("urn:reseal:problem:stuck", "monitor event loop has not gone on for 1 s");

        waiting.forEach(Runnable::run);
        assertThat(get("/healthz")).startsWith("HTTP/1.1 200");
    }

    @Test
    void reading_over_HTTP_gives_one_guest_and_one_reset() throws IOException {
        assertThat(get("/v1/guests/web-1")).contains("\r\n\r\n{\"name\":\"web-1\",");
        assertThat(get("/v1/resets/r-1")).contains("\r\n\r\n{\"id\":\"r-1\",");
    }

    @Test
    void reading_over_HTTP_filters_resets_by_guest_and_number() throws IOException {
        assertThat(get("/v1/resets?guest=db%201")).contains("r-2").doesNotContain("r-1");
        assertThat(get("/v1/resets?limit=1")).contains("r-2").doesNotContain("r-1");
        assertThat(get("/v1/resets?limit=0")).contains("400 Bad Request", "`limit` must be a whole number");
        assertThat(get("/v1/resets?gest=x")).contains("400 Bad Request", "did you mean `guest`?");
    }

    @Test
    void reading_over_HTTP_names_the_guest_that_was_probably_meant() throws IOException {
        assertThat(get("/v1/guests/web-2"))
                .startsWith("HTTP/1.1 404 Not Found\r\n")
                .contains("content-type: application/problem+json\r\n")
                .contains("\"type\":\"urn:reseal:problem:no-such-guest\",\"title\":\"No such guest\",\"status\":404,"
                        + "\"detail\":\"no guest `web-2` is known; did you mean `web-1`?\",\"didYouMean\":\"web-1\"}");
    }

    @Test
    void reading_over_HTTP_gives_the_metrics_as_Prometheus_wants_them() throws IOException {
        assertThat(get("/metrics?whatever=1"))
                .contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n", "\r\n\r\nreseal_guests 0\n");
    }

    @Test
    void reading_over_HTTP_tells_whether_the_daemon_is_alive_and_whether_it_is_ready() throws IOException {
        assertThat(get("/healthz")).startsWith("HTTP/1.1 200").endsWith("{\"status\":\"ok\"}");
        assertThat(get("/readyz")).startsWith("HTTP/1.1 200").endsWith("{\"status\":\"ready\"}");

        served.notReady.set(Optional.of("still looking for guests"));

        assertThat(get("/readyz")).startsWith("HTTP/1.1 503").contains("still looking for guests");
    }

    @Test
    void reading_over_HTTP_answers_HEAD_as_GET_without_the_body() throws IOException {
        var head =
                Wire.exchange(served.tcp(), "HEAD /v1/guests HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        var body = Wire.body(get("/v1/guests"));

        assertThat(head).contains("content-length: " + body.length()).endsWith("\r\n\r\n");
    }

    @Test
    void reading_over_HTTP_refuses_other_methods_and_names_those_allowed() throws IOException {
        assertThat(Wire.exchange(
                        served.tcp(), "DELETE /v1/guests HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405")
                .contains("Allow: GET, HEAD\r\n");
        assertThat(get("/v1/guests/web-1/resets")).startsWith("HTTP/1.1 405").contains("Allow: POST\r\n");
    }

    @Test
    void reading_over_HTTP_does_not_find_what_is_not_there() throws IOException {
        assertThat(get("/v2/guests")).startsWith("HTTP/1.1 404").contains("urn:reseal:problem:not-found");
        assertThat(get("/v1/resets/r-9")).startsWith("HTTP/1.1 404").contains("no reset `r-9`");
        assertThat(get("/v1/guests/%zz")).startsWith("HTTP/1.1 400").contains("malformed-uri");
    }

    @Test
    void reading_over_HTTP_waits_for_the_verdict_of_a_reset() throws Exception {
        try (var wire = Wire.to(served.tcp())) {
            wire.send(
                    "GET /v1/resets/r-1?wait=60s HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
            // the answer to another request shows that the loop is free meanwhile
            assertThat(get("/healthz")).startsWith("HTTP/1.1 200");
            served.fleet.replace(FakeGuests.closed(FakeGuests.opened("r-2", "db 1"), Verdict.DIED));
            served.fleet.replace(FakeGuests.closed(FakeGuests.opened("r-1", "web-1"), Verdict.PROVEN));

            assertThat(wire.until("closedAt")).contains("\"id\":\"r-1\"", "\"verdict\":\"proven\"");
            assertThat(wire.until("{\"status\":\"ok\"}")).contains("200 OK");
        }
    }

    @Test
    void reading_over_HTTP_gives_the_verdict_to_those_who_wait_before_it_closes() throws IOException {
        try (var waiting = Wire.to(served.tcp());
                var idle = Wire.to(served.tcp());
                var follows = Wire.to(served.tcp())) {
            waiting.send("GET /v1/resets/r-1?wait=60s HTTP/1.1\r\nHost: localhost\r\n\r\n");
            follows.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
            follows.until("retry: 1000");
            get("/healthz");
            served.fleet.replace(FakeGuests.closed(FakeGuests.opened("r-1", "web-1"), Verdict.UNPROVEN));
            served.close();

            assertThat(waiting.untilClosed())
                    .contains("\"verdict\":\"unproven\"")
                    .endsWith("}");
            assertThat(follows.untilClosed()).contains("event: reset-closed");
            assertThat(idle.untilClosed()).isEmpty();
        }
    }

    @Test
    void reading_over_HTTP_waits_no_longer_than_it_was_told_or_than_needed() throws IOException {
        assertThat(get("/v1/resets/r-1?wait=20ms")).contains("\"state\":\"open\"");
        assertThat(get("/v1/resets/r-1?wait=61s")).startsWith("HTTP/1.1 400").contains("at most 60s");
        served.fleet.replace(FakeGuests.closed(FakeGuests.opened("r-1", "web-1"), Verdict.FAILED));
        assertThat(get("/v1/resets/r-1?wait=60s")).contains("\"state\":\"closed\"");
        assertThat(get("/v1/resets/r-9?wait=60s")).startsWith("HTTP/1.1 404");
    }

    @Test
    void reading_over_HTTP_works_without_native_code() throws IOException {
        try (var plain = ServedGuests.withoutNativeCode(folder.resolve("nio.sock"))) {
            assertThat(Wire.get(plain.tcp(), "/v1/guests")).contains("{\"guests\":[]}");
            assertThat(Wire.post(plain.admin(), "/v1/guests/web-1/resets", "{}"))
                    .startsWith("HTTP/1.1 404");
            assertThat(plain.fleet.asked)
                    .singleElement()
                    .satisfies(request ->
                            assertThat(request.by()).startsWith("user " + System.getProperty("user.name") + " group "));
        }
    }

    private String get(String path) throws IOException {
        return Wire.get(served.tcp(), path);
    }
}
