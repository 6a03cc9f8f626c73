package io.reseal.daemon.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseal.daemon.api.Json.UnreadableException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
    private static final String HAZARD = "{\"id\":\"paused-sev\",\"affected\":\"all\",\"consequence\":\"It ends.\","
            + "\"cure\":\"Wait.\",\"stops\":true,\"forceable\":false}";

    @Test
    void members_of_a_newer_daemon_are_passed_over() {
        var newer = HAZARD.replace("{\"id\"", "{\"severity\":{\"of\":[1]},\"id\"");

        assertThat(Json.read(newer, HazardDocument.class)).isEqualTo(Json.read(HAZARD, HazardDocument.class));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "{\"guests\":[{\"name\":\"web-1\"}]}~member `guests[0].uuid` is missing or is something else",
                "{}~member `guests` is missing or is something else",
                "{\"guests\":null}~member `guests` is missing or is something else",
                "{\"guests\":7}~member `guests` is missing or is something else",
                "[]~it is not an object",
                "7~it is not an object",
                "{\"guests\":~it is not JSON",
                "<html>~it is not JSON",
            })
    void what_is_no_such_document_is_told_with_the_member_that_is_wrong(String text, String complaint) {
        assertThatThrownBy(() -> Json.read(text, GuestDocument.Listing.class))
                .isInstanceOf(UnreadableException.class)
                .hasMessage(complaint);
    }

    @Test
    void a_member_that_is_left_out_where_it_may_be_is_not_missing() {
        var problem = Json.read(
                "{\"type\":\"urn:reseal:problem:not-found\",\"title\":\"Not found\",\"status\":404,\"detail\":\"none\"}",
                ProblemDocument.class);

        assertThat(problem.is("not-found")).isTrue();
        assertThat(problem.didYouMean()).isEmpty();
        assertThat(problem.reset()).isEmpty();
    }

    @Test
    void an_event_of_a_newer_daemon_keeps_its_payload_as_it_is() {
        var text = "{\"id\":1,\"at\":\"2026-11-22T12:00:00.000250Z\",\"type\":\"guest-cloned\",\"guest\":\"web-1\","
                + "\"payload\":{\"seconds\":1.500000,\"to\":[\"web-2\",null]}}";

        var event = Json.read(text, EventDocument.class);

        assertThat(event.knownType()).isEmpty();
        assertThat(event.payload()).isEqualTo("{\"seconds\":1.500000,\"to\":[\"web-2\",null]}");
        assertThat(Json.text(event)).isEqualTo(text);
    }

    @Test
    void a_duration_never_has_an_exponent() {
        assertThat(Json.text(new GuestDocument.Blind(1, Json.seconds(Duration.ofNanos(1500)))))
                .isEqualTo("{\"intervals\":1,\"seconds\":0.000001}");
        assertThat(Json.text(new GuestDocument.Blind(1, Json.seconds(Duration.ofDays(365)))))
                .isEqualTo("{\"intervals\":1,\"seconds\":31536000.000000}");
    }
}
