package io.reseal.policy.hazard;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.GuestFacts;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Proof;
import io.reseal.policy.QemuIdentity;
import io.reseal.policy.QemuRelease;
import io.reseal.policy.RebootAction;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.launch.LaunchHistory;
import io.reseal.policy.machine.GuestScenario;
import io.reseal.policy.machine.SampleGuests;
import io.reseal.policy.state.GuestQueries;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LaunchHazardsTest {
    private static final int MIB = 1024 * 1024;

    private static Launch firmware(boolean pflash, boolean older, long size, String content) {
        var file = size < 0
                ? Optional.<Launch.Fingerprint>empty()
                : Optional.of(new Launch.Fingerprint(size, content, 7, 1_000));
        return new Launch(
                Map.of("vcpus", "1"),
                Optional.empty(),
                Optional.of(new Launch.Firmware("/fw/OVMF.fd", pflash, file, older)));
    }

    private static Launch tsc(String frequency) {
        return new Launch(Map.of("tsc-frequency", frequency), Optional.empty(), Optional.empty());
    }

    private static List<Hazard> hazards(GuestKind kind, LaunchHistory launches) {
        return Hazards.of(
                SampleGuests.guest(kind),
                new Condition(new RunState("running"), false, ResetPolicy.Terms.DEFAULT, launches, false, false));
    }

    private static List<HazardId> ids(GuestKind kind, Launch... read) {
        var launches = LaunchHistory.UNKNOWN;
        for (var launch : read) {
            launches = launches.read(launch, HostCapacity.UNKNOWN);
        }
        return hazards(kind, launches).stream().map(Hazard::id).toList();
    }

    private static List<HazardId> ids(GuestKind kind, HostCapacity room) {
        return hazards(kind, LaunchHistory.UNKNOWN.read(Launch.UNKNOWN, room)).stream()
                .map(Hazard::id)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"PLAIN,false", "SEV,false", "SEV_ES,true", "SEV_SNP,true", "TDX,true"})
    void firmware_changed_is_another_content_than_what_was_loaded(GuestKind kind, boolean has) {
        var loaded = firmware(false, true, 4 * MIB, "a");
        assertThat(ids(kind, loaded, loaded)).isEmpty();
        assertThat(ids(kind, loaded, firmware(false, true, 4 * MIB, "b")).contains(HazardId.FIRMWARE_CHANGED))
                .isEqualTo(has);
    }

    @Test
    void firmware_changed_is_a_file_too_new_to_be_what_was_loaded() {
        assertThat(hazards(
                        GuestKind.SEV_SNP,
                        LaunchHistory.UNKNOWN.read(firmware(false, false, 4 * MIB, "a"), HostCapacity.UNKNOWN)))
                .singleElement()
                .satisfies(
                        hazard -> assertThat(hazard.consequence())
                                .isEqualTo(
                                        "/fw/OVMF.fd may not be what QEMU has loaded, it or its path is too new: the next launch may have another measurement."));
    }

    @ParameterizedTest
    @CsvSource({
        "SEV_SNP,-1,true",
        "TDX,0,true",
        "SEV_ES,65535,true",
        "SEV_SNP,65536,false",
        "PLAIN,-1,false",
        "SEV,1,false"
    })
    void firmware_gone_is_a_file_that_is_missing_or_not_a_multiple_of_64_KiB(GuestKind kind, long size, boolean has) {
        assertThat(ids(kind, firmware(false, true, size, "a")).contains(HazardId.FIRMWARE_GONE))
                .isEqualTo(has);
    }

    @ParameterizedTest
    @EnumSource(GuestKind.class)
    void pflash_firmware_is_a_hazard_of_sev_es_alone_whatever_became_of_the_file(GuestKind kind) {
        var has = ids(kind, firmware(true, true, 4 * MIB, "a"), firmware(true, false, -1, "a"));
        assertThat(has).isEqualTo(kind == GuestKind.SEV_ES ? List.of(HazardId.SEV_ES_PFLASH) : List.of());
    }

    @ParameterizedTest
    @EnumSource(GuestKind.class)
    void no_spare_asid_is_a_hazard_of_kinds_that_are_rebuilt(GuestKind kind) {
        var none = new HostCapacity(OptionalLong.of(0), OptionalLong.empty());
        assertThat(ids(kind, none).contains(HazardId.NO_SPARE_ASID)).isEqualTo(kind.alwaysRebuilt());
        assertThat(ids(kind, new HostCapacity(OptionalLong.of(1), OptionalLong.empty())))
                .isEmpty();
        assertThat(ids(kind, HostCapacity.UNKNOWN)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(GuestKind.class)
    void rebuilds_used_up_is_fewer_than_32_descriptors(GuestKind kind) {
        assertThat(ids(kind, new HostCapacity(OptionalLong.empty(), OptionalLong.of(31)))
                        .contains(HazardId.REBUILDS_USED_UP))
                .isEqualTo(kind.alwaysRebuilt());
        assertThat(ids(kind, new HostCapacity(OptionalLong.empty(), OptionalLong.of(32))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "TDX,2599998000,true",
        "TDX,2600000000,false",
        "TDX,0,false",
        "TDX,,false",
        "TDX,fast,false",
        "SEV_SNP,2599998000,false",
        "PLAIN,2599998000,false"
    })
    void tdx_tsc_is_a_frequency_that_is_set_and_no_multiple_of_25_MHz(GuestKind kind, String frequency, boolean has) {
        var launch = frequency == null ? Launch.UNKNOWN : tsc(frequency);
        assertThat(ids(kind, launch).contains(HazardId.TDX_TSC)).isEqualTo(has);
    }

    @ParameterizedTest
    @EnumSource(GuestKind.class)
    void stateful_is_what_the_operator_says_of_guests_of_any_kind(GuestKind kind) {
        var policy = new ResetPolicy(new ResetPolicy.Terms(Proof.DEFAULT, false, true, true, Set.of()), List.of());
        var state = GuestScenario.unseen(SampleGuests.guest(kind), policy)
                .attached("running", 1)
                .state();
        assertThat(new GuestQueries(state).hazards()).extracting(Hazard::id).containsExactly(HazardId.STATEFUL);
    }

    @Test
    void a_hazard_is_one_of_the_releases_that_have_it_only_and_says_which() {
        var room = new HostCapacity(OptionalLong.of(0), OptionalLong.of(0));
        var old = new GuestFacts(
                "u",
                QemuIdentity.UNKNOWN,
                true,
                GuestKind.SEV_SNP,
                new QemuRelease(10, 2, 0),
                true,
                false,
                RebootAction.RESET,
                false);
        var now = new Condition(
                new RunState("paused"),
                false,
                ResetPolicy.Terms.DEFAULT,
                LaunchHistory.UNKNOWN.read(Launch.UNKNOWN, room),
                true,
                false);
        assertThat(Hazards.of(old, now)).extracting(Hazard::id).containsExactly(HazardId.QEMU_TOO_OLD);
        assertThat(HazardId.QEMU_TOO_OLD.affected().text()).isEqualTo("QEMU before 11.0");
        assertThat(HazardId.PAUSED_SEV.affected().text()).isEqualTo("QEMU 11.0 and newer");
        assertThat(HazardId.FIRMWARE_GONE.affected().text()).isEqualTo("QEMU 11.0 and newer");
        assertThat(HazardId.MIGRATING.affected().text()).isEqualTo("every QEMU");
    }

    @Test
    void consequences_and_cures_are_short_sentences() {
        var room = new HostCapacity(OptionalLong.of(0), OptionalLong.of(0));
        for (var kind : GuestKind.values()) {
            for (var firmware : List.of(
                    firmware(false, true, -1, "a"),
                    firmware(false, false, 4 * MIB, "a"),
                    firmware(true, true, 1, "a"))) {
                assertThat(hazards(kind, LaunchHistory.UNKNOWN.read(firmware, room)))
                        .allSatisfy(hazard -> {
                            assertThat(hazard.consequence()).endsWith(".").hasSizeLessThan(140);
                            assertThat(hazard.cure()).endsWith(".").hasSizeLessThan(140);
                        });
            }
        }
    }
}
