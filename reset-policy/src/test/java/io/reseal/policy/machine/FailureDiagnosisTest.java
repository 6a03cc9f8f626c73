package io.reseal.policy.machine;

import static io.reseal.policy.machine.Conclusions.conclusion;
import static io.reseal.policy.machine.SampleGuests.plain;
import static io.reseal.policy.machine.SampleGuests.snp;
import static io.reseal.policy.machine.SampleGuests.tdx;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.VcpuCounters;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.launch.Launch.Fingerprint;
import io.reseal.policy.launch.Launch.Firmware;
import io.reseal.policy.reset.Verdict;
import io.reseal.policy.signal.Signal;
import io.reseal.policy.signal.Signal.ProcessState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is said of the step at which a rebuild failed (QEMU 11.1.3, each step made to fail). */
class FailureDiagnosisTest {
    private static final Fingerprint LOADED = new Fingerprint(65_536, "a", 1, 0);

    @Test
    void SEV_firmware_that_knows_no_launch_points_at_its_first_two_steps() {
        assertThat(failed("uninit"))
                .isEqualTo("the rebuild failed at INIT2 or LAUNCH_START; only a new QEMU process helps");
    }

    @Test
    void SEV_firmware_that_still_tells_the_old_state_was_not_asked() {
        assertThat(failed("running")).isEqualTo("the rebuild failed before INIT2;" + " only a new QEMU process helps");
    }

    @Test
    void a_death_without_an_event_can_be_any_step() {
        assertThat(died(GuestScenario.of(snp()).sent(12_000)))
                .isEqualTo("QEMU ended during the reset; first suspect: a step of its launch, which QEMU's log names");
    }

    @Test
    void a_death_after_STOP_is_one_of_the_early_steps() {
        assertThat(died(GuestScenario.of(snp()).sent(12_000).stop())).endsWith(": KVM_CREATE_VCPU, as STOP came first");
        assertThat(died(GuestScenario.of(tdx()).sent(12_000).stop()))
                .endsWith(": KVM_CREATE_GUEST_MEMFD, INIT_VM or KVM_CREATE_VCPU, as STOP came first");
    }

    @Test
    void a_death_with_firmware_that_is_not_what_it_was_is_put_down_to_that() {
        assertThat(died(withFirmware(new Fingerprint(65_537, "b", 1, 0))))
                .endsWith("first suspect: its firmware file is missing or of an odd size");
        assertThat(died(withFirmware(new Fingerprint(131_072, "b", 1, 0))))
                .endsWith("first suspect: its firmware file, which is not what was loaded before");
    }

    @Test
    void a_death_after_a_launch_that_was_complete_was_one_in_the_next_rebuild() {
        assertThat(died(GuestScenario.of(snp()).sent(12_000).resetSeen()))
                .isEqualTo("QEMU ended after a launch that was complete, very probably in the next rebuild");
        assertThat(died(GuestScenario.of(snp()).guestReset().counters(40)))
                .isEqualTo("QEMU ended after a launch that was complete, very probably in the next rebuild");
    }

    @Test
    void a_death_in_the_next_rebuild_of_a_guest_with_several_vCPUs_is_perhaps_the_race_of_its_reboot() {
        var two = new VcpuCounters(Map.of("a", 10_000L, "b", 10_000L), Optional.empty(), OptionalLong.empty());
        assertThat(died(GuestScenario.of(snp()).counters(two).guestReset()))
                .endsWith("in the next rebuild: a guest with several vCPUs that reboots by triple fault"
                        + " now and then ends QEMU with SIGSEGV");
    }

    @Test
    void a_death_after_a_launch_that_is_not_known_to_be_complete_says_so() {
        var paused = GuestScenario.of(snp())
                .stop()
                .requested(HazardId.PAUSED_SEV)
                .situationIn("paused", 12_000)
                .resetSeen()
                .sevState("launch-update");
        assertThat(died(paused)).isEqualTo("QEMU ended after the reset, whose launch was not seen to be complete");
    }

    @Test
    void a_plain_guest_has_no_launch_to_suspect() {
        assertThat(died(GuestScenario.of(plain()).sent(12_000))).isEqualTo("QEMU ended during the reset");
    }

    private static GuestScenario withFirmware(Fingerprint file) {
        var story = GuestScenario.of(snp())
                .launch(launch(LOADED))
                .requested(HazardId.values())
                .situation(12_000);
        return story.launch(launch(file)).situation(12_000);
    }

    private static Launch launch(Fingerprint file) {
        return new Launch(
                Map.of("policy", "0x30000"),
                Optional.empty(),
                Optional.of(new Firmware("/OVMF.fd", false, Optional.of(file), true)));
    }

    private static String failed(String sevState) {
        var story = GuestScenario.of(snp())
                .sent(12_000)
                .stop()
                .resetSeen()
                .acknowledged()
                .sevState(sevState)
                .counters(12_001)
                .runState("prelaunch");
        return conclusion(story.theReset()).summary();
    }

    private static String died(GuestScenario story) {
        return conclusion(story.detached().process(ProcessState.ENDED).theReset())
                .summary();
    }

    @Test
    void no_failed_launch_is_suspected_where_QEMU_told_why_it_ended() {
        for (var reason : List.of("host-qmp-quit", "host-signal", "guest-shutdown", "host-qmp-system-reset")) {
            for (boolean after : new boolean[] {true, false}) {
                var story = GuestScenario.of(SampleGuests.snp()).sent(12_000);
                if (after) {
                    story.resetSeen().acknowledged().counters(40);
                }
                story.take(new Signal.ShutdownSeen(GuestScenario.BEGIN, reason)).detached();
                story.process(Signal.ProcessState.ENDED);
                assertThat(Conclusions.verdict(story.theReset())).isEqualTo(Verdict.DIED);
                assertThat(Conclusions.conclusion(story.theReset()).summary())
                        .contains("SHUTDOWN with reason " + reason)
                        .doesNotContain("suspect", "SIGSEGV", "rebuild");
            }
        }
    }
}
