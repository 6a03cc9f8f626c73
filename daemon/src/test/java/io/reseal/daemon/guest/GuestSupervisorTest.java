package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.host.FileDigestCache;
import io.reseal.daemon.host.MiscController;
import io.reseal.daemon.launch.HostFacts;
import io.reseal.daemon.launch.LaunchDigestCache;
import io.reseal.daemon.request.ResetResponse;
import io.reseal.daemon.status.GuestListener;
import io.reseal.daemon.status.GuestListeners;
import io.reseal.daemon.status.GuestName;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.daemon.status.StatusStore;
import io.reseal.daemon.work.BlockingWork;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.Proof;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.machine.GuestMachine;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.signal.SignalType;
import io.reseal.qmp.QmpClient;
import io.reseal.qmp.QmpSettings;
import io.reseal.qmp.QmpTransport;
import io.reseal.testbed.peer.ScriptedPeer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One guest, with processes and a clock of its own. */
class GuestSupervisorTest {
    private static final Map<String, Object> OURS = Map.of("guest", false, "reason", "host-qmp-system-reset");
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final long PID = ProcessHandle.current().pid();

    @TempDir
    private Path folder;

    private final StatusStore board = new StatusStore();
    private final RecordingListener witness = new RecordingListener();
    private final QmpTransport transport = QmpTransport.create(1);
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final HandClock clock = new HandClock(NOON);
    private RandomGenerator random = RandomGenerator.getDefault();
    private GuestSupervisor.Core core = GuestMachine::step;
    private Proof proof = new Proof(Level.REBUILT, Duration.ofMinutes(5), Duration.ofMillis(20));
    private FakeProc proc;
    private ScriptedPeer peer;
    private GuestSupervisor supervisor;

    @BeforeEach
    void begin() {
        proc = new FakeProc(folder.resolve("proc")).process(PID, 1);
        peer = ScriptedPeer.listen(folder.resolve("vm")).confidential("tdx-guest");
        supervisor = supervisor(GuestManagerFixture.PATIENT, List.of(witness));
    }

    @AfterEach
    void end() {
        GuestManagerFixture.now(supervisor.stop("the test is over"));
        peer.close();
        blocking.shutdown();
        transport.close();
    }

    @Test
    void the_supervisor_finds_the_command_line_of_a_QEMU_that_does_not_reboot() {
        proc.commandLine(PID, "qemu", "-no-reboot");
        attach();
        assertThat(GuestManagerFixture.now(supervisor.request(GuestManagerFixture.wish("vm"))))
                .isInstanceOf(ResetResponse.Refused.class);
    }

    @Test
    void the_supervisor_calls_a_guest_gone_whose_QEMU_has_ended() {
        attach();
        proc.zombie(PID, 1);
        peer.close();
        awaitState(GuestStatus.State.GONE);
        assertThat(GuestManagerFixture.now(supervisor.lost())).isTrue();
        assertThat(GuestManagerFixture.now(supervisor.request(GuestManagerFixture.wish("vm"))))
                .isInstanceOf(ResetResponse.NotReachable.class);
    }

    @Test
    void the_supervisor_calls_a_guest_unreachable_while_its_QEMU_lives() {
        attach();
        peer.close();
        awaitState(GuestStatus.State.UNREACHABLE);
        assertThat(GuestManagerFixture.now(supervisor.lost())).isTrue();
    }

    @Test
    void the_supervisor_calls_a_reset_died_when_QEMU_ends_in_it() {
        attach();
        peer.onCommand("system_reset", command -> {
            proc.exiting(PID, 1);
            command.hangUp();
        });
        GuestManagerFixture.now(supervisor.request(GuestManagerFixture.wish("vm")));
        assertThat(verdict(1)).isEqualTo(Verdict.DIED);
    }

    @Test
    void the_supervisor_calls_a_reset_died_also_when_proc_tells_so_only_later() {
        attach();
        peer.onCommand("system_reset", command -> command.hangUp());
        GuestManagerFixture.now(supervisor.request(GuestManagerFixture.wish("vm")));
        peer.awaitDepartures(1);
        assertThat(GuestManagerFixture.now(supervisor.lost())).isFalse();
        peer.close();
        proc.zombie(PID, 1);
        assertThat(verdict(1)).isEqualTo(Verdict.DIED);
    }

    @Test
    void the_supervisor_calls_a_reset_died_when_another_QEMU_is_at_the_socket() {
        attach();
        peer.onCommand("system_reset", command -> {
            proc.process(PID, 2);
            command.hangUp();
        });
        GuestManagerFixture.now(supervisor.request(GuestManagerFixture.wish("vm")));
        assertThat(verdict(1)).isEqualTo(Verdict.DIED);
        awaitState(GuestStatus.State.WATCHING);
        assertThat(view().identity().orElseThrow().incarnation()).isOne();
    }

    @Test
    void the_supervisor_says_that_the_QEMU_that_came_after_one_that_has_ended_does_not_greet() {
        GuestManagerFixture.now(supervisor.stop("the test is over"));
        supervisor =
                supervisor(GuestManagerFixture.PATIENT.withGreetingDeadline(Duration.ofMillis(100)), List.of(witness));
        attach();
        proc.zombie(PID, 1);
        peer.staysSilent();
        peer.hangUp();
        witness.await("the wait is told", () -> view().stateDetail().contains("no greeting yet"));
        awaitState(GuestStatus.State.UNREACHABLE);
    }

    @Test
    void the_supervisor_reaches_its_verdict_though_the_clock_is_set_back() {
        attach();
        peer.onCommand("system_reset", command -> {
            clock.set(Instant.parse("2020-01-01T00:00:00Z"));
            peer.counters(0, 70);
            command.event("RESET", OURS);
            command.reply();
        });
        GuestManagerFixture.now(supervisor.request(GuestManagerFixture.wish("vm")));
        assertThat(verdict(1)).isEqualTo(Verdict.PROVEN);
        assertThat(witness.closed("vm").getFirst().times().closedAt().orElseThrow())
                .isBefore(NOON.plusSeconds(30));
    }

    @Test
    void the_supervisor_does_not_run_out_of_time_because_the_clock_is_set_forward() {
        attach();
        peer.onCommand("system_reset", command -> {
            clock.pass(Duration.ofDays(365));
            peer.counters(0, 70);
            command.event("RESET", OURS);
            command.reply();
        });
        GuestManagerFixture.now(supervisor.request(GuestManagerFixture.wish("vm")));
        assertThat(verdict(1)).isEqualTo(Verdict.PROVEN);
    }

    @ParameterizedTest
    @ValueSource(ints = {120, -120})
    void the_supervisor_keeps_the_deadline_of_a_reset_that_overtakes_another_one_when_the_clock_is_set(int seconds) {
        var within = Duration.ofSeconds(1);
        again(new Proof(Level.REBUILT, within, Duration.ofMillis(20)));
        attach();
        peer.counters(0, 10).runState("suspended");
        peer.emit("RESET", OURS);
        witness.await("the first is open", () -> witness.opened("vm").size() == 1);
        clock.pass(Duration.ofSeconds(seconds));
        long begun = System.nanoTime();
        peer.emit("RESET", OURS);
        verdict(2);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(within.minusMillis(50));
        assertThat(witness.took())
                .hasSize(2)
                .allSatisfy(took -> assertThat(took).isBetween(Duration.ZERO, Duration.ofSeconds(60)));
    }

    @Test
    void the_supervisor_counts_the_time_without_a_connection_by_no_clock_that_is_set() {
        attach();
        peer.close();
        awaitState(GuestStatus.State.UNREACHABLE);
        for (int hours : new int[] {5, -9}) {
            clock.pass(Duration.ofHours(hours));
            supervisor.policyChanged(); // each signal publishes the guest again
            GuestManagerFixture.now(supervisor.lost());
        }
        GuestManagerFixture.now(supervisor.lost());
        assertThat(view().blind().total()).isBetween(Duration.ZERO, Duration.ofMinutes(1));
        assertThat(witness.blind("vm")).isBetween(Duration.ZERO, Duration.ofMinutes(1));
    }

    @Test
    void the_supervisor_tells_the_core_of_the_end_of_a_connection_that_a_fault_of_its_own_ends() {
        GuestManagerFixture.now(supervisor.stop("another is needed"));
        random = new FailingOnce();
        supervisor = supervisor(GuestManagerFixture.PATIENT, List.of(witness));
        supervisor.start();
        peer.awaitConnections(2);
        witness.await("it is attached again", () -> view().blind().intervals() == 2);
        awaitState(GuestStatus.State.WATCHING);
    }

    @Test
    void the_supervisor_goes_on_from_the_state_before_when_the_core_fails_on_a_signal() {
        GuestManagerFixture.now(supervisor.stop("another is needed"));
        var failed = new AtomicBoolean();
        core = (state, signal) -> {
            var step = GuestMachine.step(state, signal);
            if (signal instanceof Signal.SituationRead && !failed.getAndSet(true)) {
                throw new IllegalStateException("broken: \"an invariant\"; guest vm");
            }
            return step;
        };
        supervisor = supervisor(GuestManagerFixture.PATIENT, List.of(witness));
        attach();
        assertThat(GuestManagerFixture.now(supervisor.request(GuestManagerFixture.wish("vm"))))
                .isInstanceOf(ResetResponse.NotReachable.class);
        assertThat(witness.failedOn()).containsExactly(SignalType.SITUATION_READ);
        assertThat(GuestManagerFixture.now(supervisor.request(GuestManagerFixture.wish("vm"))))
                .isInstanceOf(ResetResponse.Started.class);
        assertThat(verdict(1)).isEqualTo(Verdict.PROVEN);
    }

    @Test
    void the_supervisor_ends_a_reset_whose_answer_the_core_failed_on() {
        GuestManagerFixture.now(supervisor.stop("another is needed"));
        core = (state, signal) -> {
            if (signal instanceof Signal.Acknowledged) {
                throw new IllegalStateException("broken");
            }
            return GuestMachine.step(state, signal);
        };
        supervisor = supervisor(GuestManagerFixture.PATIENT, List.of(witness));
        attach();
        assertThat(GuestManagerFixture.now(supervisor.request(GuestManagerFixture.wish("vm"))))
                .isInstanceOf(ResetResponse.Started.class);
        assertThat(verdict(1)).isEqualTo(Verdict.UNPROVEN);
        assertThat(witness.failedOn()).containsExactly(SignalType.ACKNOWLEDGED);
    }

    @Test
    void the_supervisor_tells_of_a_signal_that_the_core_did_not_expect_and_goes_on() {
        attach();
        supervisor
                .onLoop(() -> supervisor.signal(new Signal.Continued(NOON, "vm.run.1")))
                .join();
        assertThat(witness.unexpected()).containsExactly(SignalType.CONTINUED);
        assertThat(GuestManagerFixture.now(supervisor.request(GuestManagerFixture.wish("vm"))))
                .isInstanceOf(ResetResponse.Started.class);
        assertThat(verdict(1)).isEqualTo(Verdict.PROVEN);
    }

    @Test
    void the_supervisor_goes_on_when_a_listener_fails_and_the_others_are_told() {
        GuestManagerFixture.now(supervisor.stop("the test is over"));
        supervisor = supervisor(GuestManagerFixture.PATIENT, List.of(new Failing(), witness));
        attach();
        GuestManagerFixture.now(supervisor.request(GuestManagerFixture.wish("vm")));
        assertThat(verdict(1)).isEqualTo(Verdict.PROVEN);
        peer.hangUp();
        peer.awaitConnections(2);
        witness.await("it is attached again", () -> view().blind().intervals() == 2);
        awaitState(GuestStatus.State.WATCHING);
    }

    @Test
    void the_supervisor_is_told_of_a_new_socket_while_it_connects_and_keeps_the_connection_that_comes_of_that() {
        peer.staysSilent();
        supervisor.start();
        peer.awaitConnections(1);
        peer.greets();
        supervisor.socketAppeared();
        GuestManagerFixture.now(supervisor.lost());
        assertThat(view().stateDetail()).doesNotContain("Cancellation");
        awaitState(GuestStatus.State.WATCHING);
    }

    @Test
    void the_supervisor_answers_whoever_asks_after_it_was_stopped_and_shows_nothing_any_more() {
        attach();
        GuestManagerFixture.now(supervisor.stop("the test is over"));
        assertThat(GuestManagerFixture.now(supervisor.request(GuestManagerFixture.wish("vm"))))
                .isInstanceOf(ResetResponse.NotReachable.class);
        assertThat(GuestManagerFixture.now(supervisor.request(GuestManagerFixture.dry(GuestManagerFixture.wish("vm")))))
                .isInstanceOf(ResetResponse.NotReachable.class);
        supervisor.socketAppeared();
        supervisor.policyChanged();
        GuestManagerFixture.now(supervisor.lost());
        assertThat(board.guests()).isEmpty();
    }

    @Test
    void the_supervisor_says_nothing_of_what_it_saw_of_the_process_after_it_was_stopped() {
        attach();
        proc.zombie(PID, 1);
        peer.hangUp();
        GuestManagerFixture.now(supervisor.stop("the test is over"));
        GuestManagerFixture.now(supervisor.lost());
        assertThat(board.guests()).isEmpty();
        assertThat(witness.forgotten()).containsExactly("vm");
    }

    @Test
    void the_supervisor_knows_a_QEMU_by_its_pidfd_where_proc_does_not_show_the_process() throws Exception {
        Files.delete(folder.resolve("proc/" + PID + "/stat"));
        attach();
        peer.hangUp();
        peer.awaitConnections(2);
        witness.await("it is back", () -> view().blind().intervals() == 2);
        assertThat(view().identity().orElseThrow().pid()).isEmpty();
        assertThat(view().processUnseen()).isTrue();
        assertThat(view().resettable()).isFalse();
        assertThat(view().hazards()).extracting(Hazard::id).containsExactly(HazardId.PROCESS_UNSEEN);
        assertThat(witness.ends()).isEmpty();
        assertThat(witness.opened("vm")).isEmpty();
    }

    private void again(Proof changed) {
        GuestManagerFixture.now(supervisor.stop("another is needed"));
        proof = changed;
        supervisor = supervisor(GuestManagerFixture.PATIENT, List.of(witness));
    }

    @Test
    void the_supervisor_sees_no_process_whose_files_are_hidden_from_now_on() throws Exception {
        attach();
        assertThat(view().hazards()).isEmpty();
        Files.delete(folder.resolve("proc/" + PID + "/root"));

        var answer = GuestManagerFixture.now(supervisor.request(GuestManagerFixture.wish("vm")));

        assertThat(answer).isInstanceOf(ResetResponse.Refused.class);
        assertThat(view().hazards()).extracting(Hazard::id).containsExactly(HazardId.PROCESS_UNSEEN);
        assertThat(view().processUnseen()).isTrue();
    }

    @Test
    void the_supervisor_learns_what_proc_tells_late_without_a_new_connection() throws Exception {
        var commandLine = folder.resolve("proc/" + PID + "/cmdline");
        Files.delete(commandLine);
        assertThat(new ProcessBuilder("mkfifo", commandLine.toString()).start().waitFor())
                .isZero();
        attach();
        assertThat(view().hazards()).extracting(Hazard::id).containsExactly(HazardId.PROCESS_UNSEEN);

        Files.writeString(commandLine, "qemu\0-no-reboot\0");

        witness.await("its process is seen", () -> !view().processUnseen());
        assertThat(view().identity().orElseThrow().pid()).contains(PID);
        assertThat(view().hazards()).extracting(Hazard::id).containsExactly(HazardId.REBOOT_IS_SHUTDOWN);
        assertThat(view().blind().intervals()).isOne();
    }

    private GuestSupervisor supervisor(QmpSettings settings, List<GuestListener> listeners) {
        var context = new GuestContext(
                Monitors.of(new QmpClient(transport, settings)),
                clock,
                new HostFacts(
                        proc.table(),
                        new FileDigestCache(clock),
                        new MiscController(folder),
                        new LaunchDigestCache(Runnable::run)),
                BlockingWork.on(blocking),
                new GuestListeners(listeners),
                board,
                random,
                Duration.ofHours(1),
                () -> GuestManagerFixture.policy(proof),
                guest -> guest + ".run");
        return new GuestSupervisor(
                context,
                new GuestName("vm", folder.resolve("vm")),
                transport.eventLoops().next(),
                core);
    }

    private void attach() {
        supervisor.start();
        awaitState(GuestStatus.State.WATCHING);
        assertThat(view().kind()).contains(GuestKind.TDX);
    }

    private GuestStatus view() {
        return board.guest("vm").orElseThrow();
    }

    private void awaitState(GuestStatus.State state) {
        witness.await("it is " + state, () -> board.guest("vm").stream().anyMatch(view -> view.state() == state));
    }

    private Verdict verdict(int count) {
        witness.await(count + " are closed", () -> witness.closed("vm").size() >= count);
        return witness.closed("vm").get(count - 1).conclusion().orElseThrow().verdict();
    }

    /** Spreads no pause at first. */
    private static final class FailingOnce implements RandomGenerator {
        private boolean failed;

        @Override
        public long nextLong() {
            if (!failed) {
                failed = true;
                throw new IllegalStateException("a fault of our own");
            }
            return 0;
        }
    }

    /** Fails whatever it is told. */
    private static final class Failing implements GuestListener {
        private static IllegalStateException fault() {
            return new IllegalStateException("a listener with a fault");
        }

        @Override
        public void guestChanged(GuestStatus guest) {
            throw fault();
        }

        @Override
        public void resetOpened(Reset reset) {
            throw fault();
        }

        @Override
        public void resetClosed(Reset reset, Duration took) {
            throw fault();
        }

        @Override
        public void eventSeen(String guest, String event, String detail) {
            throw fault();
        }

        @Override
        public void commandEnded(String command, String outcome, Duration took) {
            throw fault();
        }

        @Override
        public void blindFor(String guest, Duration more) {
            throw fault();
        }
    }
}
