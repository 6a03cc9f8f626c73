package io.reseal.policy.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseal.policy.Finding;
import io.reseal.policy.GuestKind;
import io.reseal.policy.Prediction;
import io.reseal.policy.Proof;
import io.reseal.policy.ResetPolicy;
import io.reseal.policy.RunState;
import io.reseal.policy.hazard.Condition;
import io.reseal.policy.hazard.Hazard;
import io.reseal.policy.hazard.HazardId;
import io.reseal.policy.hazard.Hazards;
import io.reseal.policy.launch.HostCapacity;
import io.reseal.policy.launch.Launch;
import io.reseal.policy.launch.Launch.Bundle;
import io.reseal.policy.launch.Launch.Fingerprint;
import io.reseal.policy.launch.Launch.Firmware;
import io.reseal.policy.launch.LaunchComparison;
import io.reseal.policy.launch.LaunchHistory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LaunchIdentityTest {
    private static final String OLD = "01".repeat(48);
    private static final String NEW = "02".repeat(48);

    @Test
    void an_allowed_launch_digest_makes_a_planned_firmware_update_a_permitted_change() {
        assertThat(judge(Set.of(NEW), firmware("b", NEW)))
                .isEqualTo(new LaunchComparison.Judgement(
                        Finding.SHOWN, "another launch, which the policy allows: launch digest " + NEW));
        assertThat(hazards(Set.of(NEW), firmware("b", NEW))).isEmpty();
    }

    @Test
    void a_launch_digest_that_is_not_allowed_is_another_launch_and_named_in_the_hazard() {
        assertThat(judge(Set.of(OLD), firmware("b", NEW)).finding()).isEqualTo(Finding.CONTRADICTED);
        assertThat(hazards(Set.of(OLD), firmware("b", NEW))).singleElement().satisfies(hazard -> {
            assertThat(hazard.id()).isEqualTo(HazardId.FIRMWARE_CHANGED);
            assertThat(hazard.consequence()).contains(NEW);
            assertThat(hazard.cure()).contains("policy.launch.allow");
        });
    }

    @Test
    void an_allowed_launch_digest_permits_no_change_of_properties_that_it_says_nothing_of() {
        var other = new Launch(
                Map.of("policy", "0xb0000"),
                Optional.empty(),
                firmware("b", NEW).firmware(),
                Optional.empty(),
                Optional.of(Prediction.certain(NEW)));
        assertThat(judge(Set.of(NEW), other).detail())
                .isEqualTo("the launch is another: the policy was 0x30000, is 0xb0000: the guest is debuggable");
    }

    @Test
    void the_launch_digest_is_told_where_nothing_has_changed() {
        assertThat(judge(Set.of(), firmware("a", OLD)).detail()).endsWith("launch digest " + OLD);
    }

    @Test
    void the_launch_digest_of_a_bundle_stays_though_its_file_is_replaced() {
        var before = started(bundle("a", true, Set.of("igvm0"), OLD));
        var launches = LaunchHistory.UNKNOWN
                .read(before, HostCapacity.UNKNOWN)
                .read(started(bundle("b", false, Set.of("igvm0"), NEW)), HostCapacity.UNKNOWN);
        assertThat(launches.expected()).contains(Prediction.certain(OLD));
        var judgement = LaunchComparison.of(
                GuestKind.SEV_SNP,
                ResetPolicy.Terms.DEFAULT,
                launches,
                life(started(bundle("b", false, Set.of("igvm0"), NEW))));
        assertThat(judgement.finding()).isEqualTo(Finding.SHOWN);
        assertThat(judgement.detail()).endsWith("IGVM bundle, predicted launch digest " + OLD);
    }

    @Test
    void the_launch_digest_of_a_bundle_stays_over_a_reset_though_its_file_is_replaced() {
        var young = bundle("b", false, Set.of("igvm0"), NEW);
        var relaunched = LaunchHistory.UNKNOWN
                .read(bundle("a", true, Set.of("igvm0"), OLD), HostCapacity.UNKNOWN)
                .read(young, HostCapacity.UNKNOWN)
                .relaunched(Optional.empty())
                .read(young, HostCapacity.UNKNOWN);
        assertThat(relaunched.expected()).contains(Prediction.certain(OLD));
        assertThat(LaunchComparison.of(GuestKind.SEV_SNP, ResetPolicy.Terms.DEFAULT, relaunched, relaunched)
                        .finding())
                .isEqualTo(Finding.SHOWN);
    }

    @Test
    void the_launch_digest_of_a_bundle_is_not_known_after_a_reset_that_replayed_another_too() {
        var two = bundle("a", true, Set.of("igvm0", "more"), OLD);
        var relaunched = LaunchHistory.UNKNOWN
                .read(bundle("a", true, Set.of("igvm0"), OLD), HostCapacity.UNKNOWN)
                .read(two, HostCapacity.UNKNOWN)
                .relaunched(Optional.empty());
        assertThat(relaunched.expected()).isEmpty();
    }

    @Test
    void the_launch_digest_of_a_bundle_is_not_known_where_the_file_is_younger_than_QEMU() {
        var young = bundle("a", false, Set.of("igvm0"), OLD);
        var judgement = LaunchComparison.of(GuestKind.SEV_SNP, ResetPolicy.Terms.DEFAULT, life(young), life(young));
        assertThat(judgement.finding()).isEqualTo(Finding.UNKNOWABLE);
    }

    @Test
    void a_launch_changes_with_the_objects_that_are_replayed() {
        var before = LaunchHistory.UNKNOWN.read(bundle("a", true, Set.of("igvm0"), OLD), HostCapacity.UNKNOWN);
        var both = Set.of("igvm0", "more");
        var after = bundle("a", true, both, OLD)
                .startedFrom(new Launch.Start(OptionalLong.of(0x30000), both, Optional.of("igvm0")));
        var judgement = LaunchComparison.of(GuestKind.SEV_SNP, ResetPolicy.Terms.DEFAULT, before, life(after));
        assertThat(judgement.detail())
                .isEqualTo("the launch is another: the igvm-cfg objects were [igvm0] with igvm0 for the machine,"
                        + " are [igvm0, more] with igvm0 for the machine");
    }

    private static LaunchComparison.Judgement judge(Set<String> allow, Launch after) {
        return LaunchComparison.of(GuestKind.SEV_SNP, terms(allow), launched(), life(after));
    }

    private static List<Hazard> hazards(Set<String> allow, Launch next) {
        var launches = launched().read(next, HostCapacity.UNKNOWN);
        return Hazards.of(
                SampleGuests.guest(GuestKind.SEV_SNP),
                new Condition(new RunState("running"), false, terms(allow), launches, false, false));
    }

    private static ResetPolicy.Terms terms(Set<String> allow) {
        return new ResetPolicy.Terms(Proof.DEFAULT, false, true, false, allow);
    }

    private static LaunchHistory life(Launch launched) {
        return LaunchHistory.UNKNOWN.read(launched, HostCapacity.UNKNOWN);
    }

    private static LaunchHistory launched() {
        return LaunchHistory.UNKNOWN.read(firmware("a", OLD), HostCapacity.UNKNOWN);
    }

    private static Launch firmware(String sha256, String expected) {
        return new Launch(
                Map.of("policy", "0x30000"),
                Optional.empty(),
                Optional.of(new Firmware("/OVMF.fd", false, Optional.of(file(sha256)), true)),
                Optional.empty(),
                Optional.of(Prediction.certain(expected)));
    }

    private static Launch bundle(String sha256, boolean older, Set<String> objects, String expected) {
        return new Launch(
                Map.of("policy", "0x30000"),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Bundle(
                        "/b.igvm",
                        Optional.of(file(sha256)),
                        older,
                        false,
                        objects,
                        Optional.of("igvm0"),
                        Optional.empty())),
                Optional.of(Prediction.certain(expected)));
    }

    /** As the command line tells of its first launch. */
    private static Launch started(Launch launch) {
        return launch.startedFrom(new Launch.Start(OptionalLong.of(0x30000), Set.of("igvm0"), Optional.of("igvm0")));
    }

    private static Fingerprint file(String sha256) {
        return new Fingerprint(65_536, sha256, 1, 0);
    }
}
