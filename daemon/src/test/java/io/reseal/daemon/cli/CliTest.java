package io.reseal.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.daemon.api.Json;
import io.reseal.daemon.cli.terminal.Console;
import io.reseal.daemon.feed.FakeGuests;
import io.reseal.daemon.http.ServedGuests;
import io.reseal.daemon.request.ResetResponse;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {
    @TempDir
    Path folder;

    private Path socket;
    private ServedGuests served;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void serve() {
        socket = folder.resolve("admin.sock");
        served = ServedGuests.on(socket);
        served.fleet.add(FakeGuests.guest("web-1", GuestKind.SEV_SNP));
        served.fleet.add(FakeGuests.unknown("db-\u001b[31m"));
    }

    @AfterEach
    void close() {
        served.close();
    }

    @Test
    void the_command_line_lists_guests_in_aligned_columns() {
        assertThat(run("guests")).isZero();

        assertThat(out()).isEqualTo("""
                NAME      KIND     STATE     RUN STATE  QEMU    RESETTABLE  LAST RESET
                db-?[31m  -        occupied  -          -       no          -
                web-1     sev-snp  watching  running    11.1.3  yes         r-1
                """);
    }

    @Test
    void a_cell_is_printed_as_it_is_also_where_a_library_would_take_it_for_markup() {
        served.fleet.add(FakeGuests.guest("@|red x|@", GuestKind.TDX));

        assertThat(run("guests")).isZero();

        assertThat(out()).contains("@|red x|@  tdx");
    }

    @Test
    void the_command_line_gives_exactly_one_JSON_document_when_asked_for_JSON() {
        assertThat(run("guests", "--json")).isZero();
        assertThat(Json.MAPPER.readTree(out()).path("guests").size()).isEqualTo(2);
        assertThat(out().lines()).hasSize(1);
        assertThat(err()).isEmpty();

        out.reset();
        assertThat(run("show", "web-1", "--json")).isZero();
        assertThat(Json.MAPPER.readTree(out()).path("name").asString()).isEqualTo("web-1");
    }

    @Test
    void the_command_line_shows_a_guest_with_its_hazards_and_resets() {
        served.fleet.open(FakeGuests.closed(FakeGuests.opened("r-1", "web-1"), Verdict.PROVEN));
        served.fleet.open(FakeGuests.opened("r-2", "other"));

        assertThat(run("show", "web-1")).isZero();

        assertThat(out())
                .contains(
                        "kind         sev-snp", "firmware     /usr/share/OVMF.fd", "r-1    2026-11-22T12:00:00.000250Z")
                .doesNotContain("r-2");
    }

    @Test
    void the_command_line_of_an_unknown_guest_names_the_one_probably_meant_and_ends_with_7() {
        assertThat(run("show", "web-2")).isEqualTo(7);

        assertThat(err()).isEqualTo("reseal: no guest `web-2` is known; did you mean `web-1`?\n");
        assertThat(out()).isEmpty();
    }

    @Test
    void the_command_line_of_a_reference_that_means_two_guests_names_both_and_ends_with_2() {
        served.fleet.add(FakeGuests.guest("web-9", GuestKind.SEV_SNP));
        var uuid = "6b1f7bd4-0000-4000-8000-000000000001";

        assertThat(run("reset", uuid)).isEqualTo(2);

        assertThat(err())
                .isEqualTo("reseal: `" + uuid + "` means 2 guests: web-1 (/run/qemu/web-1.qmp), web-9"
                        + " (/run/qemu/web-9.qmp): give the name of one\n");
        assertThat(served.fleet.asked).isEmpty();
        assertThat(run("show", uuid)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/run/qemu/web-1.qmp", "web-1.qmp", "6B1F7BD4-0000-4000-8000-000000000001"})
    void the_command_line_finds_a_guest_by_its_path_file_name_and_UUID(String reference) {
        served.fleet.open(FakeGuests.closed(FakeGuests.opened("r-1", "web-1"), Verdict.PROVEN));
        served.fleet.answers(_ -> begin(FakeGuests.closed(FakeGuests.opened("r-7", "web-1"), Verdict.PROVEN)));

        assertThat(run("show", reference)).isZero();
        assertThat(out()).contains("name         web-1", "r-1 ");
        assertThat(run("reset", reference)).isZero();
        assertThat(served.fleet.asked.element().guest()).isEqualTo("web-1");
    }

    @ParameterizedTest
    @CsvSource({"PROVEN,0", "UNPROVEN,4", "FAILED,5", "DIED,6"})
    void the_command_line_ends_a_reset_with_the_code_of_its_verdict(Verdict verdict, int code) {
        served.fleet.answers(_ -> begin(FakeGuests.closed(FakeGuests.opened("r-7", "web-1"), verdict)));

        assertThat(run("reset", "web-1", "--json")).isEqualTo(code);

        assertThat(Json.MAPPER.readTree(out()).path("verdict").asString()).isEqualTo(verdict.text());
    }

    @Test
    void the_command_line_ends_with_4_when_the_time_is_over_and_the_reset_stays_open() {
        served.fleet.answers(_ -> begin(FakeGuests.late(FakeGuests.opened("r-7", "web-1"))));

        assertThat(run("reset", "web-1")).isEqualTo(4);

        assertThat(out())
                .endsWith(
                        "web-1: open (reset r-7): the time allowed ran out, and it is not judged yet: it stays open, look"
                                + " with `reseal show web-1`\n");
        out.reset();
        assertThat(run("reset", "web-1", "--json")).isEqualTo(4);
        var document = Json.MAPPER.readTree(out());
        assertThat(document.path("state").asString()).isEqualTo("open");
        assertThat(document.path("id").asString()).isEqualTo("r-7");
        assertThat(err()).contains("web-1: open (reset r-7)");
    }

    @Test
    void the_command_line_does_not_wait_without_end_for_a_daemon_that_lets_the_time_pass() {
        var proof = new Proof(Level.REBUILT, Duration.ofMillis(50), Duration.ZERO);
        served.fleet.answers(_ -> begin(FakeGuests.proving(proof, FakeGuests.opened("r-7", "web-1"))));

        assertThat(run("reset", "web-1")).isEqualTo(4);
        assertThat(out()).contains("web-1: open (reset r-7)");
    }

    @Test
    void the_command_line_shows_evidence_as_it_comes_and_then_the_verdict() throws Exception {
        var begun = FakeGuests.opened("r-7", "web-1");
        served.fleet.answers(_ -> begin(begun));
        var running = CompletableFuture.supplyAsync(() -> run("reset", "web-1", "--reason", "drill"));
        await().until(() -> !served.fleet.asked.isEmpty());

        var seen = FakeGuests.withEvidence(begun, "RESET came");
        served.fleet.replace(seen);
        await().until(() -> out().contains("RESET came"));
        served.fleet.replace(FakeGuests.closed(seen, Verdict.PROVEN));

        assertThat(running.get(5, TimeUnit.SECONDS)).isZero();
        assertThat(out()).isEqualTo("""
                2026-11-22T12:00:00.120250Z  supports observed: RESET came
                web-1: proven, level rebuilt after 2.0 s (reset r-7): It is proven.
                """);
    }

    @Test
    void the_command_line_passes_on_what_a_reset_shall_show() {
        served.fleet.answers(_ -> begin(FakeGuests.closed(FakeGuests.opened("r-7", "web-1"), Verdict.PROVEN)));

        run(
                "reset",
                "web-1",
                "--prove",
                "running",
                "--within",
                "1m30s",
                "--reason",
                "drill",
                "--key",
                "k",
                "--force",
                "paused-sev",
                "--force",
                "migrating");

        var request = served.fleet.asked.remove();
        assertThat(request.prove()).contains(Level.RUNNING);
        assertThat(request.within()).contains(Duration.ofSeconds(90));
        assertThat(request.reason()).isEqualTo("drill");
        assertThat(request.key()).contains("k");
        assertThat(request.force()).containsExactlyInAnyOrder(HazardId.PAUSED_SEV, HazardId.MIGRATING);
        assertThat(request.dryRun()).isFalse();
    }

    @Test
    void the_command_line_tells_why_a_reset_was_refused_and_ends_with_3() {
        served.fleet.answers(
                _ -> new ResetResponse.Refused(FakeGuests.closed(FakeGuests.opened("r-7", "web-1"), Verdict.REFUSED)));

        assertThat(run("reset", "web-1")).isEqualTo(3);
        assertThat(err()).isEqualTo("reseal: web-1: paused-sev: The next cont aborts QEMU. Let the guest run first.\n");
        assertThat(out()).isEmpty();

        assertThat(run("reset", "web-1", "--json")).isEqualTo(3);
        assertThat(Json.MAPPER.readTree(out()).path("verdict").asString()).isEqualTo("refused");
    }

    @Test
    void the_command_line_ends_with_3_when_another_reset_is_in_the_way() {
        served.fleet.answers(_ -> new ResetResponse.InFlight(FakeGuests.opened("r-0", "web-1")));
        assertThat(run("reset", "web-1", "--json")).isEqualTo(3);
        assertThat(out()).isEmpty();

        served.fleet.answers(_ -> new ResetResponse.TooMany(2));
        assertThat(run("reset", "web-1")).isEqualTo(3);
    }

    @Test
    void the_command_line_tells_what_a_dry_run_would_do() {
        served.fleet.answers(request -> new ResetResponse.Planned(
                request.guest(), false, List.of(FakeGuests.PAUSED), List.of("system_reset"), List.of(Level.OBSERVED)));

        assertThat(run("reset", "web-1", "--dry-run")).isEqualTo(3);

        assertThat(out()).isEqualTo("""
                web-1 would not be reset
                hazard paused-sev: The next cont aborts QEMU. Let the guest run first.
                sends system_reset
                shows observed
                """);
    }

    @Test
    void the_command_line_ends_with_7_when_the_daemon_goes_while_it_waits() throws Exception {
        served.fleet.answers(_ -> begin(FakeGuests.opened("r-7", "web-1")));
        var running = CompletableFuture.supplyAsync(() -> run("reset", "web-1"));
        await().until(() -> !served.fleet.asked.isEmpty());
        served.close();

        assertThat(running.get(5, TimeUnit.SECONDS)).isEqualTo(7);
        assertThat(err()).startsWith("reseal: ").hasLineCount(1);
    }

    @Test
    void the_command_line_says_what_to_do_when_there_is_no_daemon() throws Exception {
        assertThat(run("guests", "--admin-socket", folder.resolve("none.sock").toString()))
                .isEqualTo(7);
        assertThat(err())
                .contains("there is no such socket: start one with `reseal run`")
                .hasLineCount(1);

        err.reset();
        var dead = Files.createFile(folder.resolve("dead.sock"));
        assertThat(run("guests", "--admin-socket", dead.toString())).isEqualTo(7);
        assertThat(err()).contains("nobody listens on the socket");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "reset web-1 --prove rebuild~did you mean `rebuilt`?",
                "reset web-1 --within 0s~longer than zero",
                "reset web-1 --forse x~did you mean `--force`?",
                "reset~GUEST",
                "gests~did you mean `guests`?",
                "reset web-1 --prove attested~can prove same-launch at most",
                "config~a command is missing: check",
            })
    void the_command_line_ends_with_2_on_bad_arguments_and_says_what_was_expected(String arguments, String complaint) {
        assertThat(run(arguments.split(" ", -1))).isEqualTo(2);

        assertThat(err()).startsWith("reseal: ").contains(complaint).hasLineCount(1);
        assertThat(out()).isEmpty();
        assertThat(served.fleet.asked).isEmpty();
    }

    @Test
    void the_command_line_prints_a_line_for_every_event_and_goes_on_after_a_restart_of_the_daemon() {
        Thread.ofVirtual().start(() -> run("watch"));
        await().until(() -> {
            served.feed.eventSeen("web-1", "RESET", "");
            return out().contains("web-1  QMP event RESET\n");
        });
        served.close();
        await().until(() -> err().contains("connection to the daemon was lost: waiting for it"));
        served = ServedGuests.on(socket);
        await().until(() -> err().contains("connected again"));
        served.fleet.open(FakeGuests.opened("r-7", "web-1"));
        await().until(() -> out().contains("web-1  reset r-7 opened, origin operator: nightly\n"));

        assertThat(err()).contains("some events were lost here");
    }

    @Test
    void the_command_line_prints_one_JSON_document_for_each_event() {
        Thread.ofVirtual().start(() -> run("watch", "--json"));
        await().until(() -> {
            served.feed.eventSeen("web-1", "RESET", "");
            return out().lines().count() > 2;
        });

        assertThat(out().lines().limit(2))
                .allSatisfy(line -> assertThat(
                                Json.MAPPER.readTree(line).path("type").asString())
                        .isEqualTo("qmp-event"));
    }

    @Test
    void the_command_line_hands_the_configuration_to_the_daemon_and_its_exit_code_back() {
        assertThat(run("run", "-c", "x.yaml")).isEqualTo(42);
        assertThat(run("run")).isEqualTo(43);
    }

    @Test
    void the_command_line_lists_every_fault_of_a_configuration(@TempDir Path directory) throws IOException {
        var bad = Files.writeString(directory.resolve("bad.yaml"), "polcy: {}\nlimits: {concurrent-resets: 0}\n");

        assertThat(run("config", "check", bad.toString())).isEqualTo(2);
        assertThat(err()).contains("bad.yaml:1:1: ", "did you mean `policy`", "bad.yaml:2:");

        assertThat(run("config", "check", bad.toString(), "--json")).isEqualTo(2);
        assertThat(out()).contains("\"faults\":[{\"line\":1,\"column\":1,", "\"valid\":false");
    }

    @Test
    void the_command_line_takes_a_good_configuration_and_tells_what_it_warns_of(@TempDir Path directory)
            throws IOException {
        var good = Files.writeString(directory.resolve("good.yaml"), "policy: {prove: alive}\n");

        assertThat(run("config", "check", good.toString())).isZero();
        assertThat(out()).isEqualTo(good + ": ok\n");
        assertThat(err()).contains("warning: ", "good.yaml:1:");
    }

    @ParameterizedTest
    @CsvSource({"run", "guests", "show", "reset", "watch", "config check"})
    void the_command_line_has_help_with_exit_codes_and_an_example_for_each_command(String command) {
        assertThat(run((command + " --help").split(" ", -1))).isZero();

        assertThat(out())
                .contains("Usage: reseal " + command, "Example: reseal " + command, "Exit codes:", "  4   unproven");
    }

    @Test
    void the_command_line_tells_its_version() {
        assertThat(run("--version")).isZero();
        assertThat(out()).isEqualTo("reseal 0.1.0\n");
    }

    private ResetResponse begin(Reset reset) {
        served.fleet.open(reset);
        return new ResetResponse.Started(reset);
    }

    private int run(String... arguments) {
        var environment = Map.of("RESEAL_ADMIN_SOCKET", socket.toString());
        var console = new Console(print(out), print(err), environment);
        ToIntFunction<Optional<Path>> daemon = config -> config.equals(Optional.of(Path.of("x.yaml"))) ? 42 : 43;
        return new Cli(() -> "0.1.0", daemon, console).run(arguments);
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
