package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reseal.daemon.launch.SampleBundle;
import io.reseal.daemon.request.ResetRequest;
import io.reseal.daemon.request.ResetResponse;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.launch.LaunchChange;
import io.reseal.policy.launch.LaunchPart;
import io.reseal.policy.reset.Evidence;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Outcome;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.testbed.peer.ScriptedPeer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A peer that answers as QEMU 11.1-rc2 with libigvm does: the policy that QMP tells is the bundle's from the first second on.
 * Its command line is that of the process which serves the socket, ours, as a process table of files tells it.
 */
class LaunchChangeTest {
    private static final long PID = ProcessHandle.current().pid();
    private static final String TRAP = "the policy was 0x30000, is 0xb0000: the guest is debuggable";

    @RegisterExtension
    private final GuestManagerFixture rig = new GuestManagerFixture();

    private FakeProc proc;

    @BeforeEach
    void begin() {
        proc = new FakeProc(rig.folder().resolve("proc"))
                .process(PID, 100)
                .up(Duration.ofSeconds(2))
                .files(PID);
        rig.restart(proc.table());
    }

    @Test
    void a_launch_changed_by_a_policy_trap_is_refused_and_contradicted_when_it_is_forced() throws Exception {
        var peer = started("0x30000", 0xb0000);
        assertThat(hazards()).containsExactly(HazardId.POLICY_TRAP);
        assertThat(launch("policy")).isEqualTo("0x30000");
        assertThat(launch("policyOfNextLaunch")).isEqualTo("0xb0000");
        assertThat(rig.reset("vm")).isInstanceOf(ResetResponse.Refused.class);
        assertThat(peer.receivedNames()).doesNotContain("system_reset");

        assertThat(rig.request(forced())).isInstanceOf(ResetResponse.Started.class);
        var closed = rig.awaitClosed("vm", 2);
        assertThat(closed.conclusion().orElseThrow().verdict()).isEqualTo(Verdict.UNPROVEN);
        assertThat(contradictions(closed)).containsExactly("the launch is another: " + TRAP);
        assertThat(rig.witness.launchChanges()).containsExactly(new LaunchChange(LaunchPart.POLICY, TRAP));
        assertThat(launch("policy")).isEqualTo("0xb0000");
        assertThat(hazards()).doesNotContain(HazardId.POLICY_TRAP);
    }

    @Test
    void a_launch_changed_by_the_guests_own_reboot_is_told_whatever_level_is_wanted() throws Exception {
        var peer = started("0x30000", 0xb0000);
        peer.counters(0, 7).emit("RESET", Map.of("guest", true, "reason", "guest-reset"));
        var closed = rig.awaitClosed("vm", 1);
        assertThat(closed.conclusion().orElseThrow().level()).contains(Level.REBUILT);
        // the settle time of a test is so short that the launch may be read after the verdict
        await("the change").until(() -> !rig.witness.launchChanges().isEmpty());
        assertThat(rig.witness.launchChanges()).containsExactly(new LaunchChange(LaunchPart.POLICY, TRAP));
    }

    @Test
    void a_launch_changed_before_anybody_watched_is_known_by_the_descriptor_that_it_left_behind() throws Exception {
        proc.sevDescriptors(PID, 2);
        started("0x30000", 0xb0000);
        assertThat(hazards()).containsExactly(HazardId.IGVM_LEAK);
        assertThat(launch("policy")).isEqualTo("0xb0000");
    }

    @Test
    void a_launch_changed_by_a_bundle_added_to_other_firmware_is_contradicted_and_that_is_not_called_stale()
            throws Exception {
        proc.commandLine(PID, "qemu", "-machine", "q35", "-object", "sev-snp-guest,id=cgs0", "-bios", bundle());
        var peer = snp(0x30000).property("/machine", "firmware", bundle());
        watch();
        peer.property("/objects/more", "type", "igvm-cfg").property("/objects/more", "file", bundle());
        assertThat(rig.request(forced())).isInstanceOf(ResetResponse.Started.class);
        var closed = rig.awaitClosed("vm", 1);
        assertThat(closed.hazards()).extracting(Hazard::id).contains(HazardId.IGVM_OBJECTS);
        assertThat(closed.hazards()).extracting(Hazard::id).doesNotContain(HazardId.IGVM_STALE);
        assertThat(contradictions(closed)).singleElement().asString().contains("were none, are [more]");
    }

    @Test
    void a_launch_change_cannot_be_told_once_the_machines_own_bundle_was_deleted() throws Exception {
        var peer = started("0x30000", 0x30000);
        peer.property("/machine", "igvm-cfg", "").answers("qom-list", List.of());
        assertThat(rig.request(forced())).isInstanceOf(ResetResponse.Started.class);
        var closed = rig.awaitClosed("vm", 1);
        assertThat(closed.conclusion().orElseThrow().verdict()).isEqualTo(Verdict.UNPROVEN);
        assertThat(contradictions(closed)).isEmpty();
        assertThat(details(closed)).singleElement().asString().contains("was deleted", "cannot be told");
        assertThat(rig.witness.launchChanges()).isEmpty();
    }

    @Test
    void a_launch_is_not_changed_where_both_policies_are_the_same() throws Exception {
        started("0x30000", 0x30000);
        assertThat(rig.request(forced())).isInstanceOf(ResetResponse.Started.class);
        assertThat(rig.awaitClosed("vm", 1).conclusion().orElseThrow().verdict())
                .isEqualTo(Verdict.PROVEN);
        assertThat(rig.witness.launchChanges()).isEmpty();
    }

    private ScriptedPeer started(String policy, int told) throws Exception {
        proc.commandLine(
                PID,
                "qemu",
                "-qmp",
                "unix:" + rig.socket("vm") + ",server=on",
                "-machine",
                "q35,confidential-guest-support=cgs0,igvm-cfg=igvm0",
                "-object",
                "igvm-cfg,id=igvm0,file=" + bundle(),
                "-object",
                "sev-snp-guest,id=cgs0,policy=" + policy);
        var peer = snp(told)
                .property("/machine", "igvm-cfg", "/objects/igvm0")
                .property("/objects/igvm0", "type", "igvm-cfg")
                .property("/objects/igvm0", "file", bundle());
        watch();
        return peer;
    }

    private ScriptedPeer snp(int policy) {
        return rig.peer("vm", GuestKind.SEV_SNP).property("/objects/cgs0", "policy", policy);
    }

    private void watch() {
        rig.watch("vm");
        rig.awaitState("vm", GuestStatus.State.WATCHING);
    }

    private List<HazardId> hazards() {
        return rig.guest("vm").hazards().stream().map(Hazard::id).toList();
    }

    private String launch(String word) {
        return rig.guest("vm").identity().orElseThrow().launch().getOrDefault(word, "");
    }

    /** Everything that these guests could have is forced, up to {@code same-launch}. */
    private static ResetRequest forced() {
        return new ResetRequest(
                "vm",
                Optional.of(Level.SAME_LAUNCH),
                Optional.empty(),
                "test",
                Set.of(HazardId.POLICY_TRAP, HazardId.IGVM_OBJECTS, HazardId.FIRMWARE_GONE),
                false,
                Optional.empty(),
                "uid 0");
    }

    private static List<String> details(Reset reset) {
        return reset.evidence().stream()
                .filter(each -> each.kind() == EvidenceKind.LAUNCH)
                .map(Evidence::detail)
                .toList();
    }

    private static List<String> contradictions(Reset reset) {
        return reset.evidence().stream()
                .filter(each -> each.kind() == EvidenceKind.LAUNCH && each.outcome() == Outcome.CONTRADICTS)
                .map(Evidence::detail)
                .toList();
    }

    private static String bundle() throws Exception {
        return SampleBundle.FILE.toString();
    }
}
