package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.conclusion;
import static io.reseal.policy.machine.Conclusions.verdict;
import static io.reseal.policy.machine.SampleGuests.servedBy;
import static io.reseal.policy.machine.SampleGuests.snp;
import static io.reseal.policy.machine.SampleGuests.tdx;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.QemuIdentity;
import io.reseal.policy.QemuIdentity.ProcessId;
import io.reseal.policy.QemuIdentity.SocketId;
import io.reseal.policy.RebootAction;
import io.reseal.policy.Sameness;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is not known to be the same process shows nothing over a gap. */
class IdentityTest {
    private static final GuestFacts UNSEEN = servedBy(snp(), QemuIdentity.UNKNOWN);

    private static QemuIdentity pidfd(long inode) {
        return new QemuIdentity(Optional.empty(), OptionalLong.of(inode), Optional.empty(), OptionalLong.empty());
    }

    private static QemuIdentity weak(long socket, long thread) {
        return new QemuIdentity(
                Optional.empty(),
                OptionalLong.empty(),
                Optional.of(new SocketId(1, socket, socket)),
                OptionalLong.of(thread));
    }

    @Test
    void processes_are_compared_by_the_strongest_sign_that_both_have() {
        var process = QemuIdentity.of(new ProcessId(1, 2));
        assertThat(process.compare(QemuIdentity.of(new ProcessId(1, 2)))).isEqualTo(Sameness.SAME);
        assertThat(process.compare(QemuIdentity.of(new ProcessId(1, 3)))).isEqualTo(Sameness.OTHER);
        assertThat(process.compare(QemuIdentity.UNKNOWN)).isEqualTo(Sameness.UNKNOWN);
        assertThat(pidfd(7).compare(pidfd(7))).isEqualTo(Sameness.SAME);
        assertThat(pidfd(7).compare(pidfd(8))).isEqualTo(Sameness.OTHER);
        assertThat(weak(1, 10).compare(weak(1, 10))).isEqualTo(Sameness.SAME);
        assertThat(weak(1, 10).compare(weak(2, 10))).isEqualTo(Sameness.UNKNOWN);
        assertThat(weak(1, 10).compare(weak(1, 11))).isEqualTo(Sameness.OTHER);
        assertThat(pidfd(7).compare(weak(1, 10))).isEqualTo(Sameness.UNKNOWN);
    }

    private static QemuIdentity process(long thread) {
        return new QemuIdentity(
                Optional.of(new ProcessId(1, 2)), OptionalLong.empty(), Optional.empty(), OptionalLong.of(thread));
    }

    @Test
    void another_thread_of_the_first_vcpu_is_never_the_same_qemu() {
        assertThat(process(10).compare(process(10))).isEqualTo(Sameness.SAME);
        assertThat(process(10).compare(process(11))).isEqualTo(Sameness.UNKNOWN);
        assertThat(process(10).compare(QemuIdentity.of(new ProcessId(1, 2)))).isEqualTo(Sameness.UNKNOWN);
        var pidfd = new QemuIdentity(Optional.empty(), OptionalLong.of(7), Optional.empty(), OptionalLong.of(10));
        var later = new QemuIdentity(Optional.empty(), OptionalLong.of(7), Optional.empty(), OptionalLong.of(11));
        assertThat(pidfd.compare(later)).isEqualTo(Sameness.UNKNOWN);
        var relay = new QemuIdentity(Optional.empty(), OptionalLong.of(8), Optional.empty(), OptionalLong.of(10));
        assertThat(pidfd.compare(relay)).isEqualTo(Sameness.UNKNOWN);
    }

    @Test
    void a_qemu_that_was_replaced_in_its_process_is_no_reset_and_no_end() {
        var story =
                GuestScenario.of(servedBy(tdx(), process(10))).counters(20_000).detached();
        story.process(Signal.ProcessState.RUNNING);
        story.facts(servedBy(tdx(), process(11)))
                .afterMillis(500)
                .attached("running", 300)
                .settledRunning();
        assertThat(story.all(Action.Opened.class)).isEmpty();
        assertThat(story.all(Action.Ended.class)).isEmpty();
        assertThat(story.state().incarnation().number()).isEqualTo(1);
        assertThat(story.guest().resettable()).isTrue();
    }

    @Test
    void a_RESET_that_a_dying_QEMU_told_and_that_is_heard_after_its_end_is_perhaps_ours() {
        var story = GuestScenario.of(servedBy(snp(), process(10))).sent(20_000).detached();
        story.process(Signal.ProcessState.RUNNING).process(Signal.ProcessState.ENDED);
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.DIED);
        story.facts(servedBy(snp(), weak(1, 10))).attached("running", 50).resetSeen();
        var request = story.state().resets().open().orElseThrow().reset().request();
        assertThat(request.origin()).isEqualTo(Origin.UNKNOWN);
    }

    @Test
    void a_RESET_of_a_QEMU_that_is_known_to_be_another_than_the_one_that_ended_is_not_ours() {
        var story = GuestScenario.of(servedBy(snp(), process(10))).sent(20_000).detached();
        story.process(Signal.ProcessState.RUNNING).process(Signal.ProcessState.ENDED);
        story.facts(servedBy(snp(), QemuIdentity.of(new ProcessId(2, 2))))
                .attached("running", 50)
                .resetSeen();
        var request = story.state().resets().open().orElseThrow().reset().request();
        assertThat(request.origin()).isEqualTo(Origin.EXTERNAL);
    }

    @Test
    void
            a_QEMU_that_stays_after_the_SHUTDOWN_of_a_guest_that_stood_still_is_not_called_another_when_the_guest_runs_again() {
        for (var stood : List.of(
                GuestScenario.of(UNSEEN).stop(), GuestScenario.of(UNSEEN).runState("prelaunch"))) {
            stood.take(new Signal.ShutdownSeen(GuestScenario.BEGIN, "host-qmp-system-reset"))
                    .detached()
                    .process(Signal.ProcessState.UNKNOWN);
            stood.attached("running", 20_000);
            assertThat(stood.all(Action.Ended.class)).isEmpty();
        }
    }

    @Test
    void a_QEMU_that_runs_after_another_was_told_to_quit_is_another() {
        var story = GuestScenario.of(UNSEEN);
        story.take(new Signal.ShutdownSeen(GuestScenario.BEGIN, "host-qmp-quit"))
                .detached()
                .process(Signal.ProcessState.UNKNOWN);
        story.attached("running", 20_000);
        assertThat(story.all(Action.Ended.class)).hasSize(1);
    }

    @Test
    void a_TD_that_is_still_shut_down_is_not_its_next_process() {
        var story = GuestScenario.of(servedBy(tdx(), process(10))).counters(20_000);
        story.take(new Signal.ShutdownSeen(GuestScenario.BEGIN, "guest-reset"))
                .runState("shutdown")
                .detached()
                .process(Signal.ProcessState.ENDED);
        story.facts(servedBy(tdx(), weak(1, 10))).attached("shutdown", 20_000);
        assertThat(story.all(Action.Opened.class)).isEmpty();
    }

    @Test
    void a_reset_that_a_live_update_interrupts_is_unproven() {
        var story = GuestScenario.of(servedBy(tdx(), process(10))).sent(20_000).detached();
        story.facts(servedBy(tdx(), process(11)))
                .afterMillis(500)
                .attached("running", 300)
                .settledRunning();
        assertThat(verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
        assertThat(conclusion(story.theReset()).summary()).contains("live update");
        assertThat(story.all(Action.Opened.class)).hasSize(1);
    }

    @Test
    void a_uuid_makes_no_two_processes_the_same_and_another_uuid_makes_them_others() {
        assertThat(UNSEEN.compare(UNSEEN)).isEqualTo(Sameness.UNKNOWN);
        var other = new GuestFacts(
                "other",
                snp().identity(),
                true,
                GuestKind.SEV_SNP,
                snp().qemu(),
                true,
                false,
                RebootAction.RESET,
                false);
        assertThat(snp().compare(other)).isEqualTo(Sameness.OTHER);
    }

    @Test
    void a_qemu_that_may_have_died_in_our_reset_and_been_started_again_proves_nothing() {
        var story = GuestScenario.of(UNSEEN)
                .requested(HazardId.PROCESS_UNSEEN)
                .situation(20_000)
                .afterMillis(5)
                .detached()
                .process(Signal.ProcessState.UNKNOWN)
                .afterMillis(700)
                .attached("running", 300)
                .settledRunning();
        var reset = story.theReset();
        assertThat(verdict(reset)).isEqualTo(Verdict.UNPROVEN);
        assertThat(conclusion(reset).level()).isEmpty();
        assertThat(conclusion(reset).summary()).startsWith("QEMU may have been replaced by another process");
    }

    @Test
    void counters_that_fell_without_a_reset_of_ours_may_be_those_of_another_process() {
        var story = GuestScenario.of(UNSEEN)
                .detached()
                .afterMillis(700)
                .attached("running", 300)
                .settledRunning();
        assertThat(verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
        assertThat(story.theReset().request().origin()).isEqualTo(Origin.UNKNOWN);
    }

    @Test
    void levels_that_were_shown_before_the_gap_are_not_finished_by_what_another_process_may_tell() {
        var story = GuestScenario.of(UNSEEN)
                .resetSeen()
                .counters(3)
                .afterMillis(100)
                .detached()
                .afterMillis(100)
                .attached("running", 400)
                .settledRunning();
        assertThat(verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
        assertThat(conclusion(story.theReset()).level()).contains(Level.OBSERVED);
    }

    @Test
    void a_process_that_is_known_by_its_pidfd_alone_is_known_to_have_been_replaced() {
        var before = servedBy(snp(), pidfd(7));
        var story = GuestScenario.of(before).sent(20_000).detached().process(Signal.ProcessState.UNKNOWN);
        story.facts(servedBy(snp(), pidfd(8))).afterMillis(500).attached("running", 300);
        assertThat(verdict(story.theReset())).isEqualTo(Verdict.DIED);
    }

    @Test
    void a_process_that_is_known_by_its_pidfd_alone_can_be_proven_to_be_rebuilt() {
        var same = servedBy(snp(), pidfd(7));
        var story = GuestScenario.of(same)
                .counters(20_000)
                .detached()
                .process(Signal.ProcessState.RUNNING)
                .afterMillis(100)
                .attached("running", 300)
                .settledRunning();
        story.assertVerdict(Verdict.PROVEN, Level.REBUILT);
    }

    @Test
    void an_unseen_qemu_that_told_of_its_shutdown_and_listens_no_more_has_died() {
        var story = GuestScenario.of(UNSEEN)
                .requested(HazardId.PROCESS_UNSEEN)
                .situation(20_000)
                .shutdown()
                .detached()
                .process(Signal.ProcessState.UNKNOWN_SOCKET_GONE);
        assertThat(verdict(story.theReset())).isEqualTo(Verdict.DIED);
        assertThat(story.all(Action.Ended.class)).extracting(Action.Ended::how).containsExactly(Action.How.SHUTDOWN);
    }

    @Test
    void an_unseen_qemu_that_told_of_its_shutdown_is_another_when_the_socket_is_served_again() {
        var story = GuestScenario.of(UNSEEN)
                .requested(HazardId.PROCESS_UNSEEN)
                .situation(20_000)
                .shutdown()
                .detached()
                .process(Signal.ProcessState.UNKNOWN)
                .afterMillis(300)
                .attached("running", 300);
        assertThat(verdict(story.theReset())).isEqualTo(Verdict.DIED);
    }

    @Test
    void an_unseen_process_that_only_stopped_to_listen_is_not_dead() {
        var story = GuestScenario.of(UNSEEN)
                .requested(HazardId.PROCESS_UNSEEN)
                .situation(20_000)
                .detached()
                .process(Signal.ProcessState.UNKNOWN_SOCKET_GONE);
        story.stillOpen();
        assertThat(story.all(Action.Ended.class)).isEmpty();
    }

    @Test
    void a_quarantine_ends_with_the_process_however_that_is_known() {
        var failed = GuestScenario.of(servedBy(tdx(), QemuIdentity.UNKNOWN))
                .stop()
                .resetSeen()
                .counters(10_000)
                .runState("prelaunch");
        assertThat(failed.guest().quarantined()).isTrue();
        assertThat(failed.detached()
                        .afterMillis(100)
                        .attached("prelaunch", 10_000)
                        .guest()
                        .quarantined())
                .isTrue();
        assertThat(failed.detached()
                        .afterMillis(100)
                        .attached("running", 300)
                        .guest()
                        .quarantined())
                .isFalse();
    }

    @Test
    void a_process_that_cannot_be_seen_is_a_hazard_that_can_be_forced() {
        var unseen = new GuestFacts(
                "u",
                QemuIdentity.UNKNOWN,
                false,
                GuestKind.PLAIN,
                snp().qemu(),
                true,
                false,
                RebootAction.RESET,
                false);
        assertThat(verdict(
                        GuestScenario.of(unseen).requested().situation(10_000).theReset()))
                .isEqualTo(Verdict.REFUSED);
        GuestScenario.of(unseen)
                .requested(HazardId.PROCESS_UNSEEN)
                .situation(10_000)
                .stillOpen();
    }
}
