package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.verdict;
import static io.reseal.policy.machine.SampleGuests.plain;
import static io.reseal.policy.machine.SampleGuests.tdx;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.signal.Signal.ProcessState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A crash is not a reset, and each end of a QEMU process is told once, with how it came. */
class EndOfProcessTest {
    private static GuestScenario shutDown(String reason) {
        return GuestScenario.of(tdx())
                .take(new Signal.ShutdownSeen(GuestScenario.BEGIN, reason))
                .detached();
    }

    private static GuestScenario startedAgain(GuestScenario story) {
        return story.afterMillis(500)
                .facts(ConnectionTest.restarted(tdx()))
                .attached("running", 300)
                .settledRunning();
    }

    private static Action.How how(GuestScenario story) {
        var ends = story.all(Action.Ended.class);
        assertThat(ends).as("ends that were told").hasSize(1);
        return ends.getFirst().how();
    }

    @Test
    void a_tdx_qemu_that_crashed_and_was_started_again_was_not_reset() {
        var story = startedAgain(GuestScenario.of(tdx()).detached().process(ProcessState.ENDED));
        assertThat(story.all(Action.Opened.class)).isEmpty();
        assertThat(how(story)).isEqualTo(Action.How.CRASH);
    }

    @Test
    void a_tdx_qemu_whose_end_was_not_seen_before_the_next_one_came_crashed_too() {
        var story = startedAgain(GuestScenario.of(tdx()).detached());
        assertThat(story.all(Action.Opened.class)).isEmpty();
        assertThat(how(story)).isEqualTo(Action.How.CRASH);
    }

    @Test
    void a_plain_stop_and_start_is_no_reset_whoever_did_it() {
        for (var reason : new String[] {"host-qmp-quit", "host-signal", "guest-shutdown", "host-ui", "host-error"}) {
            var story = startedAgain(shutDown(reason).process(ProcessState.ENDED));
            assertThat(story.all(Action.Opened.class)).as(reason).isEmpty();
            assertThat(how(story)).isEqualTo(reason.equals("host-qmp-quit") ? Action.How.QUIT : Action.How.SHUTDOWN);
        }
    }

    @Test
    void a_reboot_that_another_process_carries_out_is_a_reset() {
        for (var reason : new String[] {"guest-reset", "host-qmp-system-reset"}) {
            var story = startedAgain(shutDown(reason).process(ProcessState.ENDED));
            assertThat(verdict(story.theReset())).as(reason).isEqualTo(Verdict.PROVEN);
            assertThat(how(story)).isEqualTo(Action.How.SHUTDOWN);
        }
    }

    @Test
    void a_reboot_stays_one_when_its_owner_then_ends_the_qemu_that_stayed() {
        var story = startedAgain(GuestScenario.of(tdx())
                .take(new Signal.ShutdownSeen(GuestScenario.BEGIN, "guest-reset"))
                .take(new Signal.ShutdownSeen(GuestScenario.BEGIN, "host-signal"))
                .detached()
                .process(ProcessState.ENDED));
        assertThat(verdict(story.theReset())).isEqualTo(Verdict.PROVEN);
        assertThat(how(story)).isEqualTo(Action.How.SHUTDOWN);
    }

    @Test
    void a_TD_without_a_UUID_is_not_given_another_process_and_died() {
        var known = tdx();
        var nameless = new GuestFacts(
                "00000000-0000-0000-0000-000000000000",
                known.identity(),
                known.processSeen(),
                known.kind(),
                known.qemu(),
                known.kvm(),
                known.rebuildForced(),
                known.rebootAction(),
                known.firmwareEchoes());
        var story = GuestScenario.of(nameless)
                .sent(12_000)
                .take(new Signal.ShutdownSeen(GuestScenario.BEGIN, "host-qmp-system-reset"))
                .detached()
                .process(ProcessState.ENDED);
        assertThat(verdict(story.theReset())).isEqualTo(Verdict.DIED);
    }

    @Test
    void an_end_that_nobody_heard_is_not_called_a_crash() {
        var story = GuestScenario.of(plain())
                .detached()
                .process(ProcessState.RUNNING)
                .after(Duration.ofSeconds(6))
                .process(ProcessState.RUNNING)
                .after(Duration.ofSeconds(6))
                .process(ProcessState.ENDED);
        assertThat(how(story)).isEqualTo(Action.How.UNKNOWN);
    }

    @Test
    void
            the_end_of_a_QEMU_that_told_of_a_shutdown_is_told_when_its_socket_is_gone_and_not_when_nobody_watches_it_any_more() {
        for (boolean socketGone : new boolean[] {true, false}) {
            var story = GuestScenario.of(plain())
                    .stop()
                    .take(new Signal.ShutdownSeen(GuestScenario.BEGIN, "host-qmp-system-reset"))
                    .detached()
                    .process(ProcessState.UNKNOWN)
                    .take(new Signal.Forgotten(GuestScenario.BEGIN, "let go", socketGone));
            assertThat(story.all(Action.Ended.class)).hasSize(socketGone ? 1 : 0);
        }
    }

    @Test
    void a_guest_that_is_let_go_of_closes_its_open_reset_and_answers_who_waits() {
        var open = GuestScenario.of(plain())
                .sent(12_000)
                .take(new Signal.Forgotten(GuestScenario.BEGIN, "no longer watched", false));
        assertThat(verdict(open.theReset())).isEqualTo(Verdict.UNPROVEN);
        assertThat(Conclusions.conclusion(open.theReset()).summary())
                .isEqualTo("no longer watched; shown up to nothing, wanted rebuilt");
        var waiting = GuestScenario.of(plain())
                .requested()
                .take(new Signal.Forgotten(GuestScenario.BEGIN, "no longer watched", false));
        assertThat(waiting.latest()).containsExactly(new Action.NotReachable("no longer watched"));
    }

    @Test
    void a_guest_that_is_renamed_keeps_its_open_reset_under_the_new_name() {
        var story = GuestScenario.of(plain()).sent(12_000).take(new Signal.Renamed(GuestScenario.BEGIN, "web-2"));
        story.resetSeen().acknowledged().settledRunning();
        assertThat(story.theReset().guest()).isEqualTo("web-2");
        assertThat(verdict(story.theReset())).isEqualTo(Verdict.PROVEN);
    }

    @Test
    void a_second_connection_without_a_word_of_the_first_ones_end_orphans_nothing() {
        var story = GuestScenario.of(plain()).requested().attached("running", 10_100);
        assertThat(story.all(Action.NotReachable.class)).hasSize(1);
        var open = GuestScenario.of(plain()).sent(12_000).attached("running", 12_100);
        assertThat(open.all(Action.Opened.class)).hasSize(1);
        open.stillOpen().untilDeadline();
        assertThat(open.closed()).hasSize(1);
    }
}
