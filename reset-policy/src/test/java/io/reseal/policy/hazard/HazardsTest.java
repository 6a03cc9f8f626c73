package io.reseal.policy.hazard;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.QemuIdentity;
import io.reseal.policy.QemuRelease;
import io.reseal.policy.RebootAction;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.launch.LaunchHistory;
import io.reseal.policy.machine.GuestScenario;
import io.reseal.policy.state.GuestQueries;
import io.reseal.policy.state.GuestState;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HazardsTest {
    private static final Condition FINE = new Condition(
            new RunState("running"), false, ResetPolicy.Terms.DEFAULT, LaunchHistory.UNKNOWN, false, false);

    private static GuestFacts facts(GuestKind kind, int major, int minor, int micro) {
        return new GuestFacts(
                "u",
                QemuIdentity.UNKNOWN,
                true,
                kind,
                new QemuRelease(major, minor, micro),
                true,
                false,
                RebootAction.RESET,
                false);
    }

    private static List<HazardId> ids(GuestFacts facts, Condition now) {
        return Hazards.of(facts, now).stream().map(Hazard::id).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "SEV_ES,10,2,9,true",
        "SEV_SNP,10,2,50,true",
        "TDX,10,1,0,true",
        "TDX,11,0,0,false",
        "SEV_SNP,11,1,3,false",
        "SEV,10,2,0,false",
        "PLAIN,10,2,0,false"
    })
    void qemu_too_old_is_one_before_11_0_for_kinds_that_are_rebuilt(GuestKind kind, int a, int b, int c, boolean has) {
        assertThat(ids(facts(kind, a, b, c), FINE).contains(HazardId.QEMU_TOO_OLD))
                .isEqualTo(has);
    }

    @ParameterizedTest
    @CsvSource({
        "SEV,11,0,0,paused,true",
        "SEV_ES,11,0,5,prelaunch,true",
        "SEV_SNP,11,1,99,internal-error,true",
        "SEV_SNP,11,1,3,running,false",
        "SEV_SNP,11,2,0,paused,true",
        "SEV_SNP,13,0,0,paused,true",
        "SEV,10,2,0,paused,false",
        "TDX,11,1,3,paused,false",
        "PLAIN,11,1,3,paused,false"
    })
    void paused_sev_is_a_sev_type_that_does_not_run_on_11_0_and_all_newer_until_one_is_seen_to_be_cured(
            GuestKind kind, int a, int b, int c, String runState, boolean has) {
        var now = new Condition(
                new RunState(runState), false, ResetPolicy.Terms.DEFAULT, LaunchHistory.UNKNOWN, false, false);
        assertThat(ids(facts(kind, a, b, c), now).contains(HazardId.PAUSED_SEV)).isEqualTo(has);
    }

    @Test
    void reboot_is_shutdown_is_told_of_the_command_line() {
        var p = facts(GuestKind.PLAIN, 11, 1, 3);
        var noReboot = p.withRebootAction(RebootAction.SHUTDOWN);
        assertThat(ids(noReboot, FINE)).containsExactly(HazardId.REBOOT_IS_SHUTDOWN);
    }

    @Test
    void migrating_is_a_hazard_of_every_kind() {
        for (var kind : GuestKind.values()) {
            assertThat(ids(
                            facts(kind, 11, 1, 3),
                            new Condition(
                                    new RunState("running"),
                                    true,
                                    ResetPolicy.Terms.DEFAULT,
                                    LaunchHistory.UNKNOWN,
                                    false,
                                    false)))
                    .containsExactly(HazardId.MIGRATING);
        }
    }

    @ParameterizedTest
    @CsvSource({"PLAIN,false", "SEV,false", "SEV_ES,true", "SEV_SNP,true", "TDX,true"})
    void a_failed_rebuild_is_a_hazard_of_kinds_that_no_second_reset_cures(GuestKind kind, boolean has) {
        var now = new Condition(
                new RunState("running"), false, ResetPolicy.Terms.DEFAULT, LaunchHistory.UNKNOWN, true, false);
        assertThat(ids(facts(kind, 11, 1, 3), now).contains(HazardId.REBUILD_FAILED))
                .isEqualTo(has);
    }

    @Test
    void every_hazard_but_a_failed_rebuild_can_be_forced() {
        for (var id : HazardId.values()) {
            assertThat(id.forceable()).isEqualTo(id != HazardId.REBUILD_FAILED);
        }
    }

    @Test
    void consequences_and_cures_are_sentences_that_name_the_guests_state() {
        var p = facts(GuestKind.SEV_SNP, 10, 2, 0);
        var all = Hazards.of(
                p.withRebootAction(RebootAction.SHUTDOWN),
                new Condition(
                        new RunState("paused"), true, ResetPolicy.Terms.DEFAULT, LaunchHistory.UNKNOWN, true, false));
        assertThat(all)
                .extracting(Hazard::id)
                .containsExactly(HazardId.QEMU_TOO_OLD, HazardId.REBOOT_IS_SHUTDOWN, HazardId.MIGRATING);
        assertThat(all).allSatisfy(hazard -> {
            assertThat(hazard.consequence()).endsWith(".").hasSizeLessThan(140);
            assertThat(hazard.cure()).endsWith(".").hasSizeLessThan(140);
        });
        assertThat(all.getFirst().consequence())
                .isEqualTo("QEMU 10.2.0 terminates a sev-snp guest in place of resetting it.");
        assertThat(Hazards.of(
                        facts(GuestKind.SEV, 11, 1, 3),
                        new Condition(
                                new RunState("prelaunch"),
                                false,
                                ResetPolicy.Terms.DEFAULT,
                                LaunchHistory.UNKNOWN,
                                false,
                                false)))
                .extracting(Hazard::consequence)
                .contains("The guest is in state prelaunch: after a reset the next cont aborts QEMU 11.1.3.");
    }

    @Test
    void a_guest_that_was_never_attached_has_no_hazards() {
        var state = GuestState.unseen(new GuestState.Header("web-1", "a", ResetPolicy.DEFAULT, GuestScenario.BEGIN));
        assertThat(new GuestQueries(state).hazards()).isEmpty();
        assertThat(new GuestQueries(state).quarantined()).isFalse();
        assertThat(new GuestQueries(state).resettable()).isFalse();
    }
}
