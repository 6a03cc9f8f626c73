package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.conclusion;
import static io.reseal.policy.machine.Conclusions.details;
import static io.reseal.policy.machine.SampleGuests.snp;
import static io.reseal.policy.machine.SampleGuests.tdx;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.RebootAction;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestQueries;
import io.reseal.policy.state.ProcessReplacement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** libvirt resets a TDX guest by a new QEMU process. */
class ProcessReplacementTest {
    private static GuestScenario gone(GuestFacts facts) {
        return GuestScenario.of(facts).shutdown().detached().process(Signal.ProcessState.ENDED);
    }

    private static GuestScenario back(GuestScenario story, GuestFacts facts) {
        return story.facts(ConnectionTest.restarted(facts)).attached("prelaunch", 0);
    }

    @Test
    void a_new_process_with_the_same_uuid_soon_after_the_old_one_is_one_reset_by_somebody_else() {
        var story = back(gone(tdx()).after(ProcessReplacement.SOON), tdx()).stillOpen();
        story.resume().settledRunning().assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(story.theReset().request().origin()).isEqualTo(Origin.EXTERNAL);
        assertThat(details(story.theReset(), EvidenceKind.PROCESS))
                .containsExactly(
                        "inferred: another QEMU process with the same UUID serves the monitor, as after libvirt's reset of a TDX guest",
                        "rebuilt by construction: the new process has a KVM context of its own");
        assertThat(story.state().incarnation().number()).isEqualTo(2);
    }

    @Test
    void only_a_TDX_guest_is_remembered_after_its_end_for_as_long_as_it_may_return() {
        var lost = gone(tdx()).state();
        var at = lost.connection().lostAt().orElseThrow();
        assertThat(new GuestQueries(lost).mayReturn(at.plus(ProcessReplacement.SOON)))
                .isTrue();
        assertThat(new GuestQueries(lost)
                        .mayReturn(at.plus(ProcessReplacement.SOON).plusMillis(1)))
                .isFalse();
        assertThat(gone(snp()).guest().mayReturn(at)).isFalse();
        assertThat(GuestScenario.of(tdx()).guest().mayReturn(at)).isFalse();
    }

    @Test
    void a_new_process_much_later_is_a_new_start() {
        var story = back(gone(tdx()).after(ProcessReplacement.SOON.plusMillis(1)), tdx());
        assertThat(story.all(Action.Opened.class)).isEmpty();
        assertThat(story.state().incarnation().number()).isEqualTo(1);
    }

    @Test
    void a_new_process_of_another_kind_or_without_a_uuid_is_a_new_start() {
        assertThat(back(gone(snp()), snp()).all(Action.Opened.class)).isEmpty();
        var t = tdx();
        var nameless = new GuestFacts(
                "00000000-0000-0000-0000-000000000000",
                t.identity(),
                true,
                t.kind(),
                t.qemu(),
                true,
                false,
                RebootAction.RESET,
                false);
        assertThat(back(gone(nameless), nameless).all(Action.Opened.class)).isEmpty();
    }

    @Test
    void an_open_reset_that_shut_the_process_down_in_good_order_goes_on_in_the_next() {
        var story = GuestScenario.of(tdx())
                .sent(12_000)
                .shutdown()
                .stop()
                .acknowledged()
                .runState("shutdown")
                .stillOpen()
                .detached()
                .process(Signal.ProcessState.ENDED)
                .stillOpen();
        back(story, tdx()).resume().settledRunning().assertVerdict(Verdict.PROVEN, Level.REBUILT);
        assertThat(story.theReset().request().origin()).isEqualTo(Origin.OPERATOR);
    }

    @Test
    void a_process_that_ended_in_good_order_and_has_no_successor_by_the_deadline_is_died() {
        var story = GuestScenario.of(tdx())
                .sent(12_000)
                .shutdown()
                .detached()
                .process(Signal.ProcessState.ENDED)
                .afterMillis(1000)
                .tick();
        assertThat(story.latest()).noneMatch(Action.ReadCounters.class::isInstance);
        story.stillOpen().untilDeadline();
        assertThat(conclusion(story.theReset()).summary())
                .isEqualTo("QEMU ended during the reset, and no other took its place");
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.DIED);
    }

    @Test
    void a_guest_that_stays_shut_down_until_the_deadline_has_failed() {
        var story = GuestScenario.of(tdx())
                .sent(12_000)
                .shutdown()
                .stop()
                .acknowledged()
                .runState("shutdown")
                .untilDeadline();
        assertThat(conclusion(story.theReset()).summary()).isEqualTo("the reset was turned into a shutdown");
    }

    @Test
    void a_process_that_crashed_in_a_reset_is_died_whoever_takes_its_place() {
        var crashed = GuestScenario.of(tdx()).sent(12_000).detached().process(Signal.ProcessState.ENDED);
        assertThat(Conclusions.verdict(crashed.theReset())).isEqualTo(Verdict.DIED);
        var unseen = back(GuestScenario.of(tdx()).sent(12_000).detached().process(Signal.ProcessState.UNKNOWN), tdx());
        assertThat(Conclusions.verdict(unseen.theReset())).isEqualTo(Verdict.DIED);
    }

    @Test
    void the_new_process_is_compared_with_the_launch_of_the_old_one() {
        var policy = new ResetPolicy(
                ResetPolicy.Terms.of(new Proof(Level.SAME_LAUNCH, Duration.ofSeconds(30), Duration.ofSeconds(1))),
                java.util.List.of());
        var story = GuestScenario.unseen(tdx(), policy)
                .launch(LaunchComparisonTest.launch("a"))
                .attached("running", 10_000)
                .shutdown()
                .detached();
        back(story, tdx()).resume().settledRunning().assertVerdict(Verdict.PROVEN, Level.SAME_LAUNCH);
    }
}
