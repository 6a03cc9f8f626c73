package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.launch.SampleBundle;
import io.reseal.daemon.request.ResetRequest;
import io.reseal.daemon.request.ResetResponse;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Level;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.reset.EvidenceKind;
import io.reseal.policy.reset.Reset;
import io.reseal.policy.reset.Verdict;
import io.reseal.testbed.peer.ScriptedPeer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The bundle is older than the "QEMU" of these tests, which is their own process, as the build has put it there before. */
class IgvmGuestTest {
    private static final String VCPU = "/machine/unattached/device[0]";
    private static final String ONE_VCPU =
            "1ebd6c1b5dc3d9bd588cf5c259237d320953789e2e5f051990d426703c26ca3891e56a78997646329f78e219052c87d1";

    @RegisterExtension
    private final GuestManagerFixture rig = new GuestManagerFixture();

    private static Path bundle() throws URISyntaxException {
        return SampleBundle.FILE;
    }

    private ScriptedPeer peer(GuestKind kind, Path bundle) {
        return rig.peer("vm", kind)
                .property("/machine", "igvm-cfg", "/objects/igvm0")
                .property("/objects/igvm0", "type", "igvm-cfg")
                .property("/objects/igvm0", "file", bundle.toString())
                .property(VCPU, "family", 23)
                .property(VCPU, "model", 1)
                .property(VCPU, "stepping", 2);
    }

    private ScriptedPeer attached(GuestKind kind, Path bundle) {
        var peer = peer(kind, bundle);
        rig.watch("vm");
        rig.awaitState("vm", GuestStatus.State.WATCHING);
        return peer;
    }

    private List<HazardId> hazards() {
        return rig.guest("vm").hazards().stream().map(Hazard::id).toList();
    }

    private String launch(String word) {
        return rig.guest("vm").identity().orElseThrow().launch().getOrDefault(word, "");
    }

    @Test
    void an_IGVM_guest_has_the_digest_that_qemu_and_kvm_will_measure() throws Exception {
        attached(GuestKind.SEV_SNP, bundle());
        assertThat(launch("launchDigest")).isEqualTo(ONE_VCPU);
        assertThat(launch("igvm")).isEqualTo(bundle().toString());
        assertThat(launch("igvmBytes")).isEqualTo("13160");
        assertThat(launch("igvmObjects")).isEqualTo("igvm0");
        assertThat(launch("launchDigestIfInterruptsEnabled")).hasSize(96).isNotEqualTo(ONE_VCPU);
        // its ID block demands the former
        assertThat(hazards()).containsExactly(HazardId.ID_BLOCK_INTERRUPTS);
        assertThat(rig.guest("vm").resettable()).isFalse();
    }

    @Test
    void an_IGVM_guest_has_another_digest_once_a_vCPU_was_plugged_in_and_is_not_reset_unawares() throws Exception {
        var peer = attached(GuestKind.SEV_SNP, bundle());
        peer.counters(1, 70);
        assertThat(rig.reset("vm")).isInstanceOf(ResetResponse.Refused.class);
        rig.witness.await("the hazard is shown", () -> hazards().contains(HazardId.LAUNCH_CHANGED));
        assertThat(hazards()).contains(HazardId.ID_BLOCK_MISMATCH);
        assertThat(launch("launchDigest")).hasSize(96).isNotEqualTo(ONE_VCPU);
        assertThat(launch("vcpus")).isEqualTo("2");
        assertThat(peer.receivedNames()).doesNotContain("system_reset");
    }

    /** The samples of this rig are an hour apart. */
    @Test
    void an_IGVM_guest_is_read_anew_when_an_event_tells_that_a_device_has_come_or_gone() throws Exception {
        var peer = attached(GuestKind.SEV_SNP, bundle());
        peer.counters(1, 70);
        peer.emit("ACPI_DEVICE_OST", Map.of("info", Map.of("device", "cpu1", "slot", "1", "slot-type", "CPU")));
        rig.witness.await("the hazard is shown", () -> hazards().contains(HazardId.LAUNCH_CHANGED));
    }

    @Test
    void an_IGVM_guest_is_proven_to_be_launched_from_the_same_bundle() throws Exception {
        attached(GuestKind.SEV_SNP, bundle());
        var closed = reset(new ResetRequest(
                "vm",
                Optional.of(Level.SAME_LAUNCH),
                Optional.empty(),
                "test",
                Set.of(HazardId.ID_BLOCK_INTERRUPTS),
                false,
                Optional.empty(),
                "uid 0"));
        assertThat(closed.conclusion().orElseThrow().verdict()).isEqualTo(Verdict.PROVEN);
        assertThat(closed.evidence())
                .filteredOn(each -> each.kind() == EvidenceKind.LAUNCH)
                .anySatisfy(each -> assertThat(each.detail()).contains("IGVM bundle", "launch digest " + ONE_VCPU));
    }

    @Test
    void an_IGVM_guest_that_is_plain_is_known_with_its_bundle_and_a_second_one_is_a_hazard() throws Exception {
        var peer = attached(GuestKind.PLAIN, bundle()).property("/machine", "firmware", "bios-256k.bin");
        assertThat(launch("igvm")).isEqualTo(bundle().toString());
        assertThat(launch("igvmObjects")).isEqualTo("igvm0");
        assertThat(hazards()).isEmpty();
        peer.property("/objects/second", "type", "igvm-cfg");
        assertThat(rig.reset("vm")).isInstanceOf(ResetResponse.Refused.class);
        rig.witness.await("the hazard is shown", () -> hazards().equals(List.of(HazardId.IGVM_OBJECTS)));
    }

    @Test
    void an_IGVM_guest_that_is_plain_has_no_firmware_that_resets_once_more() throws Exception {
        var peer = peer(GuestKind.PLAIN, bundle()).property("/machine", "firmware", "bios-256k.bin");
        rig.watch("vm");
        rig.awaitState("vm", GuestStatus.State.WATCHING);
        peer.emit("RESET", Map.of("guest", true, "reason", "guest-reset"));
        peer.emit("RESET", Map.of("guest", true, "reason", "guest-reset"));
        assertThat(rig.awaitClosed("vm", 2).echoes()).isZero();
    }

    private Reset reset(ResetRequest request) {
        assertThat(rig.request(request)).isInstanceOf(ResetResponse.Started.class);
        return rig.awaitClosed("vm", 1);
    }

    @Test
    void an_IGVM_guest_is_not_reset_while_another_bundle_would_be_replayed_too() throws Exception {
        var peer = attached(GuestKind.SEV_SNP, bundle());
        peer.property("/objects/second", "type", "igvm-cfg");
        assertThat(rig.reset("vm")).isInstanceOf(ResetResponse.Refused.class);
        rig.witness.await("the hazard is shown", () -> hazards().equals(List.of(HazardId.IGVM_OBJECTS)));
        assertThat(launch("launchDigest")).isEmpty();
        assertThat(launch("launchDigestIfInterruptsEnabled")).isEmpty();
        assertThat(peer.receivedNames()).doesNotContain("system_reset");
    }

    @Test
    void an_IGVM_guest_is_not_reset_before_it_has_run() throws Exception {
        peer(GuestKind.SEV_SNP, bundle()).runState("prelaunch").counters(0, 0);
        rig.watch("vm");
        rig.awaitState("vm", GuestStatus.State.WATCHING);
        assertThat(hazards()).contains(HazardId.IGVM_NOT_RUN);
    }

    @Test
    void an_IGVM_guest_is_not_reset_if_its_ID_block_demands_another_digest() throws Exception {
        peer(GuestKind.SEV_SNP, bundle()).counters(1, 70);
        rig.watch("vm");
        rig.awaitState("vm", GuestStatus.State.WATCHING);
        assertThat(hazards()).containsExactly(HazardId.ID_BLOCK_MISMATCH);
        assertThat(rig.reset("vm")).isInstanceOf(ResetResponse.Refused.class);
    }

    @Test
    void an_IGVM_guest_of_another_kind_than_SNP_is_not_reset() throws Exception {
        attached(GuestKind.SEV_ES, bundle());
        assertThat(hazards()).contains(HazardId.SEV_IGVM);
    }

    @Test
    void an_IGVM_guest_that_is_a_TD_is_not_reset() throws Exception {
        attached(GuestKind.TDX, bundle());
        assertThat(hazards()).contains(HazardId.TDX_IGVM);
    }

    @Test
    void an_IGVM_guest_says_that_a_file_newer_than_qemu_tells_nothing_of_what_was_loaded() throws Exception {
        var file = Files.copy(bundle(), rig.folder().resolve("new.igvm"));
        attached(GuestKind.SEV_SNP, file);
        assertThat(hazards()).containsExactly(HazardId.IGVM_STALE);
        assertThat(launch("launchDigest")).isEmpty();
        assertThat(rig.guest("vm").resettable()).isTrue();
    }

    @Test
    void an_IGVM_guest_is_watched_on_whatever_its_file_becomes() throws IOException {
        attached(GuestKind.SEV_SNP, Files.write(rig.folder().resolve("garbage.igvm"), new byte[100]));
        assertThat(launch("igvmBytes")).isEqualTo("100");
        assertThat(launch("launchDigest")).isEmpty();
    }

    @Test
    void an_IGVM_guest_is_watched_on_if_its_file_has_gone() {
        attached(GuestKind.SEV_SNP, rig.folder().resolve("none.igvm"));
        assertThat(launch("igvm")).endsWith("none.igvm");
        assertThat(launch("igvmSha256")).isEmpty();
        assertThat(launch("igvmLoaded")).startsWith("gone from disk");
        assertThat(rig.guest("vm").hazards())
                .singleElement()
                .satisfies(hazard -> assertThat(hazard.consequence()).contains("is gone from disk"));
        assertThat(rig.guest("vm").resettable()).isTrue();
    }
}
