package io.reseal.daemon.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.request.ResetResponse;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.reset.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void the_JSON_of_a_guest_has_every_member() {
        assertThat(Json.text(Json.guest(FakeGuests.guest("web-1", GuestKind.SEV_SNP))))
                .isEqualTo(
                        "{\"name\":\"web-1\",\"uuid\":\"6b1f7bd4-0000-4000-8000-000000000001\",\"pid\":4711,\"processSeen\":true,"
                                + "\"kind\":\"sev-snp\",\"state\":\"watching\",\"stateDetail\":null,\"runState\":\"running\","
                                + "\"qemu\":\"11.1.3\",\"socket\":\"/run/qemu/web-1.qmp\",\"incarnation\":2,"
                                + "\"incarnationSince\":\"2026-11-22T12:00:00.000250Z\","
                                + "\"since\":\"2026-11-22T12:00:00.000250Z\",\"resettable\":true,\"hazards\":[],"
                                + "\"launch\":{\"firmware\":\"/usr/share/OVMF.fd\"},\"lastReset\":\"r-1\","
                                + "\"blind\":{\"intervals\":1,\"seconds\":1.500000}}");
    }

    @Test
    void the_JSON_of_a_guest_that_was_never_attached_says_null_where_nothing_is_known() {
        var json = Json.guest(FakeGuests.unknown("db-1"));

        assertThat(json.propertyNames())
                .containsExactlyElementsOf(
                        Json.guest(FakeGuests.guest("x", GuestKind.TDX)).propertyNames());
        for (var name : List.of(
                "uuid",
                "pid",
                "processSeen",
                "kind",
                "runState",
                "qemu",
                "incarnation",
                "incarnationSince",
                "launch",
                "lastReset")) {
            assertThat(json.get(name).isNull()).as(name).isTrue();
        }
        assertThat(json.get("stateDetail").asString()).isEqualTo("libvirtd (pid 99) holds the monitor");
    }

    @Test
    void the_JSON_of_an_open_reset_has_every_member() {
        assertThat(Json.text(Json.reset(FakeGuests.withEvidence(FakeGuests.opened("r-7", "web-1"), "RESET came"))))
                .isEqualTo("{\"id\":\"r-7\",\"guest\":\"web-1\",\"kind\":\"sev-snp\",\"origin\":\"operator\","
                        + "\"by\":null,\"reason\":\"nightly\",\"state\":\"open\",\"verdict\":null,\"level\":null,"
                        + "\"wanted\":\"rebuilt\",\"within\":\"30s\",\"summary\":null,\"echoes\":0,\"forced\":[],"
                        + "\"hazards\":[],\"evidence\":[{\"at\":\"2026-11-22T12:00:00.120250Z\","
                        + "\"kind\":\"reset-event\",\"outcome\":\"supports\",\"level\":\"observed\","
                        + "\"detail\":\"RESET came\"}],\"requestedAt\":\"2026-11-22T12:00:00.000250Z\","
                        + "\"observedAt\":\"2026-11-22T12:00:00.120250Z\",\"provenAt\":null,\"closedAt\":null}");
    }

    @Test
    void the_JSON_of_a_closed_reset_tells_how_it_ended() {
        var json = Json.reset(FakeGuests.closed(FakeGuests.opened("r-7", "web-1"), Verdict.PROVEN));

        assertThat(json.get("state").asString()).isEqualTo("closed");
        assertThat(json.get("verdict").asString()).isEqualTo("proven");
        assertThat(json.get("level").asString()).isEqualTo("rebuilt");
        assertThat(json.get("closedAt").asString()).isEqualTo("2026-11-22T12:00:02.000250Z");
    }

    @Test
    void the_JSON_of_a_plan_tells_what_would_be_sent_and_shown() {
        var plan = new ResetResponse.Planned(
                "web-1",
                false,
                List.of(FakeGuests.PAUSED),
                List.of("query-stats", "system_reset"),
                List.of(Level.ACKNOWLEDGED, Level.OBSERVED));

        assertThat(Json.text(Json.planned(plan)))
                .isEqualTo("{\"guest\":\"web-1\",\"dryRun\":true,\"resettable\":false,\"hazards\":[{\"id\":"
                        + "\"paused-sev\",\"affected\":\"QEMU 11.0 and newer\","
                        + "\"consequence\":\"The next cont aborts QEMU.\",\"cure\":\"Let the guest run"
                        + " first.\",\"stops\":true,\"forceable\":true}],\"sends\":[\"query-stats\",\"system_reset\"],\"shows\":[\"acknowledged\","
                        + "\"observed\"]}");
    }

    @Test
    void the_JSON_of_a_duration_never_has_an_exponent() {
        var json = Json.object().put("seconds", Json.seconds(Duration.ofNanos(1500)));

        assertThat(Json.text(json)).isEqualTo("{\"seconds\":0.000001}");
        assertThat(Json.text(Json.object().put("seconds", Json.seconds(Duration.ofDays(365)))))
                .isEqualTo("{\"seconds\":31536000.000000}");
    }
}
