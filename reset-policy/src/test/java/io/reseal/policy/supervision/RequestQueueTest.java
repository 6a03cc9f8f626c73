package io.reseal.policy.supervision;

import static io.reseal.policy.supervision.SampleResets.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Proof;
import io.reseal.policy.QemuIdentity;
import io.reseal.policy.QemuRelease;
import io.reseal.policy.RebootAction;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.VcpuCounters;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.machine.GuestMachine;
import io.reseal.policy.signal.GuestReading;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.state.GuestState;
import io.reseal.policy.supervision.RequestQueue.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With the core behind it: a plain guest that runs. */
class RequestQueueTest {
    private static final QemuIdentity QEMU = QemuIdentity.of(new QemuIdentity.ProcessId(7, 7));

    private final RequestQueue<String> queue = new RequestQueue<>();
    private final List<RequestQueue.Answered<String>> answers = new ArrayList<>();
    private GuestState state;

    @BeforeEach
    void attach() {
        become(ResetPolicy.Terms.of(Proof.DEFAULT));
    }

    @Test
    void a_request_is_judged_after_the_one_before_it_was_answered() {
        request("first");
        request("second");
        assertThat(judged()).isEqualTo("first");
        assertThat(queue.next()).isEmpty();
        read("running");
        assertThat(answeredTo("first")).isInstanceOf(Answer.Started.class);
        assertThat(answeredTo("second")).isInstanceOf(Answer.Busy.class);
    }

    @Test
    void a_request_that_a_hazard_stops_is_refused_and_the_next_one_is_judged() {
        request("first");
        request("second");
        read("inmigrate");
        assertThat(answeredTo("first"))
                .isInstanceOfSatisfying(
                        Answer.Refused.class,
                        refused -> assertThat(refused.reset().hazards()).anyMatch(h -> h.id() == HazardId.NOT_RUNNING));
        assertThat(judged()).isEqualTo("second");
    }

    @Test
    void a_request_for_a_guest_that_cannot_be_read_is_told_so() {
        request("only");
        step(new Signal.ReadFailed(T0, "it is silent"));
        assertThat(answeredTo("only")).isInstanceOf(Answer.NotReachable.class);
    }

    @Test
    void a_request_is_not_given_the_answer_of_another_one() {
        become(new ResetPolicy.Terms(Proof.DEFAULT, true, true, false, Set.of()));
        request("first");
        read("running");
        assertThat(answeredTo("first")).isInstanceOf(Answer.Started.class);
        queue.add(SampleResets.request("second"), "second");
        queue.next();
        step(new Signal.RebootActionRejected(T0, openId(), "no"));
        assertThat(answers).hasSize(1);
    }

    @Test
    void a_request_waits_while_a_reset_is_open_that_others_began() {
        reboot();
        request("first");
        assertThat(answers).isEmpty();
        assertThat(state.resets().pending()).isPresent();
    }

    @Test
    void a_request_waits_on_while_a_guest_in_a_reboot_loop_is_disturbed_in_each_reading() {
        reboot();
        request("first");
        for (int i = 0; i < 5; i++) {
            reboot();
            assertThat(state.resets().pending().orElseThrow().reading()).isTrue();
            step(new Signal.ReadFailed(T0, "events came during each reading"));
        }
        assertThat(answers).isEmpty();
        reboot();
        read("running");
        assertThat(answeredTo("first")).isInstanceOf(Answer.Started.class);
    }

    @Test
    void a_request_is_told_of_the_reset_in_its_way_when_no_gap_came_in_its_time() {
        reboot();
        request("first");
        reboot();
        step(new Signal.ReadFailed(T0, "events came during each reading"));
        step(new Signal.Tick(T0.plus(Proof.DEFAULT.within())));
        assertThat(answeredTo("first")).isInstanceOf(Answer.Busy.class);
    }

    @Test
    void a_request_is_refused_at_once_while_another_one_waits_for_a_gap() {
        reboot();
        request("first");
        queue.add(SampleResets.request("second"), "second");
        step(new Signal.Tick(T0));
        assertThat(answeredTo("second"))
                .isEqualTo(new Answer.Busy(state.resets().open().orElseThrow().reset()));
        assertThat(answers).hasSize(1);
    }

    @Test
    void a_request_is_answered_when_nobody_judges_it_any_more() {
        request("first");
        request("second");
        answers.addAll(queue.abandon("gone"));
        assertThat(answers)
                .containsExactly(
                        new RequestQueue.Answered<>("first", new Answer.NotReachable("gone")),
                        new RequestQueue.Answered<>("second", new Answer.NotReachable("gone")));
        assertThat(queue.next()).isEmpty();
    }

    @Test
    void a_request_is_answered_when_the_core_fails_on_it_and_the_next_one_is_judged() {
        queue.add(SampleResets.request("first"), "first");
        queue.add(SampleResets.request("second"), "second");
        queue.next();
        assertThat(queue.fault("a fault"))
                .contains(new RequestQueue.Answered<>("first", new Answer.NotReachable("a fault")));
        assertThat(queue.next().orElseThrow().reason()).isEqualTo("second");
        assertThat(queue.fault("a fault")).isPresent();
        assertThat(queue.fault("a fault")).isEmpty();
    }

    @Test
    void a_request_finds_no_room_behind_too_many_others() {
        queue.add(SampleResets.request("judged"), "judged");
        queue.next();
        IntStream.range(0, RequestQueue.MOST_WAITING).forEach(_ -> {
            assertThat(queue.full()).isFalse();
            queue.add(SampleResets.request("waits"), "waits");
        });
        assertThat(queue.full()).isTrue();
    }

    private void reboot() {
        step(new Signal.ResetSeen(T0, T0, true, "guest-reset"));
    }

    private void become(ResetPolicy.Terms terms) {
        state = GuestState.unseen(new GuestState.Header("vm", "vm.run", new ResetPolicy(terms, List.of()), T0));
        var facts = new GuestFacts(
                "uuid", QEMU, true, GuestKind.PLAIN, new QemuRelease(11, 1, 3), true, false, RebootAction.RESET, false);
        step(new Signal.Attached(T0, facts, situation("running")));
    }

    private void request(String who) {
        queue.add(SampleResets.request(who), who);
        judgeNext();
    }

    private void judgeNext() {
        for (var request = queue.next(); request.isPresent(); request = queue.next()) {
            step(new Signal.Requested(T0, request.get()));
        }
    }

    private void read(String runState) {
        step(new Signal.SituationRead(T0, situation(runState)));
        // a change of the run state is read once more
        step(new Signal.SituationRead(T0, situation(runState)));
        judgeNext();
    }

    private void step(Signal signal) {
        var step = GuestMachine.step(state, signal);
        state = step.state();
        answers.addAll(queue.after(step));
    }

    private String judged() {
        return state.resets().pending().orElseThrow().request().reason();
    }

    private String openId() {
        return state.resets().open().orElseThrow().reset().id();
    }

    private Answer answeredTo(String who) {
        return answers.stream()
                .filter(answer -> answer.who().equals(who))
                .reduce((_, latest) -> latest)
                .orElseThrow()
                .answer();
    }

    private static GuestReading situation(String runState) {
        return new GuestReading(
                new RunState(runState), false, false, Launch.UNKNOWN, HostCapacity.UNKNOWN, VcpuCounters.NONE);
    }
}
