package io.reseal.policy.simulation;

import static io.reseal.policy.machine.Conclusions.conclusion;
import static io.reseal.policy.machine.Conclusions.details;
import static io.reseal.policy.machine.SampleGuests.echoing;
import static io.reseal.policy.machine.SampleGuests.forced;
import static io.reseal.policy.machine.SampleGuests.plain;
import static io.reseal.policy.machine.SampleGuests.snp;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.machine.Conclusions;
import io.reseal.policy.machine.GuestScenario;
import io.reseal.policy.machine.PassingTime;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import java.time.Duration;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class AttributionTest {
    @Test
    void the_second_reset_of_seabios_is_an_echo_of_the_same_reset() {
        var story = GuestScenario.of(echoing(forced()))
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .counters(40)
                .afterMillis(150)
                .guestReset()
                .counters(10)
                .afterMillis(850)
                .tick()
                .runState("running")
                .stillOpen()
                .afterMillis(150)
                .tick()
                .runState("running")
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(story.theReset().echoes()).isEqualTo(1);
        assertThat(story.state().incarnation().number()).isEqualTo(2);
        assertThat(details(story.theReset(), EvidenceKind.ECHO))
                .containsExactly("the firmware reset once more on its own: the same reset");
    }

    @Test
    void an_echo_is_one_only_within_its_window() {
        var story = GuestScenario.of(echoing(plain())).guestReset();
        PassingTime.ranFor(story, Duration.ofSeconds(1)).guestReset();
        assertThat(story.all(Action.Opened.class)).hasSize(2);
        assertThat(story.closed()).extracting(Reset::echoes).containsExactly(0);
    }

    @Test
    void a_third_reset_is_a_new_one() {
        var story = GuestScenario.of(echoing(plain()))
                .guestReset()
                .afterMillis(150)
                .guestReset()
                .afterMillis(150);
        assertThat(story.all(Action.Opened.class)).hasSize(1);
        assertThat(story.guestReset().all(Action.Opened.class)).hasSize(2);
    }

    @Test
    void firmware_that_does_not_echo_has_no_echoes() {
        var story = GuestScenario.of(plain()).guestReset().afterMillis(150).guestReset();
        assertThat(story.all(Action.Opened.class)).hasSize(2);
    }

    @Test
    void somebody_elses_reset_is_no_echo() {
        var story =
                GuestScenario.of(echoing(plain())).guestReset().afterMillis(150).resetSeen();
        assertThat(story.all(Action.Opened.class)).hasSize(2);
    }

    @Test
    void an_echo_after_an_early_verdict_opens_no_new_reset() {
        var story = GuestScenario.of(echoing(forced()))
                .proof(Level.OBSERVED)
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .afterMillis(150)
                .guestReset()
                .assertVerdict(Verdict.PROVEN, Level.OBSERVED);
        assertThat(story.state().resets().open()).isEmpty();
        assertThat(story.latest()).containsExactly(new Action.ReadCounters(), new Action.ReadRunState());
    }

    @Test
    void an_echo_of_the_reset_before_voids_the_baseline_of_ours_and_is_no_reset() {
        var early = new Proof(Level.OBSERVED, Proof.DEFAULT.within(), Proof.DEFAULT.settle());
        var story = GuestScenario.of(echoing(forced()), early)
                .guestReset()
                .counters(10)
                .afterMillis(100)
                .sent(400)
                .guestReset()
                .resetSeen()
                .acknowledged()
                .counters(5)
                .settledRunning();
        assertThat(story.closed()).hasSize(2);
        assertThat(Conclusions.verdict(story.lastClosed())).isEqualTo(Verdict.UNPROVEN);
        assertThat(details(story.lastClosed(), EvidenceKind.ECHO))
                .containsExactly("echo of the reset before; the baseline is void");
    }

    @Test
    void a_guest_reboot_without_a_request_is_a_reset_of_origin_guest_judged_by_the_last_sample() {
        var story = GuestScenario.of(snp())
                .afterMillis(500)
                .counters(20_000)
                .afterMillis(500)
                .guestReset()
                .counters(40)
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(story.theReset().request().origin()).isEqualTo(Origin.GUEST);
        assertThat(story.theReset().request().reason()).isEqualTo("guest-reset");
        assertThat(story.all(Action.SendSystemReset.class)).isEmpty();
    }

    @Test
    void somebody_elses_system_reset_is_a_reset_of_origin_external() {
        var story = GuestScenario.of(snp())
                .resetSeen()
                .counters(40)
                .settledRunning()
                .assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(story.theReset().request().origin()).isEqualTo(Origin.EXTERNAL);
    }

    @Test
    void a_second_request_while_one_runs_is_busy_and_sends_nothing() {
        var story = GuestScenario.of(snp()).sent(12_000).requested();
        assertThat(story.latest())
                .containsExactly(new Action.Busy(
                        story.state().resets().open().orElseThrow().reset()));
        assertThat(story.all(Action.SendSystemReset.class)).hasSize(1);
    }

    @Test
    void a_request_overtaken_by_a_guest_reboot_waits_for_its_end() {
        var story = GuestScenario.of(snp()).requested().guestReset();
        assertThat(story.situation(40).all(Action.SendSystemReset.class)).isEmpty();
        story.counters(41).settledRunning().situation(40);
        assertThat(story.all(Action.SendSystemReset.class)).hasSize(1);
        assertThat(story.all(Action.Busy.class)).isEmpty();
    }

    @Test
    void a_guest_in_a_reboot_loop_can_be_reset_in_the_next_gap() {
        var story = GuestScenario.of(snp())
                .guestReset()
                .afterMillis(300)
                .requested()
                .afterMillis(10);
        assertThat(story.guestReset().latest()).contains(new Action.ReadSituation());
        story.situation(40);
        assertThat(story.all(Action.SendSystemReset.class)).hasSize(1);
        assertThat(story.closed()).extracting(r -> r.request().origin()).containsOnly(Origin.GUEST);
        assertThat(story.state().resets().open().orElseThrow().reset().request().origin())
                .isEqualTo(Origin.OPERATOR);
    }

    @Test
    void a_request_that_finds_no_gap_in_its_time_is_busy() {
        var patient = new Proof(Level.REBUILT, Duration.ofMinutes(5), Duration.ofSeconds(1));
        var story = GuestScenario.of(snp(), patient)
                .guestReset()
                .requested()
                .after(Duration.ofSeconds(30))
                .tick();
        assertThat(story.all(Action.Busy.class)).hasSize(1);
        assertThat(story.all(Action.SendSystemReset.class)).isEmpty();
    }

    @Test
    void a_request_goes_on_when_the_reset_that_overtook_it_is_judged_at_once() {
        var early = new Proof(Level.OBSERVED, Proof.DEFAULT.within(), Proof.DEFAULT.settle());
        var story = GuestScenario.of(snp(), early).requested().guestReset();
        assertThat(story.all(Action.Busy.class)).isEmpty();
        assertThat(story.situation(40).all(Action.SendSystemReset.class)).hasSize(1);
    }

    @Test
    void a_reset_overtaken_before_it_was_judged_is_unproven() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .resetSeen()
                .acknowledged()
                .afterMillis(300)
                .guestReset();
        assertThat(conclusion(story.lastClosed()).summary())
                .isEqualTo("the guest rebooted before this reset was judged; shown up to observed, wanted rebuilt");
        assertThat(story.stillOpen()
                        .state()
                        .resets()
                        .open()
                        .orElseThrow()
                        .reset()
                        .request()
                        .origin())
                .isEqualTo(Origin.GUEST);
    }

    @Test
    void a_guest_in_a_reboot_loop_has_each_reboot_counted_once() {
        var story = GuestScenario.of(snp());
        for (int i = 0; i < 50; i++) {
            story.afterMillis(400).guestReset().counters(100).runState("running");
        }
        assertThat(story.all(Action.Opened.class)).hasSize(50);
        assertThat(story.closed()).hasSize(49);
        assertThat(story.state().incarnation().number()).isEqualTo(51);
        story.settledRunning();
        assertThat(story.closed()).hasSize(50);
    }

    @Test
    void a_guest_with_echoing_firmware_in_a_reboot_loop_has_each_reboot_counted_once() {
        var story = GuestScenario.of(echoing(plain()));
        for (int i = 0; i < 50; i++) {
            story.afterMillis(400).guestReset().afterMillis(150).guestReset();
        }
        assertThat(story.all(Action.Opened.class)).hasSize(50);
    }

    @Test
    void a_guest_reboot_between_baseline_and_our_reset_voids_the_baseline() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .guestReset()
                .afterMillis(5)
                .resetSeen()
                .acknowledged()
                .counters(3)
                .settledRunning();
        assertThat(story.closed()).extracting(r -> r.request().origin()).containsExactly(Origin.GUEST, Origin.OPERATOR);
        assertThat(story.closed()).extracting(Conclusions::verdict).containsExactly(Verdict.UNPROVEN, Verdict.UNPROVEN);
        assertThat(details(story.lastClosed(), EvidenceKind.COUNTERS))
                .containsExactly("no counters are known from just before the reset");
        assertThat(story.state().incarnation().number()).isEqualTo(3);
    }

    @Test
    void the_echo_of_a_guest_reboot_before_our_reset_opens_no_reset_of_its_own() {
        var story = GuestScenario.of(echoing(plain()))
                .sent(12_000)
                .guestReset()
                .afterMillis(150)
                .guestReset()
                .resetSeen();
        assertThat(story.all(Action.Opened.class)).hasSize(2);
        assertThat(story.stillOpen()
                        .state()
                        .resets()
                        .open()
                        .orElseThrow()
                        .reset()
                        .request()
                        .origin())
                .isEqualTo(Origin.OPERATOR);
    }

    @Test
    void no_two_resets_have_the_same_id() {
        var story = GuestScenario.of(snp());
        story.sent(12_000)
                .guestReset()
                .resetSeen()
                .resetSeen()
                .acknowledged()
                .guestReset()
                .resetSeen();
        var ids =
                story.all(Action.Opened.class).stream().map(o -> o.reset().id()).toList();
        assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
        assertThat(ids).hasSize(5).startsWith("a.1", "a.2");
    }
}
