package io.reseal.policy.machine;

import static io.reseal.policy.machine.GuestScenario.BEGIN;
import static io.reseal.policy.machine.SampleGuests.plain;
import static io.reseal.policy.machine.SampleGuests.snp;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.signal.SignalType;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class UnexpectedSignalTest {
    private static GuestScenario closed() {
        return GuestScenario.of(plain()).sent(12_000).resetSeen().acknowledged().settledRunning();
    }

    private static void assertTold(GuestScenario story, Signal signal, SignalType type, String phase, String why) {
        var before = story.state();
        story.take(signal);
        assertThat(story.latest()).containsExactly(new Action.UnexpectedSignal(type, phase, why));
        assertThat(story.state()).isEqualTo(before);
    }

    private static void assertLate(GuestScenario story, Signal signal) {
        var before = story.state();
        story.take(signal);
        assertThat(story.latest()).isEmpty();
        assertThat(story.state()).isEqualTo(before);
    }

    @Test
    void a_reply_to_a_command_that_was_answered_is_told_and_changes_nothing() {
        var story = GuestScenario.of(snp()).sent(12_000).acknowledged();
        assertTold(
                story,
                new Signal.Rejected(BEGIN, story.openId(), "no"),
                SignalType.REJECTED,
                "awaiting-reset",
                "its system_reset was answered before");
    }

    @Test
    void a_reply_to_a_command_that_was_never_sent_is_told() {
        var story = GuestScenario.of(snp()).guestReset();
        assertTold(
                story,
                new Signal.Acknowledged(BEGIN, story.openId()),
                SignalType.ACKNOWLEDGED,
                "settling",
                "its system_reset was not sent");
        assertTold(
                story,
                new Signal.RebootActionSet(BEGIN, story.openId()),
                SignalType.REBOOT_ACTION_SET,
                "settling",
                "it does not wait for that");
        assertTold(
                story,
                new Signal.Continued(BEGIN, story.openId()),
                SignalType.CONTINUED,
                "settling",
                "it does not wait for that");
    }

    @Test
    void a_reply_for_a_reset_that_never_was_is_told() {
        for (var id : new String[] {"a.7", "a.0", "a.x", "a.", "b.1", ""}) {
            assertTold(
                    closed(),
                    new Signal.ReplyLost(BEGIN, id, "gone"),
                    SignalType.REPLY_LOST,
                    "none open",
                    "there was no reset " + id);
        }
    }

    @Test
    void a_reply_for_a_reset_that_is_closed_is_late_and_changes_nothing() {
        assertLate(closed(), new Signal.ReplyLost(BEGIN, "a.1", "gone"));
        assertLate(closed(), new Signal.ContRejected(BEGIN, "a.1", "no"));
        assertLate(closed(), new Signal.BeforeContRead(BEGIN, "a.1", RunState.PRELAUNCH, SampleGuests.exits(1)));
    }

    @Test
    void the_reply_that_was_given_up_with_its_connection_is_late() {
        var story = GuestScenario.of(snp()).sent(12_000).detached();
        assertLate(story, new Signal.ReplyLost(BEGIN, story.openId(), "connection lost"));
    }

    @Test
    void what_only_a_connection_can_tell_is_told_without_one() {
        var signals = Arrays.asList(
                new Signal.StopSeen(BEGIN),
                new Signal.ResetSeen(BEGIN, BEGIN, true, "guest-reset"),
                new Signal.CountersRead(BEGIN, SampleGuests.exits(1)),
                new Signal.RunStateRead(BEGIN, RunState.RUNNING));
        for (var signal : signals) {
            var lost = GuestScenario.of(snp()).detached().take(signal).latest();
            assertThat(lost).as("%s", signal).hasSize(1).hasOnlyElementsOfType(Action.UnexpectedSignal.class);
            var unseen = GuestScenario.unseen(snp(), ResetPolicy.DEFAULT)
                    .take(signal)
                    .latest();
            assertThat(unseen).as("%s", signal).hasSize(1).hasOnlyElementsOfType(Action.UnexpectedSignal.class);
        }
    }

    @Test
    void a_connection_that_is_lost_twice_is_lost_once() {
        assertLate(GuestScenario.of(snp()).detached(), new Signal.Detached(BEGIN, "end of stream"));
        assertTold(
                GuestScenario.unseen(snp(), ResetPolicy.DEFAULT),
                new Signal.Detached(BEGIN, "end of stream"),
                SignalType.DETACHED,
                "none open",
                "the guest was never attached");
    }

    @Test
    void a_look_at_the_process_that_ends_after_the_next_attach_is_late() {
        assertLate(
                GuestScenario.of(snp()).detached().attached("running", 13_000),
                new Signal.ProcessSeen(BEGIN, Signal.ProcessState.ENDED));
    }

    @Test
    void every_type_of_signal_has_a_word_of_its_own() {
        assertThat(Arrays.stream(SignalType.values()).map(SignalType::text)).doesNotHaveDuplicates();
        assertThat(SignalType.values()).hasSize(Signal.class.getPermittedSubclasses().length);
    }
}
