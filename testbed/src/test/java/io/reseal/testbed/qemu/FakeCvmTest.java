package io.reseal.testbed.qemu;

import static io.reseal.testbed.junit.Requirement.CVM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseal.testbed.TestbedException.ConnectionLost;
import io.reseal.testbed.junit.Requires;
import io.reseal.testbed.junit.TestbedExtension;
import io.reseal.testbed.platform.FakeCvm;
import io.reseal.testbed.platform.FakeCvm.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What QEMU 11.1 makes of a platform that fails, is short of keys or slow: the table of the simulated platform's README. */
@Requires(CVM)
class FakeCvmTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    enum Irqchip {
        FULL,
        SPLIT
    }

    /** What becomes of QEMU. */
    enum Fate {
        /** It lives: STOP, RESET, run state prelaunch. */
        LIVES,
        /** Exit code 1, no event. */
        EXITS,
        /** SIGABRT, no event. */
        ABORTS,
        /** SIGSEGV, SIGABRT or exit code 1, whichever thread comes first; STOP may be seen, RESET never is. */
        CRASHES
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            SEV_SNP, FULL,  KVM_CREATE_VM,          ABORTS
            SEV_SNP, FULL,  KVM_CREATE_GUEST_MEMFD, ABORTS
            SEV_SNP, FULL,  INIT2,                  ABORTS
            SEV_SNP, FULL,  LAUNCH_START,           ABORTS
            SEV_SNP, FULL,  KVM_CREATE_VCPU,        CRASHES
            SEV_SNP, FULL,  LAUNCH_UPDATE,          EXITS
            SEV_SNP, FULL,  LAUNCH_FINISH,          EXITS
            SEV_SNP, SPLIT, KVM_CREATE_VM,          ABORTS
            SEV_SNP, SPLIT, KVM_CREATE_GUEST_MEMFD, LIVES
            SEV_SNP, SPLIT, INIT2,                  LIVES
            SEV_SNP, SPLIT, LAUNCH_START,           LIVES
            SEV_SNP, SPLIT, KVM_CREATE_VCPU,        CRASHES
            SEV_SNP, SPLIT, LAUNCH_UPDATE,          EXITS
            SEV_SNP, SPLIT, LAUNCH_FINISH,          EXITS
            SEV_ES,  FULL,  KVM_CREATE_VM,          ABORTS
            SEV_ES,  FULL,  INIT2,                  ABORTS
            SEV_ES,  FULL,  LAUNCH_START,           ABORTS
            SEV_ES,  FULL,  KVM_CREATE_VCPU,        CRASHES
            SEV_ES,  FULL,  LAUNCH_UPDATE,          EXITS
            SEV_ES,  FULL,  LAUNCH_UPDATE_VMSA,     EXITS
            SEV_ES,  FULL,  LAUNCH_MEASURE,         EXITS
            SEV_ES,  FULL,  LAUNCH_FINISH,          EXITS
            SEV_ES,  SPLIT, INIT2,                  LIVES
            SEV_ES,  SPLIT, LAUNCH_START,           LIVES
            TDX,     SPLIT, KVM_CREATE_VM,          ABORTS
            TDX,     SPLIT, KVM_CREATE_GUEST_MEMFD, CRASHES
            TDX,     SPLIT, INIT_VM,                CRASHES
            TDX,     SPLIT, KVM_CREATE_VCPU,        CRASHES
            TDX,     SPLIT, INIT_VCPU,              EXITS
            TDX,     SPLIT, INIT_MEM_REGION,        EXITS
            TDX,     SPLIT, FINALIZE_VM,            EXITS
            """)
    void a_reset_whose_launch_fails_ends_as_the_README_says(
            ConfidentialGuestTest.Kind kind, Irqchip irqchip, Step step, Fate fate) {
        var recipe = irqchip == Irqchip.SPLIT ? kind.guest().splitIrqchip() : kind.guest();
        var guest = recipe.platform(FakeCvm.failing(step)).start();
        if (fate == Fate.LIVES) {
            guest.monitor().execute("system_reset");
            assertThat(status(guest)).isEqualTo("prelaunch");
            assertThat(guest.monitor().eventNames()).containsExactly("STOP", "RESET");
        } else {
            assertThatThrownBy(() -> guest.monitor().execute("system_reset")).isInstanceOf(ConnectionLost.class);
            assertThat(guest.awaitExit(PATIENCE)).isIn(exitCodes(fate));
            assertThat(guest.monitor().eventNames()).doesNotContain("RESET");
        }
        assertThat(guest.launches().get(1).steps(step.name())).anySatisfy(failed -> {
            assertThat(failed.wasInjected()).isTrue();
            assertThat(failed.errno()).contains("EIO");
        });
    }

    private static List<Integer> exitCodes(Fate fate) {
        return switch (fate) {
            case LIVES -> List.of();
            case EXITS -> List.of(1);
            case ABORTS -> List.of(128 + 6);
            case CRASHES -> List.of(1, 128 + 6, 128 + 11);
        };
    }

    @Test
    void a_fault_comes_at_the_time_and_with_the_error_that_were_asked_for() {
        var guest = Qemu.guest()
                .sevSnp()
                .platform(FakeCvm.failing(Step.LAUNCH_UPDATE).launch(3).time(2).errno("ENOMEM"))
                .start();
        guest.monitor().execute("system_reset");
        guest.serial().awaitBoots(2, PATIENCE);
        guest.monitor().send("system_reset");
        assertThat(guest.awaitExit(PATIENCE)).isEqualTo(1);
        var updates = guest.launches().get(2).steps("LAUNCH_UPDATE");
        assertThat(updates).extracting(update -> update.errno().orElse("")).containsExactly("", "ENOMEM");
    }

    @Test
    void a_failed_SEV_initialisation_is_seen_in_query_sev_and_a_failed_guest_memfd_is_not() {
        assertThat(sevStateAfterFailing(Step.INIT2)).isEqualTo("uninit");
        assertThat(sevStateAfterFailing(Step.KVM_CREATE_GUEST_MEMFD)).isEqualTo("running");
    }

    private static String sevStateAfterFailing(Step step) {
        var guest = Qemu.guest()
                .sevSnp()
                .splitIrqchip()
                .platform(FakeCvm.failing(step))
                .start();
        guest.monitor().execute("system_reset");
        return guest.monitor().execute("query-sev").path("state").asString();
    }

    @Test
    void a_rebuild_needs_a_spare_key_as_the_old_VM_still_has_its_own() {
        var lucky = Qemu.guest().sevSnp().spareKeys(1).start();
        lucky.monitor().execute("system_reset");
        lucky.serial().awaitBoots(2, PATIENCE);
        var guest = Qemu.guest().sevSnp().splitIrqchip().spareKeys(0).start();
        guest.monitor().execute("system_reset");
        assertThat(status(guest)).isEqualTo("prelaunch");
        assertThat(guest.launches().get(1).steps("INIT2").getFirst().errno()).contains("EBUSY");
    }

    @Test
    void a_TD_needs_a_spare_key_only_when_it_has_more_than_one_vCPU() {
        var one = Qemu.guest().tdx().spareKeys(0).start();
        one.monitor().execute("system_reset");
        one.serial().awaitBoots(2, PATIENCE);
        var two = Qemu.guest().tdx().smp(2).spareKeys(0).start();
        assertThatThrownBy(() -> two.monitor().execute("system_reset")).isInstanceOf(ConnectionLost.class);
        two.awaitExit(PATIENCE);
        assertThat(two.launches().get(1).steps("INIT_VM").getFirst().errno()).contains("ENOSPC");
    }

    @ParameterizedTest
    @CsvSource({"SEV, 0", "TDX, 0", "SEV_ES, 1", "SEV_SNP, 134"})
    void a_paused_guest_that_goes_on_after_a_reset_may_end_QEMU(ConfidentialGuestTest.Kind kind, int exitCode) {
        var guest = kind.guest().start();
        guest.monitor().execute("stop");
        guest.monitor().execute("system_reset");
        assertThat(status(guest)).isEqualTo("prelaunch");
        if (exitCode == 0) {
            guest.monitor().execute("cont");
            guest.serial().awaitBoots(2, PATIENCE);
        } else {
            guest.monitor().send("cont");
            assertThat(guest.awaitExit(PATIENCE)).isEqualTo(exitCode);
        }
    }

    @Test
    void a_TD_whose_clock_is_no_multiple_of_25_MHz_starts_but_does_not_survive_its_reset() {
        var guest = Qemu.guest().tdx().tscKhz(2_599_998).start();
        assertThatThrownBy(() -> guest.monitor().execute("system_reset")).isInstanceOf(ConnectionLost.class);
        assertThat(guest.awaitExit(PATIENCE)).isNotZero();
        assertThat(guest.log()).contains("unable to rebuild guest: Invalid argument");
    }

    @Test
    void a_slow_platform_keeps_the_monitor_silent_and_the_reset_ends_well() {
        var delay = Duration.ofSeconds(2);
        var guest = Qemu.guest()
                .sevSnp()
                .platform(FakeCvm.slow(Step.LAUNCH_FINISH, delay))
                .start();
        long before = System.nanoTime();
        guest.monitor().execute("system_reset");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(delay);
        guest.serial().awaitBoots(2, PATIENCE);
        assertThat(status(guest)).isEqualTo("running");
    }

    @Test
    void each_rebuild_leaves_one_more_descriptor_of_dev_sev() throws IOException {
        var guest = Qemu.guest().sevSnp().start();
        assertThat(sevDescriptors(guest)).isEqualTo(1);
        for (int boots = 2; boots <= 4; boots++) {
            guest.monitor().execute("system_reset");
            guest.serial().awaitBoots(boots, PATIENCE);
        }
        assertThat(sevDescriptors(guest)).isEqualTo(4);
    }

    private static long sevDescriptors(QemuGuest guest) throws IOException {
        try (var descriptors = Files.list(Path.of("/proc", String.valueOf(guest.pid()), "fd"))) {
            return descriptors
                    .map(FakeCvmTest::target)
                    .filter(target -> target.endsWith("/dev/sev"))
                    .count();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    @Test
    void a_fault_at_the_start_is_told_with_what_QEMU_says() {
        var recipe = Qemu.guest().sevSnp().platform(FakeCvm.failing(Step.INIT2).launch(1));
        assertThatThrownBy(recipe::start).hasMessageContaining("sev_common_kvm_init: failed to initialize");
    }

    @Test
    void the_launches_of_a_closed_guest_are_still_known() {
        var guest = Qemu.guest().tdx().start();
        guest.close();
        assertThat(guest.launches())
                .singleElement()
                .satisfies(launch -> assertThat(launch.isFinished()).isTrue());
    }

    @Test
    void the_launch_log_of_a_failed_test_is_kept_beside_that_of_QEMU(@TempDir Path folder) {
        var guest = Qemu.guest().sevSnp().name("web-1").start();
        guest.close();
        TestbedExtension.keepLogs(List.of(guest), folder);
        assertThat(folder.resolve("web-1.log")).exists();
        assertThat(folder.resolve("web-1.launches.jsonl")).content().contains("\"step\":\"LAUNCH_FINISH\"");
    }

    private static String status(QemuGuest guest) {
        return guest.monitor().execute("query-status").path("status").asString();
    }
}
