package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.conclusion;
import static io.reseal.policy.machine.Conclusions.details;
import static io.reseal.policy.machine.SampleGuests.plain;
import static io.reseal.policy.machine.SampleGuests.snp;
import static io.reseal.policy.machine.SampleGuests.tdx;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.Level;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettlingTest {
    private static GuestScenario rebuilt() {
        return GuestScenario.of(snp()).sent(12_000).resetSeen().acknowledged().counters(40);
    }

    @Test
    void stop_and_resume_while_settling_start_the_settle_time_anew() {
        rebuilt()
                .afterMillis(900)
                .stop()
                .runState("paused")
                .resume()
                .afterMillis(100)
                .tick()
                .runState("running")
                .stillOpen()
                .afterMillis(900)
                .tick()
                .runState("running")
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
    }

    @Test
    void a_guest_stopped_by_others_after_its_reset_is_unproven_at_the_deadline() {
        rebuilt()
                .stop()
                .runState("paused")
                .afterMillis(1000)
                .tick()
                .runState("paused")
                .stillOpen()
                .untilDeadline()
                .assertVerdict(Verdict.UNPROVEN, Level.OBSERVED);
    }

    @Test
    void a_guest_stopped_after_it_settled_is_not_proven_by_a_later_reading_of_counters() {
        GuestScenario.of(snp())
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .readFailed()
                .settledRunning()
                .stop()
                .counters(40)
                .stillOpen()
                .resume()
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
    }

    @Test
    void a_guest_read_as_stopped_after_it_settled_is_not_proven_by_a_later_reply() {
        GuestScenario.of(plain())
                .sent(12_000)
                .resetSeen()
                .settledRunning()
                .runState("suspended")
                .acknowledged()
                .stillOpen();
    }

    @ParameterizedTest
    @ValueSource(strings = {"internal-error", "guest-panicked", "shutdown", "io-error", "watchdog"})
    void a_guest_that_ran_and_comes_to_a_dead_state_after_its_reset_has_failed_without_quarantine(String dead) {
        var story = rebuilt().afterMillis(500).stop().runState(dead).assertVerdict(Verdict.FAILED, Level.OBSERVED);
        assertThat(conclusion(story.theReset()).summary()).isEqualTo("the guest does not run, run state is " + dead);
        assertThat(details(story.theReset(), EvidenceKind.RUN_STATE))
                .containsExactly("run state is %s, was running".formatted(dead));
        assertThat(story.guest().quarantined()).isFalse();
    }

    @Test
    void a_guest_that_panics_after_its_reset_and_goes_on_is_unproven() {
        var story = rebuilt()
                .afterMillis(300)
                .panic()
                .runState("running")
                .settledRunning()
                .assertVerdict(Verdict.UNPROVEN, Level.OBSERVED);
        assertThat(details(story.theReset(), EvidenceKind.PANIC))
                .containsExactly("the guest panicked, QEMU's action is run");
        assertThat(details(story.theReset(), EvidenceKind.RUN_STATE))
                .containsExactly("run state is running, but the guest panicked after the reset");
    }

    @Test
    void a_guest_that_panics_after_its_reset_and_is_paused_for_it_has_failed() {
        var story = rebuilt().afterMillis(300).panic().stop().runState("guest-panicked");
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.FAILED);
        assertThat(story.guest().quarantined()).isFalse();
    }

    @Test
    void a_panic_before_the_reset_event_says_nothing_against_the_reset() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .panic()
                .resetSeen()
                .acknowledged()
                .counters(40)
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(details(story.theReset(), EvidenceKind.PANIC))
                .containsExactly("the guest panicked, QEMU's action is run; before the RESET");
    }

    @Test
    void a_panic_without_a_reset_changes_nothing() {
        var story = GuestScenario.of(snp());
        var before = story.state();
        assertThat(story.panic().state()).isEqualTo(before);
        assertThat(story.latest()).isEmpty();
    }

    @Test
    void ticks_that_come_late_still_lead_to_the_verdict() {
        rebuilt().after(Duration.ofSeconds(17)).tick().runState("running").assertVerdict(Verdict.PROVEN, Level.REBUILT);
    }

    @Test
    void ticks_that_come_twice_change_nothing() {
        var story = rebuilt().afterMillis(1000).tick();
        var once = story.state();
        assertThat(story.tick().state()).isEqualTo(once);
        assertThat(story.latest()).hasOnlyElementsOfType(Action.WakeAt.class);
        story.runState("running").assertVerdict(Verdict.PROVEN, Level.REBUILT);
        var closed = story.state();
        assertThat(story.tick().state()).isEqualTo(closed);
        assertThat(story.latest()).isEmpty();
    }

    @Test
    void a_tick_that_comes_early_is_asked_for_again() {
        var story = rebuilt().afterMillis(999).tick();
        assertThat(story.latest()).containsExactly(new Action.WakeAt(GuestScenario.BEGIN.plusMillis(1002)));
        story.untilDeadline();
        assertThat(story.theReset().open()).isFalse();
    }

    @Test
    void a_deadline_whose_tick_comes_early_is_not_missed() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .acknowledged()
                .after(Duration.ofMillis(29_990))
                .tick();
        assertThat(story.latest()).containsExactly(new Action.WakeAt(GuestScenario.BEGIN.plusMillis(30_001)));
        story.stillOpen().afterMillis(20).tick();
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void readings_that_fail_are_tried_again() {
        var story =
                GuestScenario.of(snp()).sent(12_000).resetSeen().acknowledged().readFailed();
        assertThat(story.latest()).contains(new Action.WakeAt(GuestScenario.BEGIN.plusMillis(252)));
        story.afterMillis(250).tick();
        assertThat(story.latest()).contains(new Action.ReadCounters(), new Action.ReadRunState());
        story.counters(100).settledRunning().assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(details(story.theReset(), EvidenceKind.CONNECTION))
                .containsExactly("a reading did not succeed: query-stats timed out");
    }

    @Test
    void readings_that_go_on_failing_do_not_multiply() {
        var story = rebuilt().readFailed().readFailed();
        int wakes = 0;
        for (int i = 0; i < 20; i++) {
            story.afterMillis(250).tick();
            for (var action : story.latest()) {
                if (!(action instanceof Action.WakeAt)) {
                    story.readFailed();
                    wakes += story.latest().stream()
                            .filter(Action.WakeAt.class::isInstance)
                            .toList()
                            .size();
                }
            }
        }
        assertThat(wakes).isLessThanOrEqualTo(20);
    }

    @Test
    void resumes_by_the_thousand_ask_for_one_tick_at_a_time() {
        var story = rebuilt();
        int before = story.all(Action.WakeAt.class).size();
        for (int i = 0; i < 1000; i++) {
            story.stop().resume();
        }
        assertThat(story.all(Action.WakeAt.class)).hasSize(before);
        story.settledRunning().assertVerdict(Verdict.PROVEN, Level.REBUILT);
    }

    @Test
    void a_paused_tdx_guest_continued_after_its_reset_runs_on_without_another_reset() {
        var story = GuestScenario.unseen(tdx(), ResetPolicy.DEFAULT)
                .attached("paused", 3)
                .resetSeen()
                .counters(3)
                .resume()
                .settledRunning()
                .assertVerdict(Verdict.UNPROVEN, Level.RUNNING);
        assertThat(story.all(Action.Opened.class)).hasSize(1);
    }
}
