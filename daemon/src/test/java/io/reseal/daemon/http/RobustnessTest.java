package io.reseal.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.feed.FakeGuests;
import io.reseal.daemon.health.HttpIncident;
import io.reseal.policy.GuestKind;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RobustnessTest {
    private static final String HEALTH = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String OK = "{\"status\":\"ok\"}";

    @TempDir
    Path folder;

    private ServedGuests served;

    @BeforeEach
    void serve() {
        served = ServedGuests.impatient(folder.resolve("admin.sock"));
    }

    @AfterEach
    void close() {
        served.close();
    }

    @Test
    void the_HTTP_server_gives_up_on_a_request_that_comes_too_slowly() throws IOException {
        try (var wire = Wire.to(served.tcp())) {
            wire.send("GET /healthz HT");

            assertThat(wire.untilClosed()).startsWith("HTTP/1.1 408").contains("urn:reseal:problem:request-timeout");
        }
        try (var wire = Wire.to(served.admin())) {
            wire.send("POST /v1/guests/x/resets HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{");

            assertThat(wire.untilClosed()).startsWith("HTTP/1.1 408");
        }
    }

    @Test
    void the_HTTP_server_closes_connections_that_say_nothing() throws IOException {
        try (var silent = Wire.to(served.tcp());
                var done = Wire.to(served.tcp())) {
            done.send(HEALTH);

            assertThat(done.untilClosed()).endsWith(OK);
            assertThat(silent.untilClosed()).isEmpty();
        }
    }

    @Test
    void the_HTTP_server_answers_pipelined_requests_in_their_order() throws IOException {
        served.fleet.open(FakeGuests.opened("r-1", "web-1"));
        try (var wire = Wire.to(served.tcp())) {
            wire.send("GET /v1/resets/r-1?wait=100ms HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    + "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(40) + HEALTH);

            assertThat(wire.until("\"closedAt\":null}")).contains("r-1").doesNotContain("reseal_guests");
            for (int i = 0; i < 40; i++) {
                assertThat(wire.until("reseal_guests 0\n")).doesNotContain("status");
            }
            assertThat(wire.until(OK)).doesNotContain("reseal_guests");
        }
    }

    @Test
    void the_HTTP_server_keeps_a_connection_for_more_requests_unless_told_otherwise() throws IOException {
        try (var wire = Wire.to(served.tcp())) {
            wire.send(HEALTH);
            wire.until(OK);
            wire.send(HEALTH);
            wire.until(OK);
            wire.send("GET /healthz HTTP/1.0\r\n\r\n");
            assertThat(wire.untilClosed()).contains(OK);
        }
    }

    @Test
    void the_HTTP_server_refuses_what_is_not_HTTP_or_is_too_large() throws IOException {
        assertThat(exchange("garbage\r\n\r\n")).startsWith("HTTP/1.1 400").contains("not-http");
        assertThat(exchange("GET /" + "x".repeat(9000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 414");
        assertThat(exchange("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(20_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431");
    }

    @Test
    void the_HTTP_server_goes_on_when_clients_vanish_in_the_middle() throws IOException {
        for (var part : new String[] {
            "",
            "GET",
            "GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
        }) {
            try (var wire = Wire.to(served.tcp())) {
                wire.send(part);
            }
        }

        assertThat(exchange(HEALTH)).contains(OK);
    }

    @Test
    void the_HTTP_server_streams_events_and_resumes_after_the_last_that_was_seen() throws IOException {
        served.feed.eventSeen("web-1", "POWERDOWN", "");
        long first = served.feed.newest();
        served.feed.eventSeen("web-1", "RESET", "");
        try (var wire = Wire.to(served.tcp())) {
            wire.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: " + first + "\r\n\r\n");

            assertThat(wire.until("retry: 1000\nid: " + first + "\n\n"))
                    .contains("200 OK", "content-type: text/event-stream\r\n");
            assertThat(wire.until("}}\n\n"))
                    .contains("id: " + (first + 1) + "\nevent: qmp-event\ndata: {\"id\":" + (first + 1) + ",")
                    .doesNotContain("POWERDOWN");
            served.fleet.add(FakeGuests.guest("web-1", GuestKind.TDX));
            assertThat(wire.until("}}\n\n")).contains("event: guest-changed");
            wire.until(": \n\n");
        }
    }

    @Test
    void the_HTTP_server_tells_of_lost_events_rather_than_keeping_silent() throws IOException {
        served.feed.eventSeen("web-1", "RESET", "");
        long first = served.feed.newest();
        try (var wire = Wire.to(served.tcp())) {
            wire.send("GET /v1/events?after=5 HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertThat(wire.until("}}\n\n"))
                    .contains(
                            "id: " + (first - 1) + "\nevent: gap\ndata: {\"type\":\"gap\",\"first\":" + first + "}\n\n")
                    .contains("id: " + first + "\nevent: qmp-event");
        }
        assertThat(Wire.get(served.tcp(), "/v1/events?after=x")).startsWith("HTTP/1.1 400");
    }

    @Test
    void the_HTTP_server_drops_a_stream_whose_client_does_not_read() throws IOException {
        var name = "g".repeat(5000);
        try (var wire = Wire.to(served.admin())) {
            wire.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
            wire.until("retry: 1000\n");
            for (int i = 0; i < 2000; i++) {
                served.feed.eventSeen(name, "RESET", "");
            }
            try (var other = Wire.to(served.tcp())) {
                // heartbeats of one who reads tell the time; no clock is needed
                other.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
                for (int beats = 0; beats < 4; beats++) {
                    other.until(": \n\n");
                }
            }

            assertThat(wire.untilClosed().length()).isLessThan(2000 * 5000);
            assertThat(served.load.http().of(HttpIncident.UNREAD_STREAM)).isEqualTo(1);
        }
    }

    private String exchange(String request) throws IOException {
        return Wire.exchange(served.tcp(), request.replace("HTTP/1.1\r\n", "HTTP/1.1\r\nConnection: close\r\n"));
    }
}
