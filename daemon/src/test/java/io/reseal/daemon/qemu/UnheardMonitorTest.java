package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.KVM;
import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.RawMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Requires(QEMU)
class UnheardMonitorTest {
    private static final Duration STOPPED = Duration.ofSeconds(4);
    private static final Duration LONG_STOPPED = Duration.ofSeconds(10);

    @Test
    @Requires(KVM)
    void a_monitor_unheard_because_QEMU_is_stopped_says_nothing_about_the_guest_and_slows_no_other(Testbed testbed) {
        var guest = TestGuests.rebuilt(testbed, "web-1");
        var other = TestGuests.rebuilt(testbed, "web-2");
        var daemon = RunningDaemon.start(testbed, impatient(testbed)).watching("web-1", "web-2");

        guest.sigstop();

        var seen = daemon.awaitState("web-1", "unreachable");
        assertThat(seen.detail()).contains("silent", "unknown is not dead");
        var reset = daemon.reset("web-2");
        assertThat(reset.outcome()).isEqualTo("operator proven rebuilt");
        assertThat(reset.took()).isLessThan(Duration.ofSeconds(3));
        holds(daemon, "web-1", "unreachable", LONG_STOPPED);
        guest.sigcont();
        assertThat(daemon.awaitState("web-1", "watching").blindIntervals()).isEqualTo(1);
        guest.serial().work(PATIENCE);
        assertThat(daemon.resets("web-1")).isEmpty();
        assertThat(daemon.guest("web-1").incarnation()).isEqualTo(1);
        other.serial().awaitBoots(2, PATIENCE);
        daemon.assertCounted(Map.of("plain operator proven", 1));
        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven rebuilt");
    }

    @Test
    void a_monitor_unheard_for_so_long_that_it_is_given_up_stays_unknown_until_it_answers(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed, shortOfBreath(testbed)).watching("web-1");

        guest.sigstop();
        daemon.awaitGuest("web-1", seen -> seen.blindIntervals() == 2);
        holds(daemon, "web-1", "unreachable");
        guest.sigcont();

        var seen = daemon.awaitState("web-1", "watching");
        assertThat(seen.pid()).isEqualTo(guest.pid());
        assertThat(seen.incarnation()).isEqualTo(1);
        assertThat(seen.blindIntervals()).isEqualTo(2);
        assertThat(daemon.events("guest-changed"))
                .extracting(each -> each.path("state").asString())
                .doesNotContain("gone", "occupied");
        daemon.assertCounted(Map.of());
        assertThat(daemon.reset("web-1").verdict()).isEqualTo("proven");
    }

    @Test
    @Requires(KVM)
    void a_monitor_unheard_while_somebody_resets_the_guest_hides_no_reset_and_doubles_none(Testbed testbed) {
        var guest = TestGuests.rebuilt(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed, shortOfBreath(testbed)).watching("web-1");

        guest.sigstop();
        daemon.awaitGuest("web-1", seen -> seen.blindIntervals() == 2);
        var reply = guest.monitor().send("system_reset");
        guest.sigcont();
        reply.join();

        var reset = daemon.awaitResets("web-1", 1).getFirst();
        assertThat(reset.outcome()).as(reset.toString()).isIn("unknown proven rebuilt", "external proven rebuilt");
        assertThat(daemon.awaitState("web-1", "watching").incarnation()).isEqualTo(2);
        daemon.assertCounted(Map.of("plain " + reset.origin() + " proven", 1));
    }

    @Test
    void a_monitor_unheard_in_the_middle_of_a_reset_does_not_decide_it(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed, impatient(testbed).with("policy.settle", "2s"))
                .watching("web-1");
        var reset = daemon.begin("web-1", Map.of());
        guest.monitor().awaitEvent("RESET", PATIENCE);

        guest.sigstop();
        holds(daemon, "web-1", "resetting");
        guest.sigcont();

        var verdict = daemon.awaitClosed(reset.id());
        assertThat(verdict.outcome()).as(verdict.toString()).isEqualTo("operator proven running");
        assertThat(daemon.awaitState("web-1", "watching").blindIntervals()).isEqualTo(1);
        daemon.assertCounted(Map.of("plain operator proven", 1));
    }

    @Test
    void a_monitor_unheard_whose_socket_went_is_not_forgotten_before_its_reset_has_a_verdict(Testbed testbed)
            throws IOException {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed, shortOfBreath(testbed).with("policy.settle", "20s"))
                .watching("web-1");
        var reset = daemon.begin("web-1", Map.of());
        guest.monitor().awaitEvent("RESET", PATIENCE);
        guest.sigstop();
        daemon.awaitGuest("web-1", seen -> seen.blindIntervals() == 2);

        Files.delete(guest.qmp());
        holds(daemon, "web-1", "resetting");
        guest.kill9();

        assertThat(daemon.awaitClosed(reset.id()).outcome()).isEqualTo("operator died observed");
        await("forgetting").atMost(PATIENCE).until(() -> daemon.guests().isEmpty());
        daemon.assertCounted(Map.of("plain operator died", 1));
    }

    @Test
    void a_monitor_unheard_turns_a_request_down_that_is_not_carried_out_later_either(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed, impatient(testbed)).watching("web-1");

        guest.sigstop();
        var answer = daemon.request("web-1", Map.of());
        guest.sigcont();

        assertThat(answer.status()).as(answer.body()).isEqualTo(503);
        assertThat(answer.json().path("detail").asString()).contains("nothing was sent");
        daemon.awaitState("web-1", "watching");
        guest.serial().work(PATIENCE);
        assertThat(guest.monitor().events()).isEmpty();
        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven running");
        daemon.assertCounted(Map.of("plain operator proven", 1));
    }

    /** The deadline of a query is longer. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_monitor_unheard_turns_a_request_down_when_its_time_is_over_and_sends_nothing_later(
            boolean dryRun, Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        guest.sigstop();
        var answer = daemon.request("web-1", Map.of("within", "2s", "dryRun", dryRun));
        guest.sigcont();

        assertThat(answer.status()).as(answer.body()).isEqualTo(503);
        assertThat(answer.json().path("detail").asString()).contains("did not answer the questions", "allowed, 2s");
        daemon.awaitState("web-1", "watching");
        guest.serial().work(PATIENCE);
        assertThat(guest.monitor().events()).isEmpty();
        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven running");
        daemon.assertCounted(Map.of("plain operator proven", 1));
    }

    @Test
    void a_monitor_unheard_because_another_client_holds_it_is_watched_once_that_one_leaves(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        RunningDaemon daemon;
        try (var holder = RawMonitor.connect(guest.qmp())) {
            daemon = RunningDaemon.start(testbed);
            var seen = daemon.awaitState("web-1", "occupied");
            assertThat(seen.detail())
                    .contains(
                            guest.qmp().toString(),
                            "another client",
                            "(pid " + ProcessHandle.current().pid() + ")");
            assertThat(daemon.request("web-1", Map.of()).status()).isEqualTo(503);
            assertThat(holder.execute("query-status").path("status").asString()).isEqualTo("running");
        }
        daemon.awaitState("web-1", "watching");
        assertThat(daemon.reset("web-1").verdict()).isEqualTo("proven");
        daemon.assertCounted(Map.of("plain operator proven", 1));
    }

    @Test
    void a_monitor_unheard_from_the_start_because_QEMU_is_stopped_blames_nobody_and_is_watched_once_it_goes_on(
            Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        guest.sigstop();
        var daemon = RunningDaemon.start(testbed);

        var seen = daemon.awaitGuest("web-1", each -> each.detail().contains("no greeting yet"));
        assertThat(seen.state()).isEqualTo("unreachable");
        assertThat(seen.detail())
                .contains("(pid " + guest.pid() + ") is stopped by a signal", "unknown is not dead")
                .doesNotContain("another client");
        holds(daemon, "web-1", "unreachable", LONG_STOPPED);
        assertThat(daemon.events("guest-changed")).as("one connection waits").hasSizeLessThan(4);
        guest.sigcont();

        assertThat(daemon.awaitState("web-1", "watching").pid()).isEqualTo(guest.pid());
        assertThat(daemon.reset("web-1").verdict()).isEqualTo("proven");
        daemon.assertCounted(Map.of("plain operator proven", 1));
    }

    @Test
    void a_monitor_unheard_from_the_start_is_given_up_when_another_QEMU_takes_its_socket(Testbed testbed)
            throws IOException {
        var stopped = TestGuests.plain(testbed, "web-1");
        stopped.sigstop();
        var daemon = RunningDaemon.start(testbed);
        daemon.awaitGuest("web-1", each -> each.detail().contains("no greeting yet"));

        Files.delete(stopped.qmp());
        var next = TestGuests.plain(testbed, "web-1");

        daemon.awaitGuest("web-1", seen -> seen.state().equals("watching") && seen.pid() == next.pid());
        stopped.sigcont();
    }

    @Test
    void a_monitor_unheard_because_QEMU_was_killed_belongs_to_a_guest_that_is_gone_without_a_reset(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var bystander = TestGuests.Bystander.start(testbed);
        var daemon = RunningDaemon.start(testbed).watching("bystander", "web-1");

        guest.kill9();

        assertThat(daemon.awaitState("web-1", "gone").detail()).contains("ended");
        assertThat(daemon.request("web-1", Map.of()).status()).isEqualTo(503);
        daemon.assertCounted(Map.of());
        bystander.assertUnharmed(daemon);
    }

    @Test
    void a_monitor_unheard_because_QEMU_quit_belongs_to_no_guest_any_more(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        guest.monitor().send("quit");
        assertThat(guest.awaitExit(PATIENCE)).isZero();

        await("forgetting").atMost(PATIENCE).until(() -> daemon.guests().isEmpty());
        daemon.assertCounted(Map.of());
        assertThat(daemon.events("guest-forgotten")).hasSize(1);
    }

    @Test
    void a_monitor_unheard_because_QEMU_was_replaced_comes_back_with_a_new_identity(Testbed testbed) {
        var guest = TestGuests.rebuilt(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed).watching("web-1");
        assertThat(daemon.reset("web-1").verdict()).isEqualTo("proven");
        var before = daemon.guest("web-1");
        assertThat(before.incarnation()).isEqualTo(2);

        guest.restartOnSameSocket();

        var after = daemon.awaitGuest("web-1", seen -> seen.state().equals("watching") && seen.pid() != before.pid());
        assertThat(after.pid()).isEqualTo(guest.pid());
        assertThat(after.incarnation()).isEqualTo(1);
        daemon.assertCounted(Map.of("plain operator proven", 1));
        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven rebuilt");
    }

    private static TestConfig impatient(Testbed testbed) {
        return TestConfig.in(testbed.folder()).with("qmp.heartbeat", "1s").with("qmp.query-deadline", "1s");
    }

    private static TestConfig shortOfBreath(Testbed testbed) {
        return TestConfig.in(testbed.folder()).with("qmp.heartbeat", "100ms").with("qmp.query-deadline", "300ms");
    }

    private static void holds(RunningDaemon daemon, String guest, String state) {
        holds(daemon, guest, state, STOPPED);
    }

    private static void holds(RunningDaemon daemon, String guest, String state, Duration time) {
        await(state)
                .atMost(time.multipliedBy(2))
                .during(time)
                .until(() -> daemon.guest(guest).state().equals(state));
    }
}
