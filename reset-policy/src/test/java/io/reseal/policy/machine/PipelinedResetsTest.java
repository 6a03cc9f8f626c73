package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.conclusion;
import static io.reseal.policy.machine.Conclusions.details;
import static io.reseal.policy.machine.SampleGuests.snp;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import org.junit.jupiter.api.Test;

class PipelinedResetsTest {
    @Test
    void of_twenty_pipelined_resets_from_another_monitor_each_is_counted_and_ours_is_the_last_before_the_reply() {
        for (int before = 0; before <= 20; before++) {
            var story = GuestScenario.of(snp()).sent(12_000);
            for (int i = 0; i < before; i++) {
                story.resetSeen().afterMillis(5);
            }
            story.resetSeen();
            var ours = story.state().resets().open().orElseThrow().reset();
            var sentId =
                    story.all(Action.SendSystemReset.class).getFirst().reset().id();
            assertThat(ours.id()).isEqualTo(sentId);
            story.acknowledged().counters(10);
            for (int i = before; i < 20; i++) {
                story.afterMillis(5).resetSeen();
            }
            story.counters(12).settledRunning();
            assertThat(story.all(Action.Opened.class)).hasSize(21);
            assertThat(story.closed()).hasSize(21);
            assertThat(story.closed().stream().filter(r -> r.request().origin() == Origin.EXTERNAL))
                    .hasSize(20);
            assertThat(story.state().incarnation().number()).isEqualTo(22);
            assertThat(story.closed().stream().filter(r -> Conclusions.verdict(r) == Verdict.PROVEN))
                    .as("each was overtaken, or had no reading between it and the one before, or fell from 10 exits")
                    .isEmpty();
        }
    }

    @Test
    void ours_keeps_its_own_time_when_earlier_resets_were_somebody_elses() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .resetSeen()
                .afterMillis(50)
                .resetSeen()
                .acknowledged();
        var ours = story.state().resets().open().orElseThrow().reset();
        assertThat(ours.times().observedAt()).contains(GuestScenario.BEGIN.plusMillis(52));
        assertThat(story.lastClosed().times().observedAt()).contains(GuestScenario.BEGIN.plusMillis(2));
        assertThat(details(ours, EvidenceKind.OVERTAKEN))
                .containsExactly("the RESET before was somebody else's, ours came last");
        assertThat(conclusion(story.lastClosed()).summary()).isEqualTo("another reset came before this one was judged");
    }

    @Test
    void evidence_about_somebody_elses_reset_is_not_kept_with_ours() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .resetSeen()
                .counters(12_001)
                .panic()
                .afterMillis(20)
                .resetSeen()
                .acknowledged()
                .counters(40)
                .settledRunning();
        assertThat(Conclusions.verdict(story.lastClosed())).isEqualTo(Verdict.PROVEN);
        assertThat(story.lastClosed().evidence()).noneMatch(e -> e.outcome() == Outcome.CONTRADICTS);
    }

    @Test
    void counters_read_between_two_resets_are_the_baseline_of_the_second() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .resetSeen()
                .counters(5_000)
                .afterMillis(50)
                .resetSeen()
                .acknowledged()
                .counters(30)
                .settledRunning();
        assertThat(Conclusions.verdict(story.lastClosed())).isEqualTo(Verdict.PROVEN);
        assertThat(story.lastClosed().request().origin()).isEqualTo(Origin.OPERATOR);
    }
}
