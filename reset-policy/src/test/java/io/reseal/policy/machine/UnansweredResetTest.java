package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.conclusion;
import static io.reseal.policy.machine.Conclusions.verdict;
import static io.reseal.policy.machine.SampleGuests.snp;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnansweredResetTest {
    private static final Duration LAUNCH = Duration.ofSeconds(140);

    @Test
    void a_launch_that_outlasts_the_wait_for_the_answer_is_one_reset() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .untilDeadline()
                .after(Duration.ofSeconds(90))
                .replyLost();
        story.after(LAUNCH).tick().readFailed().stillOpen();
        story.resetSeen().counters(40).runState("running").settledRunning();
        assertThat(story.all(Action.Opened.class)).hasSize(1);
        assertThat(verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
        assertThat(conclusion(story.theReset()).summary()).contains("perhaps somebody else's");
    }

    @Test
    void a_launch_that_outlasts_a_connection_that_was_kept_beyond_the_deadline_is_one_reset() {
        var story = GuestScenario.of(snp()).sent(12_000).untilDeadline().detached();
        story.process(Signal.ProcessState.RUNNING).after(LAUNCH).tick().stillOpen();
        story.attached("running", 50).settledRunning();
        assertThat(story.all(Action.Opened.class)).hasSize(1);
        assertThat(verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void an_unanswered_reset_is_closed_soon_once_QEMU_answers_later_commands() {
        var story = GuestScenario.of(snp()).sent(12_000).untilDeadline().replyLost();
        story.runState("running").after(Duration.ofSeconds(7)).tick();
        assertThat(verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void a_qemu_that_ends_before_it_answers_a_reset_died_in_it() {
        var story = GuestScenario.of(snp()).sent(12_000).untilDeadline().detached();
        story.after(LAUNCH).tick().process(Signal.ProcessState.ENDED);
        assertThat(verdict(story.theReset())).isEqualTo(Verdict.DIED);
    }

    @Test
    void a_reset_found_over_a_gap_tells_that_it_may_be_one_that_was_closed_before() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .detached()
                .process(Signal.ProcessState.RUNNING)
                .untilDeadline();
        story.after(LAUNCH).attached("running", 50).settledRunning();
        assertThat(Conclusions.details(story.lastClosed(), EvidenceKind.ACKNOWLEDGEMENT))
                .singleElement()
                .asString()
                .contains("perhaps by the system_reset of "
                        + story.closed().getFirst().id());
    }
}
