package io.reseal.daemon.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.daemon.request.ResetResponse;
import io.reseal.daemon.status.GuestStatus;
import io.reseal.policy.GuestKind;
import io.reseal.policy.RunState;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import io.reseal.testbed.peer.ScriptedPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class GuestIdentifierTest {
    @RegisterExtension
    private final GuestManagerFixture rig = new GuestManagerFixture();

    @ParameterizedTest
    @EnumSource
    void the_identification_tells_every_kind_of_guest(GuestKind kind) {
        rig.attached("vm", kind);
        assertThat(identity().kind()).isEqualTo(kind);
    }

    @Test
    void the_identification_reads_who_the_guest_is() {
        rig.peer("vm").uuid(new UUID(1, 2)).greetsWith("11.0.4");
        watch();
        assertThat(identity().uuid()).isEqualTo(new UUID(1, 2).toString());
        assertThat(identity().qemu()).isEqualTo("11.0.4");
        assertThat(identity().runState()).isEqualTo(RunState.RUNNING);
        assertThat(identity().incarnation()).isOne();
        assertThat(rig.guest("vm").hazards()).isEmpty();
        assertThat(rig.guest("vm").resettable()).isTrue();
    }

    @Test
    void the_identification_knows_the_process_at_the_other_end() {
        rig.attached("vm", GuestKind.PLAIN);
        assertThat(identity().pid()).contains(ProcessHandle.current().pid());
    }

    @Test
    void the_identification_does_not_take_a_process_for_QEMU_that_has_no_thread_of_its_first_vCPU() {
        rig.peer("vm").answers("query-cpus-fast", List.of(Map.of("cpu-index", 0, "thread-id", 1)));
        watch();
        assertThat(identity().pid()).isEmpty();
        assertThat(identity().processSeen()).isFalse();
        assertThat(rig.guest("vm").hazards()).extracting(Hazard::id).containsExactly(HazardId.PROCESS_UNSEEN);
    }

    @Test
    void the_identification_does_not_take_a_process_for_QEMU_where_the_monitor_tells_no_thread() {
        rig.peer("vm").answers("query-cpus-fast", List.of());
        watch();
        assertThat(identity().pid()).isEmpty();
        assertThat(rig.guest("vm").hazards()).extracting(Hazard::id).containsExactly(HazardId.PROCESS_UNSEEN);
    }

    @ParameterizedTest
    @EnumSource(
            value = GuestKind.class,
            names = {"PLAIN", "TDX"})
    void the_identification_never_sends_query_sev_to_a_guest_without_SEV(GuestKind kind) {
        var peer = rig.attached("vm", kind);
        rig.reset("vm");
        rig.awaitClosed("vm", 1);
        peer.emit("RESET", Map.of("guest", true, "reason", "guest-reset"));
        rig.awaitClosed("vm", 2);
        assertThat(peer.receivedNames()).contains("system_reset").doesNotContain("query-sev");
    }

    @ParameterizedTest
    @EnumSource(
            value = GuestKind.class,
            names = {"SEV", "SEV_ES", "SEV_SNP"})
    void the_identification_sends_query_sev_only_once_the_kind_is_known(GuestKind kind) {
        var peer = rig.attached("vm", kind);
        var sent = peer.received();
        int kindAsked = indexOf(sent, "type");
        int sevAsked = peer.receivedNames().indexOf("query-sev");
        assertThat(sevAsked).isGreaterThan(kindAsked);
        assertThat(kindAsked).isNotNegative();
    }

    @Test
    void the_identification_sends_nothing_more_to_a_confidential_guest_of_a_kind_that_it_does_not_know() {
        var peer = rig.peer("vm").confidential("cca-guest");
        rig.watch("vm");
        rig.awaitDetail("vm", "confidential guests of type cca-guest are not known to this version");
        assertThat(rig.guest("vm").state()).isEqualTo(GuestStatus.State.UNREACHABLE);
        assertThat(rig.reset("vm")).isInstanceOf(ResetResponse.NotReachable.class);
        assertThat(peer.receivedNames())
                .isSubsetOf(
                        "qmp_capabilities",
                        "query-qmp-schema",
                        "query-uuid",
                        "query-name",
                        "query-accelerators",
                        "query-cpus-fast",
                        "qom-get");
    }

    @Test
    void the_identification_understands_a_QEMU_without_query_accelerators_and_without_the_property_of_11_1() {
        rig.peer("vm")
                .greetsWith("8.2.0")
                .rejects("query-accelerators", "CommandNotFound", "The command query-accelerators has not been found")
                .onCommand("qom-get", command -> {
                    if (command.arguments().path("property").asString("").equals("confidential-guest-support")) {
                        command.reply("");
                    } else {
                        command.fail("GenericError", "Property not found");
                    }
                });
        watch();
        assertThat(identity().launch()).containsEntry("accelerator", "kvm").doesNotContainKey("firmware");
        assertThat(identity().kind()).isEqualTo(GuestKind.PLAIN);
    }

    @Test
    void the_identification_understands_a_QEMU_that_knows_none_of_the_optional_commands() {
        var peer = rig.peer("vm").greetsWith("6.2.0");
        for (var command :
                new String[] {"query-accelerators", "query-kvm", "query-stats", "query-migrate", "qom-get"}) {
            peer.rejects(command, "CommandNotFound", "The command " + command + " has not been found");
        }
        watch();
        assertThat(identity().launch()).containsEntry("accelerator", "tcg");
    }

    @ParameterizedTest
    @CsvSource({"tcg, false", "kvm, true"})
    void the_identification_tells_whether_KVM_runs_the_guest(String accelerator, boolean rebuilt) {
        rig.peer("vm", GuestKind.SEV_SNP)
                .answers("query-accelerators", Map.of("enabled", accelerator, "present", new String[] {"kvm", "tcg"}));
        watch();
        assertThat(identity().launch())
                .containsEntry("accelerator", accelerator)
                .containsEntry("rebuiltOnReset", Boolean.toString(rebuilt));
    }

    @Test
    void the_identification_tells_that_a_plain_guest_is_rebuilt_where_QEMUs_test_property_is_on() {
        rig.peer("vm").property("/machine", "x-change-vmfd-on-reset", true);
        watch();
        assertThat(identity().launch()).containsEntry("rebuiltOnReset", "true");
    }

    @Test
    void the_identification_tells_firmware_in_flash_from_firmware_in_a_file() {
        rig.peer("vm").property("/machine", "pflash0", "#block123").property("/machine", "firmware", "bios-256k.bin");
        watch();
        assertThat(identity().launch()).containsEntry("firmware", "pflash");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bios-256k.bin", "/usr/share/seabios/bios.bin", "bios-microvm.bin"})
    void the_identification_knows_that_SeaBIOS_answers_each_reset_with_one_of_its_own(String firmware) {
        var peer = rig.peer("vm").property("/machine", "firmware", firmware);
        watch();
        twoGuestResets(peer);
        assertThat(rig.awaitClosed("vm", 1).echoes()).isOne();
        assertThat(rig.witness.opened("vm")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/usr/share/OVMF.fd", "/bios.bin/OVMF.fd", "/"})
    void the_identification_knows_that_other_firmware_answers_no_reset_with_one_of_its_own(String firmware) {
        var peer = rig.peer("vm").property("/machine", "firmware", firmware);
        watch();
        twoGuestResets(peer);
        rig.awaitClosed("vm", 2);
    }

    @Test
    void the_identification_tells_what_a_confidential_guest_is_launched_from() throws IOException {
        var firmware = Files.writeString(rig.folder().resolve("OVMF.fd"), "abc");
        rig.peer("vm", GuestKind.SEV_ES)
                .property("/machine", "firmware", firmware.toString())
                .answers("query-sev-launch-measure", Map.of("data", "bWVhc3VyZQ=="));
        watch();
        assertThat(identity().launch())
                .containsEntry("firmware", firmware.toString())
                .containsEntry("firmwareBytes", "3")
                .containsEntry("firmwareSha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
                .containsEntry("measurement", "bWVhc3VyZQ==")
                .containsEntry("policy", "0x5")
                .containsEntry("vcpus", "1");
    }

    @Test
    void the_identification_asks_a_plain_guest_for_nothing_that_only_confidential_ones_are_launched_from() {
        var peer = rig.attached("vm", GuestKind.PLAIN);
        assertThat(peer.receivedNames())
                .doesNotContain("query-sev-launch-measure")
                .hasSize(14);
    }

    @Test
    void the_identification_asks_what_the_schema_has_and_takes_nothing_else_from_it() {
        var peer = rig.peer("vm").answers("query-qmp-schema", new Object[] {
            Map.of("meta-type", "command", "name", "query-kvm", "arg-type", "0", "ret-type", "0")
        });
        watch();
        assertThat(peer.receivedNames()).contains("query-kvm", "query-stats").doesNotContain("query-accelerators");
    }

    @Test
    void the_identification_asks_a_build_for_its_schema_once() {
        var schema = new Object[] {Map.of("meta-type", "command", "name", "query-kvm")};
        var first = rig.peer("vm").answers("query-qmp-schema", schema);
        watch();
        var second = rig.peer("vm-2").answers("query-qmp-schema", schema);
        rig.watch("vm-2");
        rig.awaitState("vm-2", GuestStatus.State.WATCHING);
        assertThat(first.receivedNames()).containsOnlyOnce("query-qmp-schema");
        assertThat(second.receivedNames()).doesNotContain("query-qmp-schema");
    }

    @Test
    void the_identification_finds_an_old_QEMU_that_would_end_a_protected_guest() {
        rig.peer("vm", GuestKind.TDX).greetsWith("10.1.2");
        watch();
        assertThat(rig.guest("vm").hazards()).extracting(Hazard::id).containsExactly(HazardId.QEMU_TOO_OLD);
        assertThat(rig.reset("vm")).isInstanceOf(ResetResponse.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"query-uuid", "query-accelerators", "qom-get", "query-status", "query-stats"})
    void the_identification_survives_replies_of_the_wrong_shape(String command) {
        var peer = rig.peer("vm").answers(command, new Object[] {Map.of("stats", 7), "x", 1e300, new Object[0]});
        rig.watch("vm");
        peer.awaitCommand("query-stats");
        rig.settle();
        peer.answers(command, Map.of());
        assertThat(rig.fleet.guest("vm")).isPresent();
    }

    private void watch() {
        rig.watch("vm");
        rig.awaitState("vm", GuestStatus.State.WATCHING);
    }

    private GuestStatus.Identity identity() {
        return rig.guest("vm").identity().orElseThrow();
    }

    private static void twoGuestResets(ScriptedPeer peer) {
        peer.emit("RESET", Map.of("guest", true, "reason", "guest-reset"));
        peer.emit("RESET", Map.of("guest", true, "reason", "guest-reset"));
    }

    private static int indexOf(List<JsonNode> sent, String property) {
        for (int i = 0; i < sent.size(); i++) {
            if (sent.get(i).path("arguments").path("property").asString("").equals(property)) {
                return i;
            }
        }
        return -1;
    }
}
