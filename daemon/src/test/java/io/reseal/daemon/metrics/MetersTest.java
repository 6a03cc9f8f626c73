package io.reseal.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.reseal.daemon.feed.FakeGuests;
import io.reseal.daemon.health.Load;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.daemon.status.Hindrances;
import io.reseal.daemon.work.BlockingPool;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.launch.LaunchChange;
import io.reseal.policy.launch.LaunchPart;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.SignalType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetersTest {
    private final Meters meters = new Meters("0.1.0", Load.unlimited());
    private final BlockingPool files = new BlockingPool("files", 1, 1);
    private final Hindrances hindrances = new Hindrances();

    @BeforeEach
    void begin() {
        meters.watch(List.of(files));
        meters.watch(hindrances);
    }

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void the_meters_have_the_names_and_types_that_users_rely_on() {
        meters.guestChanged(FakeGuests.guest("web-1", GuestKind.TDX));

        var types = meters.scrape()
                .lines()
                .filter(line -> line.startsWith("# TYPE reseal_"))
                .map(line -> line.substring("# TYPE ".length()))
                .collect(Collectors.joining("\n"));

        assertThat(types).isEqualTo("""
                reseal_build_info gauge
                reseal_core_faults_total counter
                reseal_core_unexpected_signals_total counter
                reseal_discovery_hindrances gauge
                reseal_discovery_unused_sockets gauge
                reseal_guest_info gauge
                reseal_guest_ends_total counter
                reseal_guest_resets_total counter
                reseal_guests gauge
                reseal_guests_process_unseen gauge
                reseal_hazards gauge
                reseal_http_incidents_total counter
                reseal_launch_changed_total counter
                reseal_log_lines_left_out_total counter
                reseal_looks_hanging gauge
                reseal_monitors_refused_total counter
                reseal_qmp_blind_seconds_total counter
                reseal_qmp_command_seconds histogram
                reseal_qmp_command_seconds_max gauge
                reseal_qmp_commands_total counter
                reseal_qmp_events_total counter
                reseal_qmp_oversized_total counter
                reseal_reset_proof_seconds histogram
                reseal_reset_proof_seconds_max gauge
                reseal_reset_seconds histogram
                reseal_reset_seconds_max gauge
                reseal_reset_stage_seconds histogram
                reseal_reset_stage_seconds_max gauge
                reseal_resets_total counter
                reseal_stuck gauge""");
    }

    @Test
    void the_meters_are_those_of_the_documentation() throws IOException {
        assertThat(Files.readString(Path.of("../docs/metrics.md"))).contains(table());
    }

    private static String table() {
        return Stream.of(ResealMeters.values())
                .map(meter -> "| `%s` | %s | %s | %s |\n"
                        .formatted(name(meter), type(meter), labels(meter), meter.description()))
                .collect(Collectors.joining("", "| name | type | labels | meaning |\n| --- | --- | --- | --- |\n", ""));
    }

    private static String name(ResealMeters meter) {
        boolean seconds = meter.getType() == Meter.Type.TIMER || meter.getBaseUnit() != null;
        return meter.getName().replace('.', '_')
                + (seconds ? "_seconds" : "")
                + (meter.getType() == Meter.Type.COUNTER ? "_total" : "");
    }

    private static String type(ResealMeters meter) {
        return meter.getType() == Meter.Type.TIMER
                ? "histogram"
                : meter.getType().name().toLowerCase(Locale.ROOT);
    }

    private static String labels(ResealMeters meter) {
        return Stream.of(meter.getKeyNames())
                .map(label -> "`" + label.asString() + "`")
                .collect(Collectors.joining(", "));
    }

    @Test
    void the_meters_are_at_zero_from_the_first_scrape_on() {
        assertThat(lines())
                .contains(
                        "reseal_guests{kind=\"unknown\",state=\"occupied\"} 0.0",
                        "reseal_resets_total{kind=\"sev-snp\",origin=\"guest\",verdict=\"died\"} 0.0",
                        "reseal_reset_seconds_count{kind=\"tdx\",verdict=\"failed\"} 0",
                        "reseal_reset_proof_seconds_count{kind=\"sev-es\",level=\"rebuilt\"} 0",
                        "reseal_hazards{hazard=\"paused-sev\"} 0.0",
                        "reseal_launch_changed_total{what=\"policy\"} 0.0",
                        "reseal_launch_changed_total{what=\"firmware\"} 0.0",
                        "reseal_launch_changed_total{what=\"igvm-objects\"} 0.0",
                        "reseal_qmp_events_total{event=\"RESET\"} 0.0",
                        "reseal_qmp_events_total{event=\"other\"} 0.0",
                        "reseal_qmp_commands_total{command=\"system_reset\",outcome=\"timeout\"} 0.0",
                        "reseal_qmp_command_seconds_count 0",
                        "reseal_qmp_blind_seconds_total 0.0",
                        "reseal_build_info{version=\"0.1.0\"} 1");
    }

    @Test
    void the_meters_say_how_many_guests_there_are_of_which_sort() {
        meters.guestChanged(FakeGuests.unknown("web-1"));
        meters.guestChanged(FakeGuests.guest("web-1", GuestKind.SEV_SNP));
        meters.guestChanged(FakeGuests.guest("web-2", GuestKind.SEV_SNP));

        assertThat(lines())
                .contains(
                        "reseal_guests{kind=\"sev-snp\",state=\"watching\"} 2.0",
                        "reseal_guests{kind=\"unknown\",state=\"occupied\"} 0.0",
                        "reseal_guest_info{firmware=\"unknown\",guest=\"web-1\",kind=\"sev-snp\",launch=\"unknown\",qemu=\"11.1.3\"} 1");
        assertThat(meters.scrape()).doesNotContain("guest=\"web-1\",kind=\"unknown\"");
    }

    @Test
    void the_meters_say_how_many_guests_have_a_hazard_now() {
        meters.guestChanged(with("web-1", FakeGuests.PAUSED));
        meters.guestChanged(with("web-2", FakeGuests.PAUSED));
        assertThat(lines()).contains("reseal_hazards{hazard=\"paused-sev\"} 2.0");

        meters.guestChanged(with("web-1"));
        assertThat(lines()).contains("reseal_hazards{hazard=\"paused-sev\"} 1.0");
    }

    @Test
    void the_meters_of_a_guest_go_when_it_is_forgotten_and_do_not_come_back() {
        var guest = FakeGuests.guest("web-1", GuestKind.TDX);
        var reset = FakeGuests.closed(FakeGuests.opened("r-1", "web-1"), Verdict.DIED);
        meters.guestChanged(guest);
        meters.resetClosed(reset, Duration.ofSeconds(1));
        assertThat(lines()).contains("reseal_guest_resets_total{guest=\"web-1\"} 1.0");

        meters.guestForgotten(guest);
        meters.guestForgotten(guest);
        meters.resetClosed(reset, Duration.ofSeconds(1));

        assertThat(meters.scrape()).doesNotContain("web-1");
        assertThat(lines())
                .contains(
                        "reseal_guests{kind=\"tdx\",state=\"watching\"} 0.0",
                        "reseal_resets_total{kind=\"sev-snp\",origin=\"operator\",verdict=\"died\"} 2.0");
    }

    @Test
    void the_meters_time_resets_and_proofs() {
        var reset = FakeGuests.closed(FakeGuests.opened("r-1", "web-1"), Verdict.PROVEN);
        meters.levelProven(reset, Level.REBUILT, Duration.ofMillis(4));
        meters.resetClosed(reset, Duration.ofMillis(1040));

        assertThat(lines())
                .contains(
                        "reseal_reset_proof_seconds_bucket{kind=\"sev-snp\",level=\"rebuilt\",le=\"0.005\"} 1",
                        "reseal_reset_proof_seconds_bucket{kind=\"sev-snp\",level=\"rebuilt\",le=\"0.0025\"} 0",
                        "reseal_reset_seconds_bucket{kind=\"sev-snp\",verdict=\"proven\",le=\"1.5\"} 1",
                        "reseal_reset_seconds_bucket{kind=\"sev-snp\",verdict=\"proven\",le=\"1.0\"} 0");
    }

    @Test
    void the_meters_put_names_that_are_not_known_under_other() {
        meters.eventSeen("web-1", "X_FROM_THE_FUTURE", "");
        meters.commandEnded("query-future", "strange", Duration.ofMillis(1));

        assertThat(lines())
                .contains(
                        "reseal_qmp_events_total{event=\"other\"} 1.0",
                        "reseal_qmp_commands_total{command=\"other\",outcome=\"other\"} 1.0");
    }

    @Test
    void the_meters_count_faults_of_Reseal_itself_by_the_signal_from_zero_on() {
        meters.signalUnexpected("web-1", SignalType.ACKNOWLEDGED);
        meters.coreFailed("web-1", SignalType.RESET_SEEN);

        assertThat(lines())
                .contains(
                        "reseal_core_unexpected_signals_total{signal=\"acknowledged\"} 1.0",
                        "reseal_core_unexpected_signals_total{signal=\"reset-seen\"} 0.0",
                        "reseal_core_faults_total{signal=\"reset-seen\"} 1.0",
                        "reseal_core_faults_total{signal=\"acknowledged\"} 0.0");
    }

    @Test
    void the_meters_count_resets_that_changed_a_launch_by_what_changed() {
        meters.launchChanged(
                "web-1",
                Optional.of("r-1"),
                List.of(
                        new LaunchChange(LaunchPart.POLICY, "the policy was 0x30000, is 0xb0000"),
                        new LaunchChange(LaunchPart.PROPERTIES, "vcpus was 2, is 3"),
                        new LaunchChange(LaunchPart.PROPERTIES, "cpu-type was a, is b")));

        assertThat(lines())
                .contains(
                        "reseal_launch_changed_total{what=\"policy\"} 1.0",
                        "reseal_launch_changed_total{what=\"properties\"} 1.0");
    }

    @Test
    void the_meters_add_up_blind_time_in_seconds() {
        meters.blindFor("web-1", Duration.ofMillis(1500));
        meters.blindFor("web-2", Duration.ofMillis(250));

        assertThat(lines()).contains("reseal_qmp_blind_seconds_total 1.75");
    }

    @Test
    void the_meters_lose_and_double_nothing_when_many_count_at_once() {
        int threads = 8;
        int each = 2000;
        var reset = FakeGuests.closed(FakeGuests.opened("r-1", "shared"), Verdict.PROVEN);
        meters.guestChanged(FakeGuests.guest("shared", GuestKind.SEV_SNP));
        try (var pool = Executors.newFixedThreadPool(threads)) {
            for (int t = 0; t < threads; t++) {
                var own = "mine-" + t;
                pool.execute(() -> count(each, own, reset));
            }
        }

        assertThat(lines())
                .contains(
                        "reseal_qmp_events_total{event=\"RESET\"} 16000.0",
                        "reseal_guest_resets_total{guest=\"shared\"} 16000.0",
                        "reseal_resets_total{kind=\"sev-snp\",origin=\"operator\",verdict=\"proven\"} 16000.0",
                        "reseal_reset_seconds_count{kind=\"sev-snp\",verdict=\"proven\"} 16000",
                        "reseal_guests{kind=\"sev-snp\",state=\"watching\"} 1.0",
                        "reseal_guests{kind=\"unknown\",state=\"occupied\"} 0.0");
        assertThat(meters.scrape()).doesNotContain("mine-");
    }

    private void count(int times, String own, Reset reset) {
        for (int i = 0; i < times; i++) {
            meters.eventSeen("shared", "RESET", "");
            meters.resetClosed(reset, Duration.ofMillis(5));
            if (i % 100 == 0) {
                meters.guestChanged(FakeGuests.unknown(own));
                meters.guestChanged(FakeGuests.guest(own, GuestKind.SEV_SNP));
                meters.guestForgotten(FakeGuests.guest(own, GuestKind.SEV_SNP));
            }
        }
    }

    private static GuestStatus with(String name, Hazard... hazards) {
        var guest = FakeGuests.guest(name, GuestKind.SEV_SNP);
        return new GuestStatus(
                name,
                guest.socket(),
                guest.state(),
                "",
                guest.identity(),
                guest.since(),
                hazards.length == 0,
                List.of(hazards),
                guest.lastReset(),
                guest.blind());
    }

    private List<String> lines() {
        return meters.scrape().lines().toList();
    }
}
