package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.KVM;
import static io.reseal.testbed.junit.Requirement.QEMU;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.qemu.TestGuests.Bystander;
import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.qemu.Qemu;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Requires(QEMU)
class OperatorResetTest {
    @Test
    @Requires(KVM)
    void an_operators_reset_of_a_guest_that_is_rebuilt_is_proven_rebuilt(Testbed testbed) {
        var guest = TestGuests.rebuilt(testbed, "web-1");
        var bystander = Bystander.start(testbed);
        var daemon = RunningDaemon.start(testbed).watching("bystander");
        assertThat(daemon.awaitState("web-1", "watching").incarnation()).isEqualTo(1);

        var reset = daemon.reset("web-1");

        assertThat(reset.outcome()).isEqualTo("operator proven rebuilt");
        assertThat(reset.evidence())
                .anySatisfy(line -> assertThat(line).startsWith("acknowledgement supports acknowledged"))
                .anySatisfy(line -> assertThat(line).startsWith("reset-event supports observed"))
                .anySatisfy(line -> assertThat(line).startsWith("run-state supports running"))
                .anySatisfy(line -> assertThat(line).matches("counters supports rebuilt: .*restarted.*"))
                .hasSize(4);
        guest.serial().awaitBoots(2, PATIENCE);
        assertThat(guest.log()).containsOnlyOnce("virtual machine state has been rebuilt");
        var after = daemon.awaitState("web-1", "watching");
        assertThat(after.incarnation()).isEqualTo(2);
        assertThat(after.pid()).isEqualTo(guest.pid());
        daemon.assertCounted(Map.of("plain operator proven", 1));
        assertThat(daemon.metrics().counts("reseal_qmp_commands_total"))
                .containsEntry("system_reset ok", 1)
                .doesNotContainKey("system_reset lost");
        assertThat(daemon.metrics().counts("reseal_qmp_events_total")).isEqualTo(Map.of("RESET", 1));
        assertThat(daemon.metrics().counts("reseal_reset_proof_seconds_count"))
                .isEqualTo(Map.of("plain observed", 1, "plain rebuilt", 1, "plain running", 1));
        bystander.assertUnharmed(daemon);
    }

    @Test
    @Requires(KVM)
    void an_operators_reset_of_a_plain_guest_is_proven_running_and_rebuilt_is_not_applicable(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        var reset = daemon.reset("web-1");

        assertThat(reset.outcome()).isEqualTo("operator proven running");
        assertThat(reset.evidence())
                .contains("not-applicable inconclusive rebuilt: rebuilt is not applicable: "
                        + "a plain guest is reset in the ordinary way, without a new KVM context");
        guest.serial().awaitBoots(2, PATIENCE);
        assertThat(daemon.awaitState("web-1", "watching").incarnation()).isEqualTo(2);
        daemon.assertCounted(Map.of("plain operator proven", 1));
    }

    @Test
    void an_operators_reset_of_a_SeaBIOS_guest_is_one_reset_with_one_echo(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", Qemu.guest().seaBios());
        var daemon = RunningDaemon.start(testbed, "policy.settle", "1s").watching("web-1");

        var reset = daemon.reset("web-1");

        assertThat(reset.outcome()).isEqualTo("operator proven running");
        assertThat(reset.echoes()).isEqualTo(1);
        assertThat(reset.evidence()).anySatisfy(line -> assertThat(line).startsWith("echo inconclusive"));
        assertThat(guest.monitor().eventNames()).containsExactly("RESET", "RESET");
        assertThat(daemon.awaitState("web-1", "watching").incarnation()).isEqualTo(2);
        daemon.assertCounted(Map.of("plain operator proven", 1));
        assertThat(daemon.metrics().counts("reseal_qmp_events_total")).isEqualTo(Map.of("RESET", 2));
    }

    @Test
    void an_operators_reset_of_a_guest_under_TCG_is_proven_running_as_nothing_is_rebuilt_there(Testbed testbed) {
        var plain = TestGuests.start(testbed, "plain", Qemu.guest().tcg());
        var marked = TestGuests.start(testbed, "marked", Qemu.guest().tcg().rebuildOnReset());
        var daemon = RunningDaemon.start(testbed).watching("plain", "marked");

        for (var guest : new String[] {"plain", "marked"}) {
            var reset = daemon.reset(guest);
            assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator proven running");
            assertThat(reset.evidence())
                    .contains("not-applicable inconclusive rebuilt: rebuilt is not applicable: "
                            + "without KVM nothing is rebuilt");
        }

        plain.serial().awaitBoots(2, PATIENCE);
        marked.serial().awaitBoots(2, PATIENCE);
        daemon.assertCounted(Map.of("plain operator proven", 2));
    }

    @Test
    @Requires(KVM)
    void an_operators_reset_is_judged_as_a_rebuild_once_somebody_has_switched_rebuilds_on(Testbed testbed) {
        var guest = TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed).watching("web-1");
        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven running");
        guest.serial().work(PATIENCE);

        guest.monitor()
                .execute("qom-set", Map.of("path", "/machine", "property", "x-change-vmfd-on-reset", "value", true));

        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator proven rebuilt");
        assertThat(guest.log()).containsOnlyOnce("virtual machine state has been rebuilt");
        daemon.assertCounted(Map.of("plain operator proven", 2));
    }

    @Test
    @Requires(KVM)
    void an_operators_reset_of_a_paused_guest_that_is_rebuilt_is_proven_by_the_counters_and_has_it_run_again(
            Testbed testbed) {
        var guest = TestGuests.rebuilt(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed).watching("web-1");
        guest.monitor().execute("stop");
        daemon.awaitGuest("web-1", seen -> seen.runState().equals("paused"));

        var reset = daemon.reset("web-1");

        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator proven rebuilt");
        assertThat(reset.evidence())
                .anySatisfy(line -> assertThat(line).startsWith("counters supports rebuilt"))
                .anySatisfy(line -> assertThat(line).startsWith("continuation supports"));
        guest.serial().awaitBoots(2, PATIENCE);
        daemon.awaitGuest("web-1", seen -> seen.runState().equals("running"));
        daemon.assertCounted(Map.of("plain operator proven", 1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Requires(KVM)
    void
            an_operators_reset_of_a_paused_guest_that_the_policy_does_not_continue_leaves_it_in_prelaunch_and_is_judged_at_once(
                    boolean rebuilt, Testbed testbed) {
        var guest = rebuilt ? TestGuests.rebuilt(testbed, "web-1") : TestGuests.plain(testbed, "web-1");
        var daemon = RunningDaemon.start(testbed, "policy.continue", "false").watching("web-1");
        guest.monitor().execute("stop");
        daemon.awaitGuest("web-1", seen -> seen.runState().equals("paused"));

        var reset = daemon.awaitClosed(
                daemon.begin("web-1", Map.of("within", "30s")).id());

        var level = rebuilt ? "rebuilt" : "observed";
        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator proven " + level);
        assertThat(reset.took()).isLessThan(PATIENCE.dividedBy(2));
        assertThat(daemon.guest("web-1").runState()).isEqualTo("prelaunch");
        assertThat(guest.monitor().execute("query-status").path("status").asString())
                .isEqualTo("prelaunch");
        assertThat(daemon.metrics().counts("reseal_qmp_commands_total")).doesNotContainKey("cont ok");
    }
}
