package io.reseal.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.feed.FakeGuests;
import io.reseal.daemon.request.ResetResponse;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.reset.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestsTest {
    private static final String RESETS = "/v1/guests/web-1/resets";

    @TempDir
    Path folder;

    private ServedGuests served;

    @BeforeEach
    void serve() {
        served = ServedGuests.on(folder.resolve("admin.sock"));
        served.fleet.add(FakeGuests.guest("web-1", GuestKind.SEV_SNP));
        served.fleet.answers(request -> new ResetResponse.Started(FakeGuests.opened("r-1", request.guest())));
    }

    @AfterEach
    void close() {
        served.close();
    }

    @Test
    void a_request_over_HTTP_is_accepted_with_the_place_where_to_follow_its_reset() throws IOException {
        assertThat(post("{}"))
                .startsWith("HTTP/1.1 202 Accepted\r\n")
                .contains("Location: /v1/resets/r-1\r\n", "\r\n\r\n{\"id\":\"r-1\",");
    }

    @Test
    void a_request_over_HTTP_is_passed_on_with_all_that_was_said_and_who_said_it() throws IOException {
        post("{\"prove\": \"running\", \"within\": \"5m\", \"reason\": \"drill\", \"force\": [\"paused-sev\"],"
                + " \"dryRun\": true, \"key\": \"k1\"}");

        var request = served.fleet.asked.remove();
        assertThat(request.guest()).isEqualTo("web-1");
        assertThat(request.prove()).contains(Level.RUNNING);
        assertThat(request.within()).contains(Duration.ofMinutes(5));
        assertThat(request.reason()).isEqualTo("drill");
        assertThat(request.force()).containsExactly(HazardId.PAUSED_SEV);
        assertThat(request.dryRun()).isTrue();
        assertThat(request.key()).contains("k1");
        assertThat(request.by())
                .matches("uid \\d+ gid \\d+ pid " + ProcessHandle.current().pid());
    }

    @Test
    void a_request_over_HTTP_needs_nothing_but_the_guest() throws IOException {
        assertThat(Wire.exchange(
                        served.admin(),
                        "POST " + RESETS
                                + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"))
                .startsWith("HTTP/1.1 202");
        assertThat(served.fleet.asked.remove().prove()).isEmpty();
    }

    @Test
    void a_request_over_HTTP_may_have_its_idempotency_key_in_the_header_too() throws IOException {
        assertThat(Wire.post(served.admin(), RESETS, "{\"key\":\"b\"}", "Idempotency-Key: a"))
                .startsWith("HTTP/1.1 400");
        Wire.post(served.admin(), RESETS, "{}", "Idempotency-Key: a");

        assertThat(served.fleet.asked)
                .singleElement()
                .satisfies(request -> assertThat(request.key()).isEqualTo(Optional.of("a")));
    }

    @Test
    void a_request_over_TCP_is_turned_down_and_told_where_to_ask() throws IOException {
        assertThat(Wire.post(served.tcp(), RESETS, "{}"))
                .startsWith("HTTP/1.1 403 Forbidden\r\n")
                .contains("`reseal reset web-1`", folder.resolve("admin.sock").toString());
        assertThat(served.fleet.asked).isEmpty();
    }

    @Test
    void a_request_over_HTTP_is_told_which_hazard_stopped_it() throws IOException {
        var refused = FakeGuests.closed(FakeGuests.opened("r-1", "web-1"), Verdict.REFUSED);
        served.fleet.answers(_ -> new ResetResponse.Refused(refused));

        assertThat(post("{}"))
                .startsWith("HTTP/1.1 409 Conflict\r\n")
                .contains(
                        "urn:reseal:problem:refused",
                        "paused-sev: The next cont aborts QEMU. Let the guest run first.",
                        "\"reset\":{\"id\":\"r-1\"");
    }

    @Test
    void a_request_over_HTTP_is_told_which_reset_is_in_the_way() throws IOException {
        served.fleet.answers(_ -> new ResetResponse.InFlight(FakeGuests.opened("r-0", "web-1")));

        assertThat(post("{}"))
                .startsWith("HTTP/1.1 409")
                .contains("urn:reseal:problem:reset-in-flight", "/v1/resets/r-0", "\"reset\":{\"id\":\"r-0\"");
    }

    @Test
    void a_request_over_HTTP_is_told_when_to_come_back_if_there_are_too_many() throws IOException {
        served.fleet.answers(_ -> new ResetResponse.TooMany(2));

        assertThat(post("{}")).startsWith("HTTP/1.1 429").contains("Retry-After: 10\r\n", "concurrent-resets of 2");
    }

    @Test
    void a_request_over_HTTP_is_told_why_a_guest_cannot_be_reached() throws IOException {
        served.fleet.answers(_ -> new ResetResponse.NotReachable("web-1", "libvirtd holds the monitor"));

        assertThat(post("{}")).startsWith("HTTP/1.1 503").contains("web-1: libvirtd holds the monitor");
    }

    @Test
    void a_request_over_HTTP_for_an_unknown_guest_is_told_the_one_probably_meant() throws IOException {
        served.fleet.answers(request -> new ResetResponse.NoSuchGuest(request.guest()));

        assertThat(Wire.post(served.admin(), "/v1/guests/wbe-1/resets", "{}"))
                .startsWith("HTTP/1.1 404")
                .contains("did you mean `web-1`?");
    }

    @Test
    void a_request_over_HTTP_for_a_dry_run_is_answered_with_the_plan() throws IOException {
        served.fleet.answers(request -> new ResetResponse.Planned(
                request.guest(), true, List.of(), List.of("system_reset"), List.of(Level.OBSERVED)));

        assertThat(post("{\"dryRun\":true}"))
                .startsWith("HTTP/1.1 200")
                .contains("{\"guest\":\"web-1\",\"dryRun\":true,\"resettable\":true,\"hazards\":[],"
                        + "\"sends\":[\"system_reset\"],\"shows\":[\"observed\"]}");
    }

    @Test
    void a_request_over_HTTP_for_a_level_that_cannot_be_proven_is_refused_before_anything_is_sent() throws IOException {
        assertThat(post("{\"prove\":\"attested\"}"))
                .startsWith("HTTP/1.1 400")
                .contains("can prove same-launch at most, but attested was wanted");
        assertThat(served.fleet.asked).isEmpty();
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '~',
            value = {
                "{\"prove\": }~body 1:",
                "{\"prove\":\"rebuilt\"} {}~body 1:21: expected the end of the body",
                "[]~body 1:1: `the body` must be an object",
                "{\"prove\": \"rebuild\"}~did you mean `rebuilt`?",
                "{\"forse\": []}~body 1:2: unknown member `forse`",
                "{\"force\": [\"paused\"]}~`force` must be one of",
                "{\"force\": \"paused-sev\"}~`force` must be an array of hazard ids, but is a string",
                "{\"within\": \"0s\"}~longer than zero",
                "{\"within\": 30}~`within` must be a string, but is a number",
                "{\"dryRun\": \"yes\"}~`dryRun` must be true or false, but is a string",
                "{\"key\":\"a\",\"key\":\"b\"}~body 1:",
                "{\"reason\":\"a~body 1:",
            })
    void a_request_over_HTTP_is_told_where_its_body_is_wrong(String body, String complaint) throws IOException {
        assertThat(post(body)).startsWith("HTTP/1.1 400").contains("bad-body").contains(complaint);
        assertThat(served.fleet.asked).isEmpty();
    }

    @Test
    void a_request_over_HTTP_must_be_JSON() throws IOException {
        assertThat(Wire.exchange(
                        served.admin(),
                        "POST " + RESETS
                                + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/plain\r\n"
                                + "Content-Length: 2\r\n\r\n{}"))
                .startsWith("HTTP/1.1 415")
                .contains("but is `text/plain`");
        assertThat(Wire.post(served.admin(), RESETS, "{}", "Content-Type: application/json; charset=utf-8"))
                .startsWith("HTTP/1.1 202");
    }

    @Test
    void a_request_over_HTTP_must_not_be_larger_than_any_route_needs() throws IOException {
        try (var wire = Wire.to(served.admin())) {
            wire.send(
                    "POST " + RESETS
                            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 65537\r\n\r\n{");

            assertThat(wire.until("body-too-large")).startsWith("HTTP/1.1 413");
        }
        try (var wire = Wire.to(served.admin())) {
            wire.send("POST " + RESETS
                    + " HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 65537\r\n\r\n");

            assertThat(wire.until("more bytes than any route needs")).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void a_request_over_HTTP_that_fails_inside_is_answered_with_an_id_and_no_stack_trace() throws IOException {
        served.fleet.answersLater(CompletableFuture.failedFuture(new IllegalStateException("secret")));
        assertThat(post("{}"))
                .startsWith("HTTP/1.1 500")
                .contains("look for error ")
                .doesNotContain("secret", "at io.");

        served.fleet.answers(_ -> {
            throw new IllegalStateException("secret");
        });
        assertThat(post("{}")).startsWith("HTTP/1.1 500").doesNotContain("secret");
    }

    private String post(String body) throws IOException {
        return Wire.post(served.admin(), RESETS, body);
    }
}
