package io.reseal.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.health.HttpIncident;
import io.reseal.daemon.http.Crowd.Client;
import io.reseal.daemon.http.admission.Admission.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A flood of connections from many addresses, and the questions of others. */
class CrowdTest {
    private static final int PLACES = 48;
    private static final int HELD = 400;
    /** More than there are reserved places. */
    private static final int WHILE_ONE_ASKS = 200;

    private static final int QUESTIONS = 12;

    @TempDir
    Path folder;

    private ServedGuests served;

    @BeforeEach
    void serve() {
        served = ServedGuests.limited(folder.resolve("a.sock"), new Limits(PLACES, 64, 128));
        served.metrics = "reseal_guests 0\n".repeat(50_000);
    }

    @AfterEach
    void close() {
        served.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET /metrics", "GET /healthz", "GET /v1/guests", "GET /nothing"})
    void a_flood_from_24_addresses_keeps_no_question_for_health_and_metrics_out_however_late_it_is_asked(String said)
            throws IOException {
        try (var crowd =
                new Crowd(served.tcp(), said.isEmpty() ? "" : request(said).repeat(20)).open(HELD)) {
            for (int i = 0; i < QUESTIONS; i++) {
                try (var asking = Client.to(served.tcp())) {
                    crowd.renew(WHILE_ONE_ASKS);
                    assertThat(asking.ask(request("GET /healthz")))
                            .as("question %s", i)
                            .startsWith("HTTP/1.1 200");
                }
                try (var asking = Client.to(served.tcp())) {
                    assertThat(asking.ask(request("GET /metrics")))
                            .startsWith("HTTP/1.1 200")
                            .endsWith("reseal_guests 0\n");
                }
            }
        }
    }

    @Test
    void who_is_refused_or_loses_its_place_is_told_so_and_not_reset_however_late_it_asks() throws IOException {
        try (var _ = new Crowd(served.tcp(), "").open(PLACES)) {
            var silent = new ArrayList<Client>();
            while (served.load.http().of(HttpIncident.DISPLACED) == 0) {
                silent.add(Client.to(served.tcp()));
            }
            for (var client : silent) {
                try (client) {
                    assertThat(client.ask(request("GET /v1/guests")))
                            .startsWith("HTTP/1.1 503")
                            .contains("urn:reseal:problem:too-many-connections", "which are ")
                            .endsWith("}");
                }
            }
        }
    }

    @Test
    void requests_after_the_one_that_is_answered_on_a_reserved_place_do_not_reset_its_answer() throws IOException {
        try (var _ = new Crowd(served.tcp(), "").open(PLACES);
                var asking = Client.to(served.tcp())) {
            assertThat(asking.ask("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(50)))
                    .startsWith("HTTP/1.1 200")
                    .contains("connection: close")
                    .endsWith("{\"status\":\"ok\"}");
        }
    }

    private static String request(String line) {
        return line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    }
}
