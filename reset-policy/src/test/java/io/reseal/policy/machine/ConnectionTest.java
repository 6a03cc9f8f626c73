package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.conclusion;
import static io.reseal.policy.machine.Conclusions.details;
import static io.reseal.policy.machine.SampleGuests.forced;
import static io.reseal.policy.machine.SampleGuests.plain;
import static io.reseal.policy.machine.SampleGuests.snp;
import static io.reseal.policy.signal.Signal.ProcessState.ENDED;
import static io.reseal.policy.signal.Signal.ProcessState.RUNNING;
import static io.reseal.policy.signal.Signal.ProcessState.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.QemuIdentity;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.state.Connection;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConnectionTest {
    static GuestFacts restarted(GuestFacts of) {
        return SampleGuests.servedBy(of, QemuIdentity.of(new QemuIdentity.ProcessId(4712, 100)));
    }

    @Test
    void end_of_stream_inside_a_reset_asks_about_the_process_and_ended_is_died() {
        var story = GuestScenario.of(snp()).sent(12_000).detached();
        assertThat(story.latest()).last().isEqualTo(new Action.LookAtProcess());
        story.stillOpen().process(ENDED);
        assertThat(conclusion(story.theReset()))
                .isEqualTo(new Reset.Conclusion(
                        Verdict.DIED,
                        Optional.empty(),
                        "QEMU ended during the reset; first suspect: a step of its launch, which QEMU's log names"));
        assertThat(details(story.theReset(), EvidenceKind.PROCESS)).containsExactly("the QEMU process has ended");
        assertThat(story.state().connection().link()).isEqualTo(Connection.Link.ENDED);
    }

    @Test
    void a_process_that_lives_leaves_the_reset_open_until_the_deadline_and_is_looked_at_again() {
        var story =
                GuestScenario.of(snp()).sent(12_000).detached().process(RUNNING).stillOpen();
        story.afterMillis(250).tick();
        assertThat(story.latest()).contains(new Action.LookAtProcess());
        story.process(RUNNING).stillOpen().untilDeadline();
        assertThat(conclusion(story.theReset()).verdict()).isEqualTo(Verdict.UNPROVEN);
        assertThat(conclusion(story.theReset()).summary())
                .isEqualTo("time ran out; shown up to nothing, wanted rebuilt");
    }

    @Test
    void a_process_that_is_still_dying_when_first_looked_at_is_died_in_the_end() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .detached()
                .process(RUNNING)
                .afterMillis(250)
                .tick()
                .process(ENDED);
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.DIED);
    }

    @Test
    void a_process_that_cannot_be_seen_is_not_taken_for_dead() {
        var story =
                GuestScenario.of(snp()).sent(12_000).detached().process(UNKNOWN).stillOpen();
        assertThat(story.state().connection().link()).isEqualTo(Connection.Link.DOWN);
        story.untilDeadline();
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
        assertThat(details(story.theReset(), EvidenceKind.PROCESS))
                .containsExactly("the QEMU process cannot be seen: unknown is not dead");
    }

    @Test
    void what_proc_says_while_there_is_a_connection_is_ignored() {
        var story = GuestScenario.of(snp()).sent(12_000).process(ENDED).stillOpen();
        assertThat(story.latest()).isEmpty();
    }

    @Test
    void an_end_without_an_open_reset_is_no_reset() {
        var story = GuestScenario.of(snp())
                .detached()
                .process(RUNNING)
                .process(ENDED)
                .tick();
        assertThat(story.all(Action.Opened.class)).isEmpty();
        assertThat(story.state().connection().link()).isEqualTo(Connection.Link.ENDED);
    }

    @Test
    void a_reset_turned_into_a_shutdown_that_ends_qemu_is_died() {
        var story = GuestScenario.of(plain())
                .sent(12_000)
                .shutdown()
                .acknowledged()
                .detached()
                .process(ENDED);
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.DIED);
        assertThat(details(story.theReset(), EvidenceKind.SHUTDOWN_EVENT))
                .containsExactly("SHUTDOWN with reason host-qmp-system-reset", "the reset was turned into a shutdown");
    }

    @Test
    void a_reset_turned_into_a_shutdown_that_pauses_the_guest_is_failed_without_quarantine() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .shutdown()
                .stop()
                .acknowledged()
                .runState("shutdown");
        assertThat(conclusion(story.theReset()).verdict()).isEqualTo(Verdict.FAILED);
        assertThat(conclusion(story.theReset()).summary()).isEqualTo("the reset was turned into a shutdown");
        assertThat(story.guest().quarantined()).isFalse();
    }

    @Test
    void a_guest_that_was_shut_down_before_the_request_is_not_failed_by_being_so_before_its_reset() {
        var story = GuestScenario.unseen(plain(), ResetPolicy.DEFAULT)
                .attached("shutdown", 10_000)
                .requested(HazardId.NOT_RUNNING)
                .situationIn("shutdown", 10_000)
                .replyLost()
                .runState("shutdown")
                .stillOpen()
                .resetSeen()
                .resume()
                .settledRunning();
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void another_process_means_died_a_first_incarnation_again_and_no_quarantine() {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .stop()
                .resetSeen()
                .acknowledged()
                .counters(12_000)
                .runState("prelaunch");
        assertThat(story.guest().quarantined()).isTrue();
        story.resetSeen().detached().facts(restarted(snp())).attached("running", 7);
        assertThat(conclusion(story.lastClosed()).verdict()).isEqualTo(Verdict.DIED);
        assertThat(conclusion(story.lastClosed()).summary())
                .isEqualTo("QEMU was replaced by another process during the reset");
        assertThat(story.guest().quarantined()).isFalse();
        assertThat(story.state().incarnation().number()).isEqualTo(1);
        assertThat(story.guest().resettable()).isTrue();
        assertThat(story.sent(500).all(Action.SendSystemReset.class)).hasSize(2);
    }

    @Test
    void events_between_detached_and_attached_are_part_of_what_attached_tells() {
        var story = GuestScenario.of(forced()).detached();
        var before = story.state();
        story.resetSeen().stop().resume().shutdown().panic();
        assertThat(story.state()).isEqualTo(before);
        assertThat(GuestScenario.unseen(snp(), ResetPolicy.DEFAULT).resetSeen().all(Action.Opened.class))
                .isEmpty();
    }
}
