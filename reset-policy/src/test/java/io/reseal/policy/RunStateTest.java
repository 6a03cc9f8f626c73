package io.reseal.policy;

import static io.reseal.policy.machine.SampleGuests.guest;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.machine.Conclusions;
import io.reseal.policy.machine.GuestScenario;
import io.reseal.policy.reset.Origin;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Action;
import io.reseal.policy.signal.Signal;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every run state of QEMU 11.1 ({@code qapi/run-state.json}) and every kind: may it be reset, and what comes after. */
class RunStateTest {
    private static final Set<String> QEMU = Set.copyOf(QemuRunStates.ALL);

    private static Set<HazardId> stopping(GuestKind kind, String state, HazardId... forced) {
        var story = GuestScenario.unseen(guest(kind), ResetPolicy.DEFAULT).attached(state, 10_000);
        var ids = new HashSet<HazardId>();
        var request = new Reset.Request(Origin.OPERATOR, "", Proof.DEFAULT, Set.of(forced));
        story.guest().stopping(request).forEach(hazard -> ids.add(hazard.id()));
        return ids;
    }

    @ParameterizedTest
    @EnumSource(GuestKind.class)
    void a_guest_that_runs_is_reset_and_one_that_stopped_is_unless_it_is_of_a_sev_type(GuestKind kind) {
        assertThat(stopping(kind, "running")).isEmpty();
        for (var state : Set.of("paused", "internal-error", "guest-panicked", "io-error", "watchdog")) {
            assertThat(stopping(kind, state)).isEqualTo(kind.isSev() ? Set.of(HazardId.PAUSED_SEV) : Set.of());
        }
    }

    @ParameterizedTest
    @EnumSource(GuestKind.class)
    void a_state_that_has_its_reasons_stops_a_reset_unless_forced(GuestKind kind) {
        for (var state : Set.of("suspended", "prelaunch", "shutdown", "debug", "postmigrate", "a-new-one")) {
            assertThat(stopping(kind, state)).contains(HazardId.NOT_RUNNING);
            assertThat(stopping(kind, state, HazardId.NOT_RUNNING, HazardId.PAUSED_SEV))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(GuestKind.class)
    void a_guest_whose_state_is_being_moved_or_stored_is_never_reset(GuestKind kind) {
        for (var state : Set.of("inmigrate", "finish-migrate", "save-vm", "restore-vm", "colo")) {
            assertThat(stopping(kind, state, HazardId.values())).containsExactly(HazardId.NOT_RUNNING);
        }
    }

    @Test
    void every_state_of_qemu_is_known_and_another_word_is_kept() {
        assertThat(QEMU)
                .allSatisfy(state -> assertThat(new RunState(state).use()).isNotEqualTo(RunState.Use.UNKNOWN));
        var other = new RunState("a-new-one");
        assertThat(other.use()).isEqualTo(RunState.Use.UNKNOWN);
        assertThat(other).hasToString("a-new-one");
    }

    @ParameterizedTest
    @CsvSource({
        "suspended, system_wakeup",
        "prelaunch, reset it while it runs",
        "shutdown, its owner",
        "postmigrate, where it runs",
        "debug, Let the debugger go",
        "inmigrate, Wait until that has ended"
    })
    void each_state_has_its_own_cure(String state, String cure) {
        var found = GuestScenario.unseen(guest(GuestKind.PLAIN), ResetPolicy.DEFAULT)
                .attached(state, 10_000)
                .guest()
                .hazards();
        assertThat(found)
                .singleElement()
                .satisfies(hazard -> assertThat(hazard.cure()).contains(cure));
    }

    @Test
    void a_forced_reset_is_continued_where_only_the_cont_brings_the_guest_back_and_left_alone_elsewhere() {
        var continued = Map.of("suspended", 1, "prelaunch", 0, "shutdown", 0, "debug", 0, "postmigrate", 0);
        continued.forEach((state, conts) -> {
            var story = GuestScenario.unseen(guest(GuestKind.PLAIN), ResetPolicy.DEFAULT)
                    .attached(state, 10_000)
                    .requested(HazardId.NOT_RUNNING)
                    .situationIn(state, 10_000)
                    .resetSeen()
                    .acknowledged();
            assertThat(story.all(Action.ReadBeforeCont.class)).as(state).hasSize(conts);
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = GuestKind.class,
            names = {"PLAIN", "TDX"})
    void a_forced_reset_of_a_guest_started_with_S_does_not_wait_for_what_is_known_at_once(GuestKind kind) {
        var story = GuestScenario.unseen(guest(kind), ResetPolicy.DEFAULT)
                .attached("prelaunch", 0)
                .requested(HazardId.NOT_RUNNING)
                .situationIn("prelaunch", 0)
                .resetSeen()
                .acknowledged()
                .counters(0);
        assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.UNPROVEN);
        assertThat(Conclusions.conclusion(story.theReset()).summary()).contains("run state is prelaunch");
    }

    @Test
    void a_guest_that_falls_asleep_is_known_to_sleep_without_a_reading_and_one_that_wakes_to_run() {
        var story = GuestScenario.of(guest(GuestKind.PLAIN)).take(new Signal.SuspendSeen(GuestScenario.BEGIN));
        assertThat(story.state().execution().runState()).isEqualTo(RunState.SUSPENDED);
        assertThat(story.guest().hazards()).extracting(Hazard::id).containsExactly(HazardId.NOT_RUNNING);
        story.take(new Signal.WakeupSeen(GuestScenario.BEGIN));
        assertThat(story.state().execution().runState()).isEqualTo(RunState.RUNNING);
        assertThat(story.guest().hazards()).isEmpty();
    }

    @Test
    void events_that_may_change_the_run_state_or_a_migration_lead_to_a_reading() {
        var story = GuestScenario.of(guest(GuestKind.PLAIN));
        assertThat(story.take(new Signal.StateInDoubt(GuestScenario.BEGIN, "SUSPEND_DISK"))
                        .latest())
                .containsExactly(new Action.ReadRunState());
        assertThat(story.take(new Signal.StateInDoubt(GuestScenario.BEGIN, "MIGRATION"))
                        .latest())
                .containsExactly(new Action.ReadSituation());
        assertThat(story.take(new Signal.MemoryFailureSeen(GuestScenario.BEGIN, "guest, action required"))
                        .latest())
                .containsExactly(new Action.ReadRunState());
    }
}
