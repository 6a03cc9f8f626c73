package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.conclusion;
import static io.reseal.policy.machine.Conclusions.details;
import static io.reseal.policy.machine.SampleGuests.exits;
import static io.reseal.policy.machine.SampleGuests.guest;
import static io.reseal.policy.machine.SampleGuests.snp;
import static io.reseal.policy.machine.SampleGuests.tdx;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ReadingRulesTest {
    @Test
    void reset_event_then_reply_then_restarted_counters_and_a_settled_guest_are_proven() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .counters(40)
                .runState("running")
                .stillOpen()
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(conclusion(story.theReset()).summary()).isEqualTo("proven up to rebuilt");
        assertThat(story.theReset().evidence())
                .extracting(Evidence::detail)
                .containsExactly(
                        "RESET with reason host-qmp-system-reset, no STOP before it",
                        "QMP returned success",
                        "KVM exits of all informative vCPUs restarted: 12000 before, 40 after",
                        "running, and still so after 1s");
        assertThat(story.all(Action.Shown.class))
                .extracting(Action.Shown::level, Action.Shown::afterEvent)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Level.OBSERVED, Duration.ZERO),
                        org.assertj.core.groups.Tuple.tuple(Level.REBUILT, Duration.ZERO),
                        org.assertj.core.groups.Tuple.tuple(Level.RUNNING, Duration.ofSeconds(1)));
    }

    @Test
    void a_reply_that_comes_last_completes_the_proof() {
        GuestScenario.of(snp())
                .sent(12_000)
                .resetSeen()
                .counters(40)
                .settledRunning()
                .stillOpen()
                .acknowledged()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
    }

    @Test
    void counters_and_run_state_are_read_at_once_after_the_reset_event() {
        var story = GuestScenario.of(snp()).sent(12_000).resetSeen();
        assertThat(story.latest()).contains(new Action.ReadCounters(), new Action.ReadRunState());
    }

    @Test
    void a_paused_guest_that_others_reset_and_whose_counters_restarted_is_proven_by_them_alone() {
        var story = GuestScenario.unseen(tdx(), ResetPolicy.DEFAULT)
                .attached("paused", 10_000)
                .resetSeen()
                .stillOpen()
                .counters(0)
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(details(story.theReset(), EvidenceKind.NOT_APPLICABLE))
                .containsExactly(
                        "running is not applicable: the guest was paused before, so the counters alone decide");
    }

    @Test
    void a_paused_guest_whose_counters_went_on_has_failed_whatever_was_wanted() {
        for (var wanted : Level.values()) {
            var story = GuestScenario.unseen(tdx(), ResetPolicy.DEFAULT)
                    .attached("paused", 10_000)
                    .proof(wanted)
                    .requested()
                    .situationIn("paused", 10_000)
                    .resetSeen()
                    .acknowledged()
                    .runState("prelaunch")
                    .stillOpen()
                    .counters(10_000);
            assertThat(Conclusions.verdict(story.theReset()))
                    .as("wanted %s", wanted)
                    .isEqualTo(Verdict.FAILED);
            assertThat(story.guest().quarantined()).isTrue();
        }
    }

    @Test
    void a_paused_guest_whose_counters_say_nothing_is_unproven() {
        var story = GuestScenario.unseen(tdx(), ResetPolicy.DEFAULT)
                .attached("paused", 3)
                .resetSeen()
                .counters(3)
                .runState("prelaunch")
                .stillOpen()
                .untilDeadline()
                .assertVerdict(Verdict.UNPROVEN, Level.OBSERVED);
        assertThat(conclusion(story.theReset()).summary())
                .isEqualTo("time ran out, run state is prelaunch; shown up to observed, wanted rebuilt");
        assertThat(details(story.theReset(), EvidenceKind.DEADLINE)).containsExactly("the time allowed, 30s, ran out");
        assertThat(story.guest().quarantined()).isFalse();
    }

    @Test
    void a_paused_guest_that_may_have_run_since_its_reset_does_not_fail_by_counters_that_may_have_grown_back() {
        GuestScenario.unseen(tdx(), ResetPolicy.DEFAULT)
                .attached("paused", 10_000)
                .resetSeen()
                .resume()
                .afterMillis(20)
                .stop()
                .counters(20_000)
                .stillOpen()
                .untilDeadline()
                .assertVerdict(Verdict.UNPROVEN, Level.OBSERVED);
    }

    @Test
    void a_paused_guest_continued_before_its_counters_were_read_has_to_settle_like_one_that_ran() {
        GuestScenario.unseen(tdx(), ResetPolicy.DEFAULT)
                .attached("paused", 10_000)
                .requested()
                .situationIn("paused", 10_000)
                .resetSeen()
                .acknowledged()
                .resume()
                .afterMillis(5)
                .counters(100)
                .stillOpen()
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
    }

    @Test
    void a_guest_continued_between_request_and_reset_is_judged_as_one_that_ran() {
        GuestScenario.unseen(tdx(), ResetPolicy.DEFAULT)
                .attached("paused", 10_000)
                .requested()
                .situationIn("paused", 10_000)
                .resume()
                .resetSeen()
                .acknowledged()
                .counters(10)
                .stillOpen()
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
    }

    @Test
    void a_counter_that_may_have_grown_back_says_nothing() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .afterMillis(10)
                .counters(13_000)
                .settledRunning()
                .assertVerdict(Verdict.UNPROVEN, Level.RUNNING);
        assertThat(details(story.theReset(), EvidenceKind.COUNTERS))
                .containsExactly("KVM exits do not tell: 12000 before, 13000 after");
        assertThat(story.theReset().evidence()).noneMatch(e -> e.outcome() == Outcome.CONTRADICTS);
    }

    @Test
    void counters_that_went_on_in_a_running_guest_leave_it_unproven_without_quarantine() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .afterMillis(1)
                .counters(12_100)
                .settledRunning()
                .assertVerdict(Verdict.UNPROVEN, Level.RUNNING);
        assertThat(details(story.theReset(), EvidenceKind.COUNTERS))
                .containsExactly("KVM exits went on: 12000 before, 12100 after");
        assertThat(conclusion(story.theReset()).summary())
                .isEqualTo("KVM exits went on: 12000 before, 12100 after; shown up to running, wanted rebuilt");
        assertThat(story.guest().quarantined()).isFalse();
    }

    @Test
    void a_guest_whose_sev_launch_is_not_finished_is_never_proven_by_counters() {
        var story = GuestScenario.of(snp())
                .sevState("launch-update")
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .counters(40)
                .settledRunning()
                .assertVerdict(Verdict.UNPROVEN, Level.RUNNING);
        assertThat(details(story.theReset(), EvidenceKind.COUNTERS))
                .containsExactly("KVM exits restarted, but query-sev tells state launch-update");
    }

    @Test
    void a_sev_guest_in_state_running_is_proven_by_its_counters() {
        GuestScenario.of(snp())
                .sevState("running")
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .counters(40)
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
    }

    @Test
    void readings_of_several_vcpus_leave_out_those_that_hardly_ran() {
        var before = new VcpuCounters(Map.of("cpu0", 10_000L, "cpu1", 1L), Optional.empty(), OptionalLong.empty());
        var after = new VcpuCounters(Map.of("cpu0", 12L, "cpu1", 1L), Optional.empty(), OptionalLong.empty());
        GuestScenario.of(snp())
                .counters(before)
                .guestReset()
                .counters(after)
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
    }

    @Test
    void a_vcpu_with_hardly_any_exits_says_nothing() {
        var story = GuestScenario.of(snp())
                .counters(exits(63))
                .guestReset()
                .counters(1)
                .settledRunning()
                .assertVerdict(Verdict.UNPROVEN, Level.RUNNING);
        assertThat(details(story.theReset(), EvidenceKind.COUNTERS))
                .containsExactly("KVM exits do not tell: 63 before, 1 after");
    }

    @Test
    void a_sev_es_guest_is_rebuilt_when_its_counters_restarted_and_its_handle_is_another() {
        GuestScenario.of(guest(GuestKind.SEV_ES))
                .sevState("running")
                .sevHandle(1)
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .sevHandle(2)
                .counters(0)
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
    }

    @Test
    void a_sev_es_guest_with_its_old_handle_was_not_rebuilt_though_its_counters_restarted() {
        var story = GuestScenario.of(guest(GuestKind.SEV_ES))
                .sevState("running")
                .sevHandle(1)
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .counters(0)
                .settledRunning()
                .assertVerdict(Verdict.UNPROVEN, Level.RUNNING);
        assertThat(details(story.theReset(), EvidenceKind.COUNTERS))
                .containsExactly("KVM exits restarted, but query-sev tells the same handle as before, 1");
    }
}
