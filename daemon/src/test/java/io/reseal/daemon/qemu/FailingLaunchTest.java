package io.reseal.daemon.qemu;

import static io.reseal.daemon.qemu.RunningDaemon.PATIENCE;
import static io.reseal.testbed.junit.Requirement.CVM;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.qemu.TestGuests.Bystander;
import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.Testbed;
import io.reseal.testbed.platform.FakeCvm;
import io.reseal.testbed.platform.FakeCvm.Step;
import io.reseal.testbed.qemu.Serial.Order;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Requires(CVM)
class FailingLaunchTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            SEV_SNP, KVM_CREATE_GUEST_MEMFD, before INIT2
            SEV_SNP, INIT2,                  at INIT2 or LAUNCH_START
            SEV_SNP, LAUNCH_START,           at INIT2 or LAUNCH_START
            SEV_ES,  INIT2,                  at INIT2 or LAUNCH_START
            SEV_ES,  LAUNCH_START,           at INIT2 or LAUNCH_START
            """)
    void a_reset_whose_launch_goes_wrong_has_failed_where_QEMU_survives_and_nothing_more_is_sent_to_that_guest(
            CvmKind kind, Step step, String told, Testbed testbed) {
        var guest =
                TestGuests.start(testbed, "web-1", kind.recipe().splitIrqchip().platform(FakeCvm.failing(step)));
        var bystander = Bystander.start(testbed);
        var daemon = RunningDaemon.start(testbed).watching("bystander", "web-1");

        var reset = daemon.reset("web-1");

        assertThat(reset.verdict()).as(reset.toString()).isEqualTo("failed");
        assertThat(reset.summary()).endsWith("; only a new QEMU process helps").contains(told);
        assertThat(guest.monitor().eventNames()).containsExactly("STOP", "RESET");
        var seen = daemon.awaitState("web-1", "quarantined");
        assertThat(seen.hazards()).contains("rebuild-failed");
        assertThat(seen.resettable()).isFalse();
        var again = daemon.request("web-1", Map.of("force", List.of("paused-sev")));
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.json().path("detail").asString()).contains("rebuild-failed", "new QEMU process");
        assertThat(daemon.metrics().counts("reseal_qmp_commands_total"))
                .containsEntry("system_reset ok", 1)
                .doesNotContainKey("cont ok");
        assertThat(guest.isAlive()).isTrue();
        bystander.assertUnharmed(daemon);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            SEV_SNP, KVM_CREATE_VM
            SEV_SNP, KVM_CREATE_GUEST_MEMFD
            SEV_SNP, KVM_CREATE_VCPU
            SEV_SNP, INIT2
            SEV_SNP, LAUNCH_START
            SEV_SNP, LAUNCH_UPDATE
            SEV_SNP, LAUNCH_FINISH
            SEV_ES,  INIT2
            SEV_ES,  LAUNCH_UPDATE
            SEV_ES,  LAUNCH_UPDATE_VMSA
            SEV_ES,  LAUNCH_MEASURE
            SEV_ES,  LAUNCH_FINISH
            TDX,     KVM_CREATE_VM
            TDX,     KVM_CREATE_GUEST_MEMFD
            TDX,     KVM_CREATE_VCPU
            TDX,     INIT_VM
            TDX,     INIT_VCPU
            TDX,     INIT_MEM_REGION
            TDX,     FINALIZE_VM
            """)
    void a_reset_whose_launch_goes_wrong_has_died_where_QEMU_does_not_survive(
            CvmKind kind, Step step, Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", kind.recipe().platform(FakeCvm.failing(step)));
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        var reset = daemon.reset("web-1");

        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator died none");
        assertThat(reset.summary()).startsWith("QEMU ended during the reset; first suspect: ");
        assertThat(guest.awaitExit(PATIENCE)).isNotZero();
        daemon.awaitState("web-1", "gone");
        daemon.assertCounted(Map.of(kind.word() + " operator died", 1));
    }

    @Test
    void a_reset_whose_launch_goes_wrong_has_died_when_the_guest_itself_began_it(Testbed testbed) {
        var guest = TestGuests.start(
                testbed, "web-1", CvmKind.SEV_SNP.recipe().platform(FakeCvm.failing(Step.LAUNCH_FINISH)));
        var daemon = RunningDaemon.start(testbed).watching("web-1");

        guest.serial().send(Order.REBOOT);

        assertThat(guest.awaitExit(PATIENCE)).isEqualTo(1);
        daemon.awaitState("web-1", "gone");
    }

    @Test
    void a_reset_whose_launch_goes_wrong_has_died_when_somebody_introspected_TDX_before(Testbed testbed) {
        var guest = TestGuests.start(testbed, "web-1", CvmKind.TDX.recipe());
        var daemon = RunningDaemon.start(testbed).watching("web-1");
        guest.monitor().execute("qom-list-properties", Map.of("typename", "tdx-guest"));

        assertThat(daemon.reset("web-1").outcome()).isEqualTo("operator died none");
        assertThat(guest.awaitExit(PATIENCE)).isNotZero();
    }

    @Test
    void a_slow_launch_keeps_other_resets_out_where_no_more_are_allowed_at_once(Testbed testbed) {
        var slow = FakeCvm.slow(Step.LAUNCH_FINISH, Duration.ofSeconds(2));
        TestGuests.start(testbed, "web-1", CvmKind.SEV_SNP.recipe().platform(slow));
        var other = TestGuests.start(testbed, "web-2", CvmKind.SEV_SNP.recipe());
        var daemon =
                RunningDaemon.start(testbed, "limits.concurrent-resets", "1").watching("web-1", "web-2");

        var first = daemon.begin("web-1", Map.of());
        var second = daemon.request("web-2", Map.of());

        assertThat(second.status()).as(second.body()).isEqualTo(429);
        assertThat(second.json().path("detail").asString()).contains("limits.concurrent-resets of 1");
        assertThat(other.monitor().events()).isEmpty();
        assertThat(daemon.awaitClosed(first.id()).outcome()).isEqualTo("operator proven rebuilt");
        assertThat(daemon.reset("web-2").outcome()).isEqualTo("operator proven rebuilt");
    }

    @Test
    void a_slow_launch_is_slow_for_its_guest_alone(Testbed testbed) {
        var slow = FakeCvm.slow(Step.LAUNCH_FINISH, Duration.ofSeconds(20));
        TestGuests.start(
                testbed, "slow", CvmKind.TDX.recipe().platform(FakeCvm.slow(Step.FINALIZE_VM, Duration.ofSeconds(20))));
        TestGuests.start(testbed, "slower", CvmKind.SEV_SNP.recipe().platform(slow));
        var others = IntStream.range(0, 20).mapToObj(i -> "web-" + i).toList();
        others.forEach(name -> TestGuests.rebuilt(testbed, name));
        var daemon = RunningDaemon.start(testbed, "qmp.query-deadline", "1s").watching("slow", "slower");
        others.forEach(name -> daemon.awaitState(name, "watching"));

        var opened = List.of(daemon.begin("slow", Map.of()), daemon.begin("slower", Map.of()));
        others.forEach(name -> assertThat(daemon.reset(name).outcome()).isEqualTo("operator proven rebuilt"));

        assertThat(opened)
                .allSatisfy(reset -> assertThat(
                                daemon.resets(reset.guest()).getFirst().closed())
                        .isFalse());
        assertThat(opened)
                .allSatisfy(reset ->
                        assertThat(daemon.awaitClosed(reset.id()).outcome()).isEqualTo("operator proven rebuilt"));
    }

    @Test
    void a_reset_whose_launch_is_only_slow_is_proven_all_the_same(Testbed testbed) {
        var slow = FakeCvm.slow(Step.LAUNCH_FINISH, Duration.ofSeconds(4));
        var guest = TestGuests.start(testbed, "web-1", CvmKind.SEV_SNP.recipe().platform(slow));
        var bystander = Bystander.start(testbed);
        var daemon = RunningDaemon.start(testbed, "qmp.query-deadline", "1s").watching("bystander", "web-1");

        var reset = daemon.reset("web-1");

        assertThat(reset.outcome()).as(reset.toString()).isEqualTo("operator proven rebuilt");
        assertThat(reset.took()).isGreaterThan(Duration.ofSeconds(4));
        guest.serial().awaitBoots(2, PATIENCE);
        bystander.assertUnharmed(daemon);
    }
}
