package io.reseal.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.feed.FakeGuests;
import io.reseal.daemon.health.HttpIncident;
import io.reseal.daemon.http.admission.Admission.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients can take from each other, with as many real connections as it needs. */
class ClientBoundsTest {
    private static final String HEALTH = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String EVENTS = "GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String NOTHING = "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String OK = "{\"status\":\"ok\"}";

    @TempDir
    Path folder;

    private final List<Wire> wires = new ArrayList<>();

    @AfterEach
    void leave() throws IOException {
        for (var wire : wires) {
            wire.close();
        }
    }

    private Wire connect(SocketAddress address) throws IOException {
        var wire = Wire.to(address);
        wires.add(wire);
        return wire;
    }

    @Test
    void a_client_has_a_quarter_of_the_connections_and_everybody_gets_health_and_metrics() throws IOException {
        try (var served = ServedGuests.limited(folder.resolve("a.sock"), new Limits(400, 64, 128))) {
            for (int i = 0; i < 100; i++) {
                connect(served.tcp());
            }
            // connections are accepted in order: an answer on the last one shows that all of them are counted
            wires.getLast().send(HEALTH);
            wires.getLast().until(OK);

            assertThat(Wire.get(served.tcp(), "/v1/guests"))
                    .startsWith("HTTP/1.1 503")
                    .contains("urn:reseal:problem:too-many-connections", "which are 100");
            for (var path : List.of("/healthz", "/readyz", "/metrics")) {
                assertThat(Wire.get(served.tcp(), path))
                        .startsWith("HTTP/1.1 200")
                        .contains("connection: close");
            }
            assertThat(Wire.get(served.admin(), "/v1/guests")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void thousands_of_silent_connections_keep_no_question_for_health_out() throws IOException {
        try (var served = ServedGuests.limited(folder.resolve("a.sock"), new Limits(40, 64, 128))) {
            for (int i = 0; i < 3000; i++) {
                connect(served.tcp());
                if (i % 500 == 0) {
                    assertThat(Wire.get(served.tcp(), "/healthz")).contains(OK);
                }
            }

            assertThat(Wire.get(served.tcp(), "/metrics")).startsWith("HTTP/1.1 200");
            assertThat(wires.get(100).untilClosed())
                    .as("one whose place was given to another")
                    .startsWith("HTTP/1.1 503")
                    .contains("too-many-connections");
            assertThat(served.load.http().of(HttpIncident.DISPLACED)).isGreaterThan(2800);
        }
    }

    @Test
    void a_client_has_half_of_the_event_streams_and_is_refused_more_in_words() throws IOException {
        try (var served = ServedGuests.on(folder.resolve("a.sock"))) {
            for (int i = 0; i < 32; i++) {
                var wire = connect(served.tcp());
                wire.send(EVENTS);
                wire.until("retry: 1000\n");
            }

            try (var more = connect(served.tcp())) {
                more.send(EVENTS + HEALTH);
                assertThat(more.until("}"))
                        .startsWith("HTTP/1.1 429")
                        .contains("urn:reseal:problem:too-many-streams", "http.limits.streams");
                assertThat(more.until(OK)).contains("200 OK");
            }
            var admin = connect(served.admin());
            admin.send(EVENTS);
            admin.until("retry: 1000\n");

            wires.getFirst().close();
            var next = connect(served.tcp());
            while (!answer(next, EVENTS).contains("200 OK")) {
                next = connect(served.tcp());
            }
            assertThat(served.load.http().of(HttpIncident.NO_STREAM)).isPositive();
        }
    }

    private static String answer(Wire wire, String request) throws IOException {
        wire.send(request);
        return wire.until("\r\n\r\n");
    }

    @Test
    void a_client_has_a_quarter_of_the_requests_that_are_not_answered_yet() throws IOException {
        try (var served = ServedGuests.limited(folder.resolve("a.sock"), new Limits(400, 64, 20))) {
            served.fleet.open(FakeGuests.opened("r-1", "web-1"));
            for (int i = 0; i < 5; i++) {
                connect(served.tcp()).send("GET /v1/resets/r-1?wait=60s HTTP/1.1\r\nHost: localhost\r\n\r\n");
            }
            String refused;
            do {
                refused = Wire.get(served.tcp(), "/v1/resets");
            } while (refused.startsWith("HTTP/1.1 200"));

            assertThat(refused).startsWith("HTTP/1.1 429").contains("too-many-requests", "the 5 requests");
            assertThat(Wire.get(served.tcp(), "/healthz")).contains(OK);
            assertThat(Wire.get(served.tcp(), "/metrics")).startsWith("HTTP/1.1 200");
            assertThat(Wire.get(served.admin(), "/v1/resets")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void ten_thousand_pipelined_requests_are_all_answered_in_their_order() throws IOException {
        try (var served = ServedGuests.on(folder.resolve("a.sock"))) {
            for (var address : List.of(served.tcp(), served.admin())) {
                var wire = connect(address);
                Thread.ofVirtual().start(() -> send(wire, (HEALTH + NOTHING).repeat(5000)));

                for (int i = 0; i < 5000; i++) {
                    wire.until(OK);
                    assertThat(wire.until("}")).contains("404 Not Found").doesNotContain("200 OK");
                }
            }
        }
    }

    @Test
    void a_client_that_sends_no_more_gets_the_answers_to_what_it_sent() throws IOException {
        try (var served = ServedGuests.on(folder.resolve("a.sock"))) {
            var wire = connect(served.tcp());
            wire.send((HEALTH + NOTHING).repeat(100));
            wire.end();

            assertThat(wire.untilClosed().split("HTTP/1.1 ", -1)).hasSize(201);
        }
    }

    private static void send(Wire wire, String text) {
        try {
            wire.send(text);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
